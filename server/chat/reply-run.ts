import { setTimeout as sleep } from "node:timers/promises";
import { AppError, notFound } from "../errors.ts";
import { MAX_REPLY_BYTES, TITLE_WAIT } from "../limits.ts";
import type { Place as QueuePlace } from "../llm/queue.ts";
import type { Chat, Message } from "./access.ts";
import { createTranscript, type Cursor, type Transcript } from "./transcript.ts";

/** One step of a reply as those see it who follow it. */
export type ReplyStep =
  | { kind: "queued"; place: QueuePlace }
  | { kind: "loading"; model: string; since: Date }
  | { kind: "delta"; offset: number; text: string; thinking: string }
  | { kind: "finished"; message: Message }
  | { kind: "titled"; chat: Chat };

/** Where a reply is followed from, in bytes, and how many milliseconds lie between deltas at least. */
export type Place = { offset: number; thinkingOffset: number; interval: number };

export type ReplyRun = ReturnType<typeof createReplyRun>;

type Outcome = { message?: Message; error?: unknown };

/**
 * A reply under way in this process, from the text that is stored with it on: its text so far, its state, and those who follow it. Followers
 * keep a place in the text, so a slow one costs no memory and gets larger deltas instead.
 */
export function createReplyRun(reply: Message) {
  const text = createTranscript(reply.text);
  const thinking = createTranscript(reply.thinking);
  const controller = new AbortController();
  const bell = createBell();
  const ended = Promise.withResolvers<Message>();
  ended.promise.catch(() => undefined);
  let status: "queued" | "loading" | "streaming" = "queued";
  let step: ReplyStep | undefined;
  let version = 0;
  let outcome: Outcome | undefined;
  let titling: "none" | "pending" | { chat: Chat | undefined } = "none";

  function enter(next: typeof status, shown?: ReplyStep) {
    status = next;
    step = shown;
    version += 1;
    bell.ring();
  }

  return {
    reply,
    text,
    thinking,
    signal: controller.signal,
    ended: ended.promise,
    status: () => status,
    /** The reply as stored, when it has ended. */
    stored: () => outcome?.message,

    queued: (place: QueuePlace) => enter("queued", { kind: "queued", place }),
    started: () => enter("streaming"),
    loading: () => enter("loading", { kind: "loading", model: reply.model, since: new Date() }),
    /** Adds what the model has said; what is beyond the greatest size is cut off and ends the reply. */
    append(moreText: string, moreThinking: string) {
      const room = () => MAX_REPLY_BYTES - text.length() - thinking.length();
      const thought = cutTo(moreThinking, room());
      if (thought !== "") thinking.append(thought);
      const said = cutTo(moreText, room());
      if (said !== "") text.append(said);
      if (said.length < moreText.length || thought.length < moreThinking.length) {
        const metadata = { limit: String(MAX_REPLY_BYTES) };
        this.abort(new AppError("REPLY_TOO_LONG", "The reply became too long.", { metadata }));
      }
      if (status === "streaming") bell.ring();
      else enter("streaming");
    },
    abort: (reason: unknown) => controller.abort(reason),

    /** The reply is stored: whoever follows it sees its end, and perhaps waits for the title. */
    finish(message: Message, titled: boolean) {
      titling = titled ? "pending" : "none";
      outcome = { message };
      ended.resolve(message);
      bell.ring();
    },
    fail(error: unknown) {
      outcome = { error };
      ended.reject(error);
      bell.ring();
    },
    /** The title is there; undefined when there will be none. */
    titled(chat: Chat | undefined) {
      titling = { chat };
      bell.ring();
    },

    /** The rest of the reply from a place on, until its end. */
    async *follow(from: Place, signal: AbortSignal): AsyncGenerator<ReplyStep> {
      const places = cursorsAt({ text, thinking }, from);
      const mailbox = bell.listen(signal);
      try {
        for (let seen = 0; ;) {
          signal.throwIfAborted();
          if (seen !== version) {
            seen = version;
            if (step !== undefined) yield step;
          }
          const delta = readDelta({ text, thinking }, places);
          if (delta !== undefined) {
            yield delta;
            if (from.interval > 0 && outcome === undefined) await mailbox.pause(from.interval);
          } else if (outcome !== undefined) break;
          else if (seen === version) await mailbox.wait();
        }
        if (outcome.error !== undefined) throw outcome.error;
        yield { kind: "finished", message: outcome.message! };
        const deadline = Date.now() + TITLE_WAIT;
        while (titling === "pending" && Date.now() < deadline) {
          await mailbox.wait(deadline - Date.now());
          signal.throwIfAborted();
        }
        if (typeof titling === "object" && titling.chat)
          yield { kind: "titled", chat: titling.chat };
      } finally {
        mailbox.close();
      }
    },
  };
}

