import type { Db } from "#db/connect.ts";
import { AppError } from "../errors.ts";
import { MAX_RUNNING_REPLIES, SHUTDOWN_LIMIT } from "../limits.ts";
import type { Generate } from "../llm/generate.ts";
import type { Models } from "../llm/models.ts";
import type { Estimator } from "../llm/prompt.ts";
import type { Log } from "../log.ts";
import { type Asker, createAcceptance } from "./acceptance.ts";
import { type Chat, type Message, ownedReply } from "./access.ts";
import { answer, stopped } from "./answer.ts";
import { type Accepted, createMessage, createSibling, isRunning, readMessage } from "./messages.ts";
import { createReplyRun, followStored, type ReplyRun, type ReplyStep } from "./reply-run.ts";
import { createReplyStore } from "./reply-store.ts";
import { makeTitle } from "./titles.ts";

type Deps = { db: Db; models: Models; generate: Generate; estimator: Estimator; log: Log };

export type Replies = ReturnType<typeof createReplies>;

/** Owns all replies under way in this process: starts, follows and stops them. */
export function createReplies(deps: Deps) {
  const running = new Map<string, ReplyRun>();
  const store = createReplyStore(deps.db, deps.log);
  const shutdown = new AbortController();
  const accept = createAcceptance(deps.db, running, start);

  function start(accepted: Accepted, asker: Asker) {
    const run = createReplyRun(accepted.reply);
    running.set(accepted.reply.id, run);
    store.add(run);
    void perform(run, accepted, asker);
  }

  async function perform(run: ReplyRun, accepted: Accepted, asker: Asker) {
    try {
      const end = await answer(deps, run, accepted);
      const titled = accepted.chat.title === "" && accepted.message.parentId === null;
      const message = await store.finish(run, end, shutdown.signal);
      run.finish(message, titled);
      if (titled) run.titled(await title(deps, message, accepted, asker, shutdown.signal));
    } catch (error) {
      deps.log.error({ err: error, reply: run.reply.id }, "a reply could not be stored");
      run.fail(error);
    } finally {
      running.delete(run.reply.id);
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

  /** A model that is missing is refused before anything is stored. */
  const admit = (asker: Asker) => (chat: Chat, model: string) => {
    checkLimit(running, asker);
    return deps.models.choose(model || chat.model);
  };

  return {
    /** Stores a message, asks for its reply and yields both and the reply's steps. */
    async *send(asker: Asker, input: Parameters<typeof createMessage>[2], signal: AbortSignal) {
      // Nobody should hold the chat's lock while a slow Ollama is asked for its models.
      await deps.models.warm();
      const store = () => createMessage(deps.db, asker.id, input, admit(asker));
      yield* stream(await accept(asker, input.requestId, store), signal);
    },

    /** Asks for a sibling of a reply and yields it like send. */
    async *regenerate(
      asker: Asker,
      input: Parameters<typeof createSibling>[2],
      signal: AbortSignal,
    ) {
      await deps.models.warm();
      const store = () => createSibling(deps.db, asker.id, input, admit(asker));
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

function checkLimit(running: ReadonlyMap<string, ReplyRun>, asker: Asker) {
  const count = [...running.values()].filter((run) => run.reply.userId === asker.id).length;
  if (count < MAX_RUNNING_REPLIES) return;
  throw new AppError("TOO_MANY_REPLIES", "Too many replies are under way. Wait for one to end.", {
    metadata: { limit: String(MAX_RUNNING_REPLIES) },
    retryDelay: 5000,
  });
}

async function title(
  deps: Deps,
  reply: Message,
  { message }: Accepted,
  { locale }: Asker,
  stop: AbortSignal,
) {
  try {
    return await makeTitle(deps, { question: message.text, reply, locale, stop });
  } catch (error) {
    deps.log.warn({ err: error, chat: reply.chatId }, "a title could not be stored");
    return undefined;
  }
}
