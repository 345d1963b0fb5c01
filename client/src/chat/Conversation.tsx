import { createMemo, For, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Answer } from "./Answer.tsx";
import type { createFollowEnd } from "./follow-end.ts";
import { anchorOf } from "./jump.ts";
import { Question } from "./Question.tsx";
import { isRunning } from "./state.ts";
import { chatStore } from "./store.ts";
import { UnsentMessage } from "./UnsentMessage.tsx";

/** The messages along the shown path, in the one box of the page that scrolls. */
export function Conversation(props: {
  place: string;
  path: string[];
  end: ReturnType<typeof createFollowEnd>;
  onRetry: (requestId: string) => void;
  /** The message that somebody has just come for. */
  found?: string | undefined;
}): JSX.Element {
  const store = chatStore();
  const message = (id: string) => store.state.messages[id];
  let scroller!: HTMLDivElement;
  let column!: HTMLDivElement;
  onMount(() => props.end.watch(scroller, column));

  const contextStart = createMemo(() => {
    const newest = props.path.findLast(
      (id) => message(id)?.role === Role.ASSISTANT && !isRunning(message(id)),
    );
    return newest && message(newest)?.contextStartId;
  });
  return (
    <div class="relative min-h-0 flex-1">
      <div
        ref={scroller}
        tabindex="0"
        role="region"
        aria-label={t().chat.conversation}
        class="flex h-full flex-col-reverse overflow-x-hidden overflow-y-auto outline-offset-[-2px] max-phone:[scrollbar-width:none] phone:[scrollbar-gutter:stable_both-edges]"
      >
        <div ref={column} class="mx-auto mb-auto w-full max-w-[748px] flex-none px-3.5 pt-2 pb-5">
          <h2 class="sr-only">{t().chat.conversation}</h2>
          <For each={props.path}>
            {(id) => (
              <>
                <Show when={contextStart() === id}>
                  <ContextStart />
                </Show>
                <div
                  id={anchorOf(id)}
                  tabindex="-1"
                  class={`rounded-note outline-none transition-[background-color,box-shadow] duration-500 ${props.found === id ? "bg-mark/45 shadow-[0_0_0_6px_--alpha(var(--color-mark)/45%)]" : ""}`}
                >
                  <Show when={message(id)?.role === Role.USER} fallback={<Answer id={id} />}>
                    <Question id={id} />
                  </Show>
                </div>
              </>
            )}
          </For>
          <For each={store.state.unsent[props.place]}>
            {(unsent) => (
              <UnsentMessage place={props.place} message={unsent} onRetry={props.onRetry} />
            )}
          </For>
        </div>
      </div>
      <Show when={!props.end.following()}>
        <IconButton
          icon="toBottom"
          label={t().chat.toEnd}
          class="absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full! border border-line bg-surface shadow-float"
          onClick={() => props.end.follow()}
        />
      </Show>
    </div>
  );
}

/** The line before the oldest message that the model is still given. */
function ContextStart(): JSX.Element {
  const rule = "flex-1 border-t border-dashed border-line";
  return (
    <div role="separator" class="mb-5 flex items-center gap-3 text-[13px] text-soft">
      <span class={rule} />
      {t().chat.contextStart}
      <span class={rule} />
    </div>
  );
}
