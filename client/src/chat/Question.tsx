import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { ChangeActions } from "./ChangeActions.tsx";
import { Editable } from "./Editable.tsx";
import { MessageAction } from "./MessageAction.tsx";
import { chatStore } from "./store.ts";
import { UserBubble } from "./UserBubble.tsx";
import { Versions } from "./Versions.tsx";

/** A message of the user that is stored: what it says, and what can be done with it. */
export function Question(props: { id: string }): JSX.Element {
  const store = chatStore();
  const busy = () => store.isBusy(store.state.messages[props.id]?.chatId ?? "");
  const askAgain = async () => {
    await store.askAgain(props.id);
    if (!store.state.edits[props.id]) document.getElementById("composer")?.focus();
  };
  const unanswered = () => store.isUnanswered(props.id);
  const alone = () => store.siblings(props.id).ids.length === 1;
  return (
    <article class="group mb-7 flex flex-col items-end">
      <h3 class="sr-only">{t().chat.you}</h3>
      <Editable id={props.id}>
        <UserBubble text={store.state.messages[props.id]?.text ?? ""} />
        <div
          class={`mt-1 -mb-7 flex h-7 items-center text-[13px] text-faint transition-opacity ${alone() && !unanswered() ? "pointer-fine:opacity-0 pointer-fine:group-hover:opacity-100 pointer-fine:focus-within:opacity-100" : ""}`}
        >
          <Show when={unanswered() && !store.state.edits[props.id]}>
            <MessageAction icon="redo" disabled={busy()} onClick={() => void askAgain()}>
              {t().changes.askUnanswered}
            </MessageAction>
          </Show>
          <ChangeActions id={props.id} />
          <Show when={!alone()}>
            <Versions id={props.id} />
          </Show>
        </div>
      </Editable>
    </article>
  );
}
