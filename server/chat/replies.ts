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
import {
  createReplyRun,
  followStored,
  type Place,
  type ReplyRun,
  type ReplyStep,
} from "./reply-run.ts";
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

  async function* followEnded(reply: Message, from: Place) {
    // It may have ended after it was read.
    const stored = isRunning(reply) ? await readMessage(deps.db, reply.id) : reply;
    yield* followStored(stored, from);
  }

  /** A model that is missing is refused before anything is stored. */
  const admit = (asker: Asker) => (chat: Chat, model: string) => {
    checkLimit(running, asker);
    return deps.models.choose(model || chat.model);
  };

  return {
    /** Stores a message and asks for its reply. */
    async send(asker: Asker, input: Parameters<typeof createMessage>[2]) {
      // Nobody should hold the chat's lock while a slow Ollama is asked for its models.
      await deps.models.warm();
      const store = () => createMessage(deps.db, asker.id, input, admit(asker));
      return accept(asker, input.requestId, store);
    },

    /** Asks for a sibling of a reply. */
    async regenerate(asker: Asker, input: Parameters<typeof createSibling>[2]) {
      await deps.models.warm();
      const store = () => createSibling(deps.db, asker.id, input, admit(asker));
      return accept(asker, input.requestId, store);
    },

    /** The rest of a reply from a place on, until its end. The caller must be allowed to see it. */
    follow(reply: Message, from: Place, signal: AbortSignal): AsyncIterable<ReplyStep> {
      return running.get(reply.id)?.follow(from, signal) ?? followEnded(reply, from);
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
