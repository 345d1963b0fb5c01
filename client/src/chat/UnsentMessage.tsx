import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { errorText } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import type { Unsent } from "./state.ts";
import { chatStore } from "./store.ts";
import { UserMessage } from "./UserMessage.tsx";

/** A message on its way, or one that did not go: marked, with the ways to go on. */
export function UnsentMessage(props: {
  place: string;
  message: Unsent;
  onRetry: (requestId: string) => void;
}): JSX.Element {
  const store = chatStore();
  const edit = () => {
    const text = store.takeBack(props.place, props.message.requestId);
    const draft = store.state.drafts[props.place] ?? "";
    store.setDraft(props.place, draft ? `${text}\n\n${draft}` : text);
    document.getElementById("composer")?.focus();
  };
  const reason = () => (props.message.error ? errorText(props.message.error) : t().chat.notSent);
  return (
    <>
      <UserMessage text={props.message.text}>
        <Show when={!props.message.sending}>
          <div class="mt-2.5 flex w-full flex-col items-end gap-1">
            <div class="w-full">
              <Notice
                kind="bad"
                icon="alert"
                alert
                action={t().common.retry}
                onAction={() => props.onRetry(props.message.requestId)}
              >
                {reason()}
              </Notice>
            </div>
            <Button kind="quiet" icon="pen" class="text-[13px]" onClick={edit}>
              {t().chat.edit}
            </Button>
          </div>
        </Show>
      </UserMessage>
      <Show when={props.message.sending}>
        <div aria-hidden="true">
          <Markdown text="" streaming />
        </div>
      </Show>
    </>
  );
}
