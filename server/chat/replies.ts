import type { Db } from "#db/connect.ts";
import { AppError } from "../errors.ts";
import { MAX_RUNNING_REPLIES, SHUTDOWN_LIMIT } from "../limits.ts";
import { exceededBy, type Generate, type Generated } from "../llm/generate.ts";
import type { Models } from "../llm/models.ts";
import { buildPrompt, type Estimator, type Prompt } from "../llm/prompt.ts";
import type { Log } from "../log.ts";
import { type Message, ownedChat, ownedReply } from "./access.ts";
import {
  type Accepted,
  createMessage,
  createSibling,
  isRunning,
  readMessage,
  readTurns,
} from "./messages.ts";
import { createReplyRun, followStored, type ReplyRun, type ReplyStep } from "./reply-run.ts";
import { createReplyStore, type ReplyEnd } from "./reply-store.ts";
import { makeTitle } from "./titles.ts";

type Deps = { db: Db; models: Models; generate: Generate; estimator: Estimator; log: Log };

/** The person who asks for a reply. */
type Asker = { id: string; locale: string };

const stopped = Symbol("stopped by the user");

export type Replies = ReturnType<typeof createReplies>;

/** Owns all replies under way in this process: starts, follows and stops them. */
export function createReplies(deps: Deps) {
  const running = new Map<string, ReplyRun>();
  const accepting = new Map<string, Promise<Accepted>>();
  const store = createReplyStore(deps.db, deps.log);
  const shutdown = new AbortController();

  /** Stores a request once, however often it arrives at the same time, and starts its reply. */
  function accept(asker: Asker, requestId: string, store: () => Promise<Accepted>) {
    const key = `${asker.id} ${requestId}`;
    let accepted = accepting.get(key);
    if (accepted === undefined) {
      accepted = store()
        .then((stored) => ensureStarted(stored, asker))
        .finally(() => accepting.delete(key));
      accepting.set(key, accepted);
    }
    return accepted;
  }

  // A stored reply that waits and that nobody runs was stored by a commit whose answer was lost.
  // It is read once more, since it may have ended after it was read first.
  async function ensureStarted(accepted: Accepted, asker: Asker): Promise<Accepted> {
    if (running.has(accepted.reply.id) || accepted.reply.status !== "queued") return accepted;
    const reply = accepted.fresh ? accepted.reply : await readMessage(deps.db, accepted.reply.id);
    if (reply.status === "queued" && !running.has(reply.id)) start({ ...accepted, reply }, asker);
    return { ...accepted, reply };
  }

  function start(accepted: Accepted, asker: Asker) {
    const run = createReplyRun(accepted.reply);
    running.set(accepted.reply.id, run);
    store.add(run);
    void perform(run, accepted, asker);
  }

  async function perform(run: ReplyRun, accepted: Accepted, asker: Asker) {
    try {
      const end = await write(deps, run, accepted);
      const titled = accepted.chat.title === "" && accepted.message.parentId === null;
      const message = await store.finish(run, end, shutdown.signal);
      run.finish(message, titled);
      if (titled) run.titled(await title(message, accepted, asker));
    } catch (error) {
      deps.log.error({ err: error, reply: run.reply.id }, "a reply could not be stored");
      run.fail(error);
    } finally {
      running.delete(run.reply.id);
    }
  }

  async function title(reply: Message, { message }: Accepted, asker: Asker) {
    try {
      const { locale } = asker;
      return await makeTitle(deps, {
        question: message.text,
        reply,
        locale,
        stop: shutdown.signal,
      });
    } catch (error) {
      deps.log.warn({ err: error, chat: reply.chatId }, "a title could not be stored");
      return undefined;
    }
  }

  async function* stream(accepted: Accepted, signal: AbortSignal) {
    yield { kind: "accepted" as const, ...accepted };
    yield* follow(accepted.reply, 0, 0, signal);
  }

  async function* follow(
    reply: Message,
    offset: number,
    thinkingOffset: number,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyStep> {
    const run = running.get(reply.id);
    if (run !== undefined) {
      yield* run.follow(offset, thinkingOffset, signal);
      return;
    }
    // It may have ended after it was read.
    const stored = isRunning(reply) ? await readMessage(deps.db, reply.id) : reply;
    yield* followStored(stored, offset, thinkingOffset);
  }

  /** The model for a reply. A model that is missing is refused before anything is stored. */
  async function chooseModel(asker: Asker, { chatId, model }: { chatId: string; model: string }) {
    const chat = await ownedChat(deps.db, asker.id, chatId);
    try {
      const name = model || chat.model || (await deps.models.defaultName());
      return (await deps.models.get(name)).name;
    } catch (error) {
      // The message is stored all the same; its reply fails and can be asked for again.
      if (error instanceof AppError && error.reason === "MODEL_UNAVAILABLE")
        return model || chat.model;
      throw error;
    }
  }

  function checkLimit(asker: Asker) {
    let count = 0;
    for (const run of running.values()) if (run.reply.userId === asker.id) count += 1;
    if (count < MAX_RUNNING_REPLIES) return;
    throw new AppError("TOO_MANY_REPLIES", "Too many replies are under way. Wait for one to end.", {
      metadata: { limit: String(MAX_RUNNING_REPLIES) },
      retryDelay: 5000,
    });
  }

  return {
    /** Stores a message, asks for its reply and yields both and the reply's steps. */
    async *send(asker: Asker, input: Parameters<typeof createMessage>[2], signal: AbortSignal) {
      const model = await chooseModel(asker, input);
      const admit = () => checkLimit(asker);
      const store = () => createMessage(deps.db, asker.id, { ...input, model }, admit);
      yield* stream(await accept(asker, input.requestId, store), signal);
    },

    /** Asks for a sibling of a reply and yields it like send. */
    async *regenerate(
      asker: Asker,
      input: Parameters<typeof createSibling>[2],
      signal: AbortSignal,
    ) {
      const { chat } = await ownedReply(deps.db, asker.id, input.messageId);
      const model = await chooseModel(asker, { ...input, chatId: chat.id });
      const admit = () => checkLimit(asker);
      const store = () => createSibling(deps.db, asker.id, { ...input, model }, admit);
      yield* stream(await accept(asker, input.requestId, store), signal);
    },

    /** Yields the rest of one of the user's replies from the given offsets on. */
    async *follow(
      userId: string,
      messageId: string,
      offset: number,
      thinkingOffset: number,
      signal: AbortSignal,
    ) {
      const { message } = await ownedReply(deps.db, userId, messageId);
      yield* follow(message, offset, thinkingOffset, signal);
    },

    /** Stops one of the user's replies and returns it as stored. */
    async stop(userId: string, messageId: string): Promise<Message> {
      const { message } = await ownedReply(deps.db, userId, messageId);
      const run = running.get(message.id);
      if (run === undefined) return message;
      run.abort(stopped);
      return run.ended;
    },

    /** Stops replies whose chat has been deleted. */
    abandon(messageIds: string[]) {
      for (const id of messageIds) running.get(id)?.abort(stopped);
    },

    /** The message as it is at this moment, with the text of a reply under way. */
    asOfNow(message: Message): Message {
      const run = running.get(message.id);
      if (run === undefined || !isRunning(message)) return message;
      const [text, thinking] = [run.text.text(), run.thinking.text()];
      return run.stored() ?? { ...message, status: run.status(), text, thinking };
    },

    /** Stops all replies, keeps their text as INTERRUPTED, and waits until they are stored. */
    async close(): Promise<void> {
      shutdown.abort(new AppError("SERVER_RESTARTED", "The server was stopped."));
      const runs = [...running.values()];
      for (const run of runs) run.abort(shutdown.signal.reason);
      const limit = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_LIMIT / 2).unref());
      await Promise.race([Promise.allSettled(runs.map((run) => run.ended)), limit]);
    },
  };
}

