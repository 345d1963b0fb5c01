import { createEffect, createMemo, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { type Message, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { errorText, reasonText, serverWords } from "../errors.ts";
import { format, t } from "../i18n/i18n.ts";
import { announce } from "../ui/announce.ts";
import type { IconName } from "../ui/Icon.tsx";
import { Notice } from "../ui/Notice.tsx";
import { showToast } from "../ui/toast.ts";
import { createNow } from "./now.ts";
import type { Live } from "./state.ts";
import { chatStore } from "./store.ts";

/** How a reply stands, said in one line. */
interface Line {
  text: string;
  /** What the server itself says about it. */
  detail?: string;
  icon?: IconName;
  kind?: "bad" | "neutral";
  action?: "cancel" | "continue" | "redo" | "retry";
  /** How much of the waiting is over, 0 to 1. */
  progress?: number;
  /** Counts the seconds since this time, in milliseconds since 1970. */
  since?: number;
}

/** The line below (or in place of) an answer that is not simply there, with its one action. */
export function AnswerState(props: { id: string }): JSX.Element {
  const store = chatStore();
  const message = () => store.state.messages[props.id];
  const line = createMemo(() => {
    const shown = message();
    return shown && lineOf(shown, store.state.live[props.id]);
  });
  const redo = () => store.state.redo[props.id];

  createEffect(
    on(
      () => line()?.text,
      (text) => text && announce(text),
      { defer: true },
    ),
  );
  const act = (action: Line["action"]) => {
    if (action === "continue") return void store.continueReply(props.id);
    if (action !== "cancel") return void store.regenerate(props.id);
    store.stop(props.id).catch((error: unknown) => showToast({ text: errorText(error) }));
  };
  const words = (action: Line["action"]) => {
    if (action === "cancel") return { action: t().common.cancel };
    if (action === "continue") return { action: t().changes.continue };
    if (action === "redo") return { action: t().chat.redo };
    return action ? { action: t().common.retry } : {};
  };
  return (
    <>
      <Show when={line()}>
        {(shown) => (
          <div class="mt-2.5">
            <Notice
              kind={shown().kind ?? "neutral"}
              {...(shown().icon ? { icon: shown().icon! } : {})}
              {...(shown().progress === undefined ? {} : { progress: shown().progress! })}
              {...words(shown().action)}
              onAction={() => act(shown().action)}
            >
              {shown().text}
              <Show when={shown().detail}>
                <span class="block text-[12.5px] break-words text-soft">{shown().detail}</span>
              </Show>
              <Show when={shown().since}>{(since) => <Elapsed since={since()} />}</Show>
            </Notice>
          </div>
        )}
      </Show>
      <Show when={redo()?.error}>
        <div class="mt-2.5">
          <Notice
            kind="bad"
            icon="alert"
            alert
            action={t().common.retry}
            onAction={() => act(redo()?.kind === "continued" ? "continue" : "retry")}
          >
            {errorText(redo()?.error)}
          </Notice>
        </div>
      </Show>
    </>
  );
}

function Elapsed(props: { since: number }): JSX.Element {
  const now = createNow(1_000);
  const seconds = () => Math.max(0, Math.round((now() - props.since) / 1000));
  return <> · {t().chat.elapsed(format().seconds(seconds()))}</>;
}

function lineOf(message: Message, live: Live | undefined): Line | undefined {
  const texts = t().chat;
  const hasText = message.text !== "";
  const goOn = hasText ? "continue" : "redo";
  const reason = message.error?.reason ?? ErrorReason.UNSPECIFIED;
  const cause = () => reasonText(reason, message.error?.metadata);
  if (live?.lost && message.status <= Status.STREAMING)
    return { text: texts.lost, icon: "offline" };
  switch (message.status) {
    case Status.QUEUED:
      return {
        text: live?.position ? texts.queued(live.position) : texts.queuedSomewhere,
        action: "cancel",
        ...(live?.position ? { progress: progressInLine(live) } : {}),
      };
    case Status.LOADING:
      return {
        text: texts.loadingModel(live?.loadingModel ?? message.model),
        icon: "ring",
        ...(live?.loadingSince ? { since: live.loadingSince } : {}),
      };
    case Status.STOPPED:
      return { text: hasText ? texts.stopped : texts.stoppedEarly, icon: "stop", action: goOn };
    case Status.INTERRUPTED:
      return {
        text: reason === ErrorReason.UNSPECIFIED ? texts.interrupted : cause(),
        icon: "clock",
        action: goOn,
      };
    case Status.FAILED:
      return {
        text: `${cause()} ${hasText ? texts.textKept : texts.messageKept}`,
        detail: serverWords(reason, message.error?.message),
        icon: "alert",
        kind: "bad",
        action: hasText ? "continue" : "retry",
      };
    case Status.COMPLETE:
      if (message.truncated) return { text: texts.truncated, icon: "alert", action: "continue" };
      return hasText ? undefined : { text: texts.noAnswer, icon: "alert", action: "redo" };
    default:
      return undefined;
  }
}

/** Counts the places that are behind; the last step is the answer itself. */
function progressInLine({ position = 1, firstPosition = position }: Live): number {
  return (firstPosition + 1 - position) / (firstPosition + 1);
}
