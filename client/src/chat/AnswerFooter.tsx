import { createMemo, createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { format, t } from "../i18n/i18n.ts";
import { copyText } from "../markdown/copy-text.ts";
import { announce } from "../ui/announce.ts";
import { Icon } from "../ui/Icon.tsx";
import type { IconName } from "../ui/Icon.tsx";
import { showToast } from "../ui/toast.ts";
import { secondsToStart, tokensPerSecond } from "./answer-figures.ts";
import { isRunning } from "./state.ts";
import { chatStore } from "./store.ts";
import { type Siblings, siblingsOf, treeOf } from "./tree.ts";

/** Below this, a tenth of a second says too little. */
const BRIEF_SECONDS = 0.1;
const COPIED_MS = 2_000;
const quiet =
  "target inline-flex h-7 items-center gap-1 rounded-sm px-2 transition-colors hover:text-ink focus-visible:text-ink disabled:opacity-40";

/** What can be done with a finished reply, and its figures. */
export function AnswerFooter(props: { id: string }): JSX.Element {
  const store = chatStore();
  const [copied, setCopied] = createSignal(false);
  const message = () => store.state.messages[props.id];
  const conversation = () => store.state.conversations[message()?.chatId ?? ""];
  const chatBusy = () =>
    (conversation()?.ids ?? []).some((id) => isRunning(store.state.messages[id]));
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
  const siblings = createMemo(() =>
    siblingsOf(treeOf(conversation(), store.state.messages), props.id),
  );
  const shown = () =>
    Boolean(message()?.text) ||
    message()?.status === Status.COMPLETE ||
    message()?.status === Status.STOPPED ||
    siblings().ids.length > 1;
  // An answer without text offers this in the line that says so.
  const redoHere = () =>
    message()?.status === Status.COMPLETE && (message()?.text !== "" || message()?.truncated);
  return (
    <Show when={shown()}>
      <div class="mt-3 flex flex-wrap items-center gap-x-1 text-[13px] text-faint transition-colors hover:text-soft">
        <Show when={message()?.text}>
          <Action icon={copied() ? "check" : "copy"} onClick={() => void copy()}>
            {copied() ? t().common.copied : t().common.copy}
          </Action>
        </Show>
        <Show when={redoHere()}>
          <Action
            icon="redo"
            disabled={chatBusy() || redoing()}
            onClick={() => void store.regenerate(props.id)}
          >
            {t().chat.redo}
          </Action>
        </Show>
        <Versions siblings={siblings()} />
        <Figures id={props.id} />
      </div>
    </Show>
  );
}

function Action(props: {
  icon: IconName;
  disabled?: boolean;
  onClick: () => void;
  children: JSX.Element;
}): JSX.Element {
  return (
    <button
      type="button"
      class={quiet}
      disabled={props.disabled ?? false}
      onClick={() => props.onClick()}
    >
      <Icon name={props.icon} size={14} />
      {props.children}
    </button>
  );
}

const arrowId = (replyId: string, by: number) => `version-${by}-${replyId}`;

/** The way between the versions of a reply. At its end an arrow keeps the focus, but leads nowhere. */
function Versions(props: { siblings: Siblings }): JSX.Element {
  const place = () =>
    t().chat.version(
      format().number(props.siblings.index + 1),
      format().number(props.siblings.ids.length),
    );
  const step = (by: number) => {
    const id = props.siblings.ids[props.siblings.index + by];
    if (!id) return;
    chatStore().choose(id);
    announce(place());
    // The other version has arrows of its own.
    document.getElementById(arrowId(id, by))?.focus();
  };
  const arrow = (icon: "left" | "right", by: number, label: string) => (
    <button
      id={arrowId(props.siblings.ids[props.siblings.index] ?? "", by)}
      type="button"
      class="target grid size-6 place-items-center rounded-sm hover:text-ink aria-disabled:opacity-40"
      aria-label={label}
      aria-disabled={props.siblings.ids[props.siblings.index + by] === undefined}
      onClick={() => step(by)}
    >
      <Icon name={icon} size={12} />
    </button>
  );
  return (
    <Show when={props.siblings.ids.length > 1}>
      <div role="group" aria-label={t().chat.versions} class="flex items-center tabular-nums">
        {arrow("left", -1, t().chat.previousVersion)}
        {place()}
        {arrow("right", 1, t().chat.nextVersion)}
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
