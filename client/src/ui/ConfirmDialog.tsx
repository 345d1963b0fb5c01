import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { Failure } from "./Failure.tsx";

/** Asks before something is done; stays open with the reason when it fails. */
export function ConfirmDialog(props: {
  title: string;
  /** What it means, in a sentence or two. */
  hint: string;
  /** The words of the button that does it. */
  action: string;
  danger?: boolean;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  const confirm = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={() => props.onClose()} title={props.title}>
      <p class="mb-3 text-soft">{props.hint}</p>
      <Failure error={failure()} />
      <div class="mt-5 flex flex-wrap justify-end gap-2">
        <Button kind="quiet" onClick={() => props.onClose()}>
          {t().common.cancel}
        </Button>
        <Button
          kind={props.danger ? "danger" : "outline"}
          busy={busy()}
          onClick={() => void confirm()}
        >
          {props.action}
        </Button>
      </div>
    </Dialog>
  );
}