/** The beginning of a text, of whole characters and at most so many bytes. */
function cutTo(text: string, size: number): string {
  if (Buffer.byteLength(text) <= size) return text;
  const bytes = Buffer.from(text);
  let end = size;
  while (end > 0 && (bytes[end]! & 0b1100_0000) === 0b1000_0000) end -= 1;
  return bytes.toString("utf8", 0, end);
}

type Transcripts = { text: Transcript; thinking: Transcript };

function cursorsAt({ text, thinking }: Transcripts, { offset, thinkingOffset }: Place) {
  const inText = text.at(offset);
  const inThinking = thinking.at(thinkingOffset);
  if (inText === undefined) throw badOffset(text.length());
  if (inThinking === undefined) throw badOffset(thinking.length());
  return { text: inText, thinking: inThinking };
}

function readDelta({ text, thinking }: Transcripts, places: { text: Cursor; thinking: Cursor }) {
  const thought = thinking.read(places.thinking);
  if (thought.text !== "") {
    return { kind: "delta" as const, offset: thought.offset, text: "", thinking: thought.text };
  }
  const said = text.read(places.text);
  if (said.text === "") return undefined;
  return { kind: "delta" as const, offset: said.offset, text: said.text, thinking: "" };
}

/** Follows a reply that is not under way any more, from the stored message. */
export function* followStored(
  message: Message,
  { offset, thinkingOffset }: Place,
): Generator<ReplyStep> {
  if (message.role !== "assistant") throw notFound("reply");
  for (const kind of ["thinking", "text"] as const) {
    const transcript = createTranscript(message[kind]);
    const cursor = transcript.at(kind === "text" ? offset : thinkingOffset);
    if (cursor === undefined) throw badOffset(transcript.length());
    const rest = transcript.read(cursor);
    if (rest.text === "") continue;
    const part =
      kind === "text" ? { text: rest.text, thinking: "" } : { text: "", thinking: rest.text };
    yield { kind: "delta", offset: rest.offset, ...part };
  }
  yield { kind: "finished", message };
}

function badOffset(length: number) {
  return new AppError("BAD_OFFSET", "The offset is beyond the reply or within a character.", {
    metadata: { length: String(length) },
  });
}

/** Wakes those who wait, once per turn of the event loop: that joins the tokens of one packet. */
function createBell() {
  const listeners = new Set<() => void>();
  let rung = false;
  return {
    ring() {
      if (rung) return;
      rung = true;
      setImmediate(() => {
        rung = false;
        for (const listener of listeners) listener();
      });
    },
    /** Waits for the next ring, the signal or a time limit, whichever is first. */
    listen(signal: AbortSignal) {
      let resolve = () => {};
      const notify = () => resolve();
      listeners.add(notify);
      signal.addEventListener("abort", notify);
      return {
        wait(limit?: number): Promise<void> {
          return new Promise((done) => {
            const timer = limit === undefined ? undefined : setTimeout(done, limit);
            resolve = () => {
              clearTimeout(timer);
              done();
            };
          });
        },
        /** Waits for a time, whatever rings, but no longer than the signal lets it. */
        async pause(time: number): Promise<void> {
          await sleep(time, undefined, { signal }).catch(() => undefined);
        },
        close() {
          listeners.delete(notify);
          signal.removeEventListener("abort", notify);
        },
      };
    },
  };
}
