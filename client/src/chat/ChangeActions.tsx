import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { t } from "../i18n/i18n.ts";
import { onDemand } from "../ui/on-demand.tsx";
import { MessageAction } from "./MessageAction.tsx";
import { chatStore } from "./store.ts";

const DeleteMessageDialog = onDemand(
  async () => (await import("./DeleteMessageDialog.tsx")).DeleteMessageDialog,
);

/** The name of the button that begins an edit, which takes the focus back when that is cancelled. */
export const editButtonId = (messageId: string) => `edit-${messageId}`;

/** Edits and deletes a message. */
export function ChangeActions(props: { id: string }): JSX.Element {
  const store = chatStore();
  const [asking, setAsking] = createSignal(false);
  const mine = () => store.state.messages[props.id]?.role === Role.USER;
  return (
    <>
      <MessageAction
        id={editButtonId(props.id)}
        icon="pen"
        label={mine() ? t().changes.editMessage : t().changes.editAnswer}
        onClick={() => store.beginEdit(props.id)}
      />
      <MessageAction
        icon="trash"
        label={mine() ? t().changes.deleteMessage : t().changes.deleteAnswer}
        onClick={() => setAsking(true)}
      />
      <Show when={asking()}>
        <DeleteMessageDialog
          id={props.id}
          onClose={() => setAsking(false)}
          onUnavailable={() => setAsking(false)}
        />
      </Show>
    </>
  );
}
