import { createEffect, createSignal, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/models.ts";
import { format } from "../i18n/i18n.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Failure.tsx";
import { deleteModel, findModel } from "./store.ts";

/** Asks before a model is deleted; open while `model` names one. */
export function DeleteModelDialog(props: {
  model: string | undefined;
  onClose: () => void;
}): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  createEffect(
    on(
      () => props.model,
      () => setFailure(undefined),
    ),
  );
  const size = () => {
    const bytes = Number(findModel(props.model ?? "")?.sizeBytes ?? 0);
    return bytes > 0 ? format().bytes(bytes) : t().models.itsSpace;
  };
  const remove = async (name: string) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await deleteModel(name);
      announce(t().models.deleted(name));
      props.onClose();
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={props.model !== undefined}
      onClose={() => props.onClose()}
      title={t().models.deleteTitle(props.model ?? "")}
    >
      <p class="text-soft">{t().models.deleteHint(size())}</p>
      <Show when={failure() !== undefined}>
        <div class="mt-3">
          <Failure error={failure()} />
        </div>
      </Show>
      <div class="mt-5 flex justify-end gap-2">
        <Button kind="quiet" onClick={() => props.onClose()}>
          {t().common.cancel}
        </Button>
        <Button kind="danger" busy={busy()} onClick={() => void remove(props.model ?? "")}>
          {t().common.delete}
        </Button>
      </div>
    </Dialog>
  );
}
