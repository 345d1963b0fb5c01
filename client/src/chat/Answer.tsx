import { createEffect, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { t } from "../i18n/i18n.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { announce } from "../ui/announce.ts";
import { AnswerFooter } from "./AnswerFooter.tsx";
import { AnswerState } from "./AnswerState.tsx";
import { Editable } from "./Editable.tsx";
import { spokenText } from "./spoken-text.ts";
import { isRunning } from "./state.ts";
import { chatStore } from "./store.ts";
import { Thinking } from "./Thinking.tsx";

/** A reply of the model: its thoughts, its text as prose, how it stands, what can be done with it. */
export function Answer(props: { id: string }): JSX.Element {
  const store = chatStore();
  const message = () => store.state.messages[props.id];
  const text = () => message()?.text ?? "";
  const running = () => isRunning(message());
  let prose: HTMLDivElement | undefined;
  const streaming = () =>
    message()?.status === Status.STREAMING && !store.state.live[props.id]?.lost;

  createEffect(
    on(
      () => message()?.status,
      (status, before) => {
        const wasRunning = before !== undefined && before <= Status.STREAMING;
        if (wasRunning && status === Status.COMPLETE)
          setTimeout(() => prose && announce(spokenText(prose)));
      },
      { defer: true },
    ),
  );
  return (
    <article class="mb-7" aria-busy={running()}>
      <h3 class="sr-only">{t().chat.answer(message()?.model ?? "")}</h3>
      <Show when={message()?.thinking}>
        <Thinking text={message()?.thinking ?? ""} active={streaming() && text() === ""} />
      </Show>
      <Editable id={props.id}>
        <Show when={text() !== "" || streaming()}>
          <div ref={prose}>
            <Markdown text={text()} streaming={streaming()} />
          </div>
        </Show>
        <AnswerState id={props.id} />
        <Show when={!running()}>
          <AnswerFooter id={props.id} />
        </Show>
      </Editable>
    </article>
  );
}
