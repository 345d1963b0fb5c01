import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { t } from "../i18n/message-changes.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Failure.tsx";
import { chatStore } from "./store.ts";

/** Asks before a message is deleted, and says what goes with it. */
export function DeleteMessageDialog(props: { id: string; onClose: () => void }): JSX.Element {
  const store = chatStore();
  const [failure, setFailure] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  const mine = () => store.state.messages[props.id]?.role === Role.USER;
  const words = () => {
    const count = store.countFollowing(props.id);
    return count === 0 ? t().messageChanges.deleteAlone : t().messageChanges.deleteFollowing(count);
  };
  const remove = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await store.deleteMessage(props.id);
      announce(t().messageChanges.deleted);
      // The message has gone, and with it what had the focus.
      document.getElementById("composer")?.focus();
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={() => props.onClose()}
      title={mine() ? t().messageChanges.deleteMessageTitle : t().messageChanges.deleteAnswerTitle}
    >
      <p class="text-soft">{words()}</p>
      <div class="mt-3 empty:hidden">
        <Failure error={failure()} />
      </div>
      <div class="mt-5 flex justify-end gap-2">
        <Button kind="quiet" onClick={() => props.onClose()}>
          {t().common.cancel}
        </Button>
        <Button kind="danger" busy={busy()} onClick={() => void remove()}>
          {t().common.delete}
        </Button>
      </div>
    </Dialog>
  );
}
