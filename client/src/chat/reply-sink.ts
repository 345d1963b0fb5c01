import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import type { Chat } from "#proto/prosa/chat/v1/chat_pb.ts";
import type { Message } from "#proto/prosa/chat/v1/message_pb.ts";
import type { ReplyDelta } from "#proto/prosa/chat/v1/reply_event_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { batch } from "solid-js";
import { reconcile } from "solid-js/store";
import { byteLength, joinDelta } from "./reply-text.ts";
import { PAINT_INTERVAL, type ReplySink, type ReplySource } from "./reply-stream.ts";
import { type ChatContext, isRunning, type Live } from "./state.ts";

interface Part {
  bytes: number;
  /** What has arrived since the last frame. */
  waiting: string;
}

const UNANSWERED = new Set([
  Code.Unavailable,
  Code.Unknown,
  Code.Internal,
  Code.DeadlineExceeded,
  Code.Canceled,
]);

function isAnswer(error: unknown): boolean {
  return error instanceof ConnectError && !UNANSWERED.has(error.code);
}

/** Opens a stream of a reply; `close` ends it from this side. */
export function openSource(
  call: (
    signal: AbortSignal,
  ) => AsyncIterable<Awaited<ReturnType<ReplySource["events"]["next"]>>["value"]>,
): ReplySource {
  const controller = new AbortController();
  const events = call(controller.signal)[Symbol.asyncIterator]();
  return { events, close: () => controller.abort() };
}

/** Writes the events of one reply into the store: its text at most once a frame. */
export function createReplySink(
  context: ChatContext,
  id: string,
  putChat: (chat: Chat) => void,
): ReplySink & { flush(): void } {
  const { state, setState, deps } = context;
  const part = (text: string): Part => ({ bytes: byteLength(text), waiting: "" });
  let text = part(state.messages[id]?.text ?? "");
  let thinking = part(state.messages[id]?.thinking ?? "");

  const flush = () => {
    if (!isRunning(state.messages[id])) return;
    if (text.waiting) setState("messages", id, "text", (known) => known + text.waiting);
    if (thinking.waiting) setState("messages", id, "thinking", (known) => known + thinking.waiting);
    text.waiting = "";
    thinking.waiting = "";
  };
  const schedule = deps.page.batch(flush);
  const phase = (status: Status, live: Live) =>
    batch(() => {
      setState("messages", id, "status", status);
      setState("live", id, reconcile(live));
    });
  const placeInLine = (position: number): Live => ({
    position,
    firstPosition: Math.max(position, state.live[id]?.firstPosition ?? 0),
  });
  const join = (target: Part, offset: number, delta: string): boolean => {
    const joined = joinDelta(target.bytes, offset, delta);
    if (joined.kind !== "append") return joined.kind === "known";
    target.bytes = joined.bytes;
    target.waiting += joined.text;
    schedule();
    return true;
  };
  const takeDelta = (delta: ReplyDelta): "taken" | "gap" => {
    if (state.messages[id]?.status !== Status.STREAMING) phase(Status.STREAMING, {});
    const fits =
      (!delta.text || join(text, Number(delta.offset), delta.text)) &&
      (!delta.thinking || join(thinking, Number(delta.offset), delta.thinking));
    return fits ? "taken" : "gap";
  };
  const finish = (message: Message) => {
    flush();
    batch(() => {
      setState("messages", id, reconcile(message));
      setState("live", id, reconcile({}));
    });
  };

  return {
    flush,
    take(event) {
      const over = !isRunning(state.messages[id]);
      if (over && event.case !== "finished" && event.case !== "titled") return "taken";
      switch (event.case) {
        case "queued":
          phase(Status.QUEUED, placeInLine(event.value.position));
          return "taken";
        case "loading":
          phase(Status.LOADING, {
            loadingModel: event.value.model,
            loadingSince: event.value.since ? timestampMs(event.value.since) : Date.now(),
          });
          return "taken";
        case "delta":
          return takeDelta(event.value);
        case "finished":
          // An end that ends nothing would be followed again at once, for ever.
          if (!event.value.message || isRunning(event.value.message)) return "lost";
          finish(event.value.message);
          return "finished";
        case "titled":
          if (event.value.chat) putChat(event.value.chat);
          return "taken";
        default:
          return "taken";
      }
    },
    open() {
      flush();
      return openSource((signal) =>
        deps.messages.followReply(
          {
            messageId: id,
            offset: BigInt(text.bytes),
            thinkingOffset: BigInt(thinking.bytes),
            deltaInterval: PAINT_INTERVAL,
          },
          { signal },
        ),
      );
    },
    reset() {
      text = part("");
      thinking = part("");
      setState("messages", id, { text: "", thinking: "" });
    },
    async reachable() {
      const chatId = state.messages[id]?.chatId ?? "";
      return deps.chats.getChat({ chatId }).then(() => true, isAnswer);
    },
    setLost: (lost) => setState("live", id, (live) => ({ ...live, lost })),
  };
}
