import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { format, t } from "../i18n/i18n.ts";
import { copyText } from "../markdown/copy-text.ts";
import { announce } from "../ui/announce.ts";
import { showToast } from "../ui/toast.ts";
import { secondsToStart, tokensPerSecond } from "./answer-figures.ts";
import { ChangeActions } from "./ChangeActions.tsx";
import { MessageAction } from "./MessageAction.tsx";
import { Ratings } from "./Ratings.tsx";
import { chatStore } from "./store.ts";
import { Versions } from "./Versions.tsx";

/** Below this, a tenth of a second says too little. */
const BRIEF_SECONDS = 0.1;
const COPIED_MS = 2_000;

/** What can be done with a finished reply, and its figures. */
export function AnswerFooter(props: { id: string }): JSX.Element {
  const store = chatStore();
  const [copied, setCopied] = createSignal(false);
  const message = () => store.state.messages[props.id];
  const chatBusy = () => store.isBusy(message()?.chatId ?? "");
  const redoing = () => {
    const redo = store.state.redo[props.id];
    return redo !== undefined && redo.error === undefined;
  };

  const copy = async () => {
    if (!(await copyText(message()?.text ?? ""))) {
      showToast({ text: t().chat.copyFailed });
      return;
    }
    setCopied(true);
    announce(t().common.copied);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  const shown = () =>
    Boolean(message()?.text) ||
    message()?.status === Status.COMPLETE ||
    message()?.status === Status.STOPPED ||
    store.siblings(props.id).ids.length > 1;
  // An answer without text offers this in the line that says so.
  const redoHere = () => message()?.text !== "" || message()?.truncated;
  return (
    <Show when={shown()}>
      <div class="mt-3 flex flex-wrap items-center gap-x-1 text-[13px] text-faint transition-colors hover:text-soft">
        <Show when={message()?.text}>
          <MessageAction icon={copied() ? "check" : "copy"} onClick={() => void copy()}>
            {copied() ? t().common.copied : t().common.copy}
          </MessageAction>
        </Show>
        <Show when={redoHere()}>
          <MessageAction
            icon="redo"
            disabled={chatBusy() || redoing()}
            onClick={() => void store.regenerate(props.id)}
          >
            {t().chat.redo}
          </MessageAction>
        </Show>
        <Show when={message()?.text}>
          <Ratings id={props.id} />
        </Show>
        <ChangeActions id={props.id} />
        <Versions id={props.id} />
        <Figures id={props.id} />
      </div>
    </Show>
  );
}

function Figures(props: { id: string }): JSX.Element {
  const figures = () => {
    const message = chatStore().state.messages[props.id];
    if (!message) return "";
    const start = secondsToStart(message);
    const speed = tokensPerSecond(message);
    return [
      message.edited ? t().changes.edited : "",
      message.model,
      start === undefined
        ? ""
        : t().chat.untilFirst(format().seconds(start, start < BRIEF_SECONDS ? 2 : 1)),
      speed === undefined ? "" : t().chat.speed(format().number(speed, speed < 10 ? 1 : 0)),
    ]
      .filter(Boolean)
      .join(" · ");
  };
  return <span class="ml-auto py-1 pl-2 text-right tabular-nums">{figures()}</span>;
}