/** Asks the model and returns how the reply ended; its text is in the run. */
async function write(
  deps: Deps,
  run: ReplyRun,
  { chat, message, reply }: Accepted,
): Promise<ReplyEnd> {
  let prompt: Prompt | undefined;
  const finish = (end: Partial<ReplyEnd> & Pick<ReplyEnd, "status">): ReplyEnd => ({
    error: null,
    statistics: null,
    truncated: false,
    contextStartId: prompt?.startId ?? null,
    ...end,
  });
  try {
    const [model, turns] = await Promise.all([
      deps.models.get(reply.model),
      readTurns(deps.db, message.id),
    ]);
    const ask = () => {
      const window = model.contextWindow;
      prompt = buildPrompt(deps.estimator, {
        model: model.name,
        system: chat.systemPrompt,
        turns,
        window,
      });
      const { messages, room } = prompt;
      return deps.generate({ model, messages, room, options: reply.options }, run.signal, {
        queued: run.queued,
        started: run.started,
        loading: run.loading,
        piece: (text, thinking) => run.append(text, thinking),
      });
    };
    const generated = await ask().catch((error: unknown): Promise<Generated> => {
      // The model has told the true length of the prompt: with it the next one fits.
      const exceeded = exceededBy(error);
      if (exceeded === undefined || prompt === undefined || run.text.length() > 0) throw error;
      deps.estimator.learn(model.name, prompt, exceeded.tokens);
      return ask();
    });
    deps.estimator.learn(model.name, prompt!, generated.promptTokens);
    const { truncated, ...statistics } = generated;
    return finish({ status: "complete", statistics, truncated });
  } catch (error) {
    if (error === stopped) return finish({ status: "stopped" });
    const known = error instanceof AppError;
    if (known && error.reason === "SERVER_RESTARTED")
      return finish({ status: "interrupted", error: toStored(error) });
    if (!known) deps.log.error({ err: error, reply: reply.id }, "a reply failed unexpectedly");
    const shown = known ? error : new AppError("MODEL_FAILED", "The reply failed unexpectedly.");
    return finish({ status: "failed", error: toStored(shown) });
  }
}

function toStored({ reason, message, metadata }: AppError) {
  return { reason, message, metadata };
}
