import { AppError } from "../../errors.ts";
import { CONVERSE_SILENCE, MAX_WAITING_SAYS } from "../../limits.ts";
import type { GenerationOptions } from "#db/schema/index.ts";

export type Open = { chatId: string; model: string; systemPrompt: string; interval: number };

/** Something to be answered; an empty parent means the last reply of the stream. */
export type Say = {
  requestId: string;
  text: string;
  parentId: string;
  model: string;
  options: GenerationOptions | undefined;
};

/** What somebody who holds a conversation may want. */
export type Wish = { kind: "open"; open: Open } | { kind: "say"; say: Say } | { kind: "stop" };

/** Something that was said and is not answered yet. */
export type Turn = {
  say: Say;
  /** Its reply, when that is under way. */
  replyId?: string;
  stopped: boolean;
};

export type Turns = ReturnType<typeof createTurns>;

/**
 * What is wished on one stream, in order: the first turn is the one under way, the others wait. The
 * signal wakes who waits for the next one.
 */
export function createTurns(stop: (replyId: string) => void, signal: AbortSignal) {
  const turns: Turn[] = [];
  let opened: Open | undefined;
  let ended = false;
  let wake = () => {};
  signal.addEventListener("abort", () => wake(), { once: true });

  /** Waits for a wish, the end of them or the signal; throws after too long a silence. */
  async function hear(): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(silent()), CONVERSE_SILENCE);
    wake = resolve;
    await promise.finally(() => clearTimeout(timer));
    signal.throwIfAborted();
  }

  return {
    /** Takes what is wished; throws when it does not belong here. */
    take(wish: Wish) {
      if (opened === undefined && wish.kind !== "open") throw outOfOrder("open");
      if (opened !== undefined && wish.kind === "open") throw outOfOrder("say");
      if (wish.kind === "open") opened = wish.open;
      if (wish.kind === "say") {
        if (turns.length > MAX_WAITING_SAYS) throw tooMany();
        turns.push({ say: wish.say, stopped: false });
      }
      const [current] = turns;
      // Once is enough, however often it is wished.
      if (wish.kind === "stop" && current?.stopped === false) {
        current.stopped = true;
        if (current.replyId !== undefined) stop(current.replyId);
      }
      wake();
    },

    /** Nothing more will be wished. */
    end() {
      if (opened === undefined) throw outOfOrder("open");
      ended = true;
      wake();
    },

    async opened(): Promise<Open> {
      while (opened === undefined) await hear();
      return opened;
    },

    /** The turn that is to be answered now; undefined when all are and no more will come. */
    async next(): Promise<Turn | undefined> {
      while (turns.length === 0 && !ended) await hear();
      return turns[0];
    },

    /** The reply of the turn is under way. */
    begin(turn: Turn, replyId: string) {
      turn.replyId = replyId;
      if (turn.stopped) stop(replyId);
    },

    /** The turn is answered. */
    finish(turn: Turn) {
      turns.splice(turns.indexOf(turn), 1);
    },
  };
}

function outOfOrder(expected: "open" | "say") {
  const words =
    expected === "open" ? "A conversation begins with `open`." : "A conversation is opened once.";
  return new AppError("OUT_OF_ORDER", words, { metadata: { expected } });
}

function tooMany() {
  return new AppError("STREAM_TOO_LONG", "Too much was said before it could be answered.", {
    metadata: { limit: String(MAX_WAITING_SAYS) },
  });
}

function silent() {
  return new AppError("STREAM_IDLE", "Nothing was said for too long.", {
    metadata: { limit: String(CONVERSE_SILENCE / 1000) },
  });
}
