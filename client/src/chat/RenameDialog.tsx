import { createSignal, untrack } from "solid-js";
import type { JSX } from "solid-js";
import { errorText } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/TextField.tsx";
import { chatStore } from "./store.ts";

/** The longest title, in characters, as the contract has it. */
const MAX_TITLE = 200;

/** Asks for a chat's new title; stays open with the reason when the server refuses it. */
export function RenameDialog(props: {
  id: string;
  title: string;
  onClose: () => void;
}): JSX.Element {
  const [title, setTitle] = createSignal(untrack(() => props.title));
  const [failure, setFailure] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = title().trim();
    if (busy()) return;
    if (!wanted || wanted === props.title) return props.onClose();
    setBusy(true);
    try {
      await chatStore().chats.rename(props.id, wanted);
      props.onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={props.onClose} title={t().chat.renameTitle}>
      <form onSubmit={(event) => void save(event)}>
        <TextField
          label={t().chat.title}
          value={title()}
          onInput={setTitle}
          maxlength={MAX_TITLE}
          autofocus
          error={failure() ? errorText(failure()) : undefined}
        />
        <div class="mt-4 flex justify-end gap-2">
          <Button kind="quiet" onClick={() => props.onClose()}>
            {t().common.cancel}
          </Button>
          <Button type="submit" busy={busy()}>
            {t().common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
