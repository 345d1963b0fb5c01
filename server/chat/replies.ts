import type { Db } from "#db/connect.ts";
import type { Replicas } from "#db/replicas.ts";
import { runDetached } from "#db/scope.ts";
import { AppError } from "../errors.ts";
import { ORPHAN_AGE, SHUTDOWN_LIMIT } from "../limits.ts";
import type { Generate } from "../llm/generate.ts";
import type { Models } from "../llm/models.ts";
import type { Estimator } from "../llm/prompt.ts";
import type { Log } from "../log.ts";
import type { ReplyMetrics } from "../telemetry/reply-metrics.ts";
import { inSpan } from "../telemetry/trace.ts";
import { type Asker, createAcceptance } from "./acceptance.ts";
import type { Message } from "./access.ts";
import { answer } from "./answer.ts";
import type { Accepted } from "./accepted.ts";
import { createAsking } from "./asking.ts";
import { isRunning } from "./messages.ts";
import {
  createReplyRun,
  followStored,
  type Place,
  type ReplyRun,
  type ReplyStep,
} from "./reply-run.ts";
import { endedReply, recoverReplies } from "./recover-replies.ts";
import { createReplyStore } from "./reply-store.ts";
import { createStopping } from "./stopping.ts";
import { makeTitle } from "./titles.ts";

type Deps = {
  db: Db;
  replicas: Pick<Replicas, "wrote">;
  models: Models;
  generate: Generate;
  estimator: Estimator;
  log: Log;
  metrics: ReplyMetrics;
};

export type Replies = ReturnType<typeof createReplies>;

/** Owns all replies under way in this process: starts, follows and stops them. */
export function createReplies(deps: Deps) {
  const running = new Map<string, ReplyRun>();
  const performing = new Set<Promise<void>>();
  const store = createReplyStore(deps.db, deps.log);
  const shutdown = new AbortController();
  // A reply belongs to the server: neither a deadline nor the end of its call ends it.
  const start = (accepted: Accepted, asker: Asker) => runDetached(() => begin(accepted, asker));
  const accept = createAcceptance({ ...deps, running, start });

  function begin(accepted: Accepted, asker: Asker) {
    const run = createReplyRun(accepted.reply);
    running.set(accepted.reply.id, run);
    store.add(run);
    const performed = inSpan("reply", {}, () => perform(run, accepted, asker)).finally(() =>
      performing.delete(performed),
    );
    performing.add(performed);
  }

  async function perform(run: ReplyRun, accepted: Accepted, asker: Asker) {
    try {
      const end = await answer(deps, run, accepted);
      const titled = isTitled(accepted);
      const message = await store.finish(run, end, shutdown.signal);
      deps.metrics.ended(message.status);
      run.finish(message, titled);
      if (titled) run.titled(await title(deps, message, accepted, asker, shutdown.signal));
    } catch (error) {
      const level = isDeleted(error) ? "info" : "error";
      deps.log[level]({ err: error, reply: run.reply.id }, "a reply could not be stored");
      deps.metrics.ended(isDeleted(error) ? "deleted" : "lost");
      run.fail(error);
    } finally {
      deps.replicas.wrote(asker.id);
      running.delete(run.reply.id);
    }
  }

  return {
    ...createAsking(deps.db, accept),
    ...createStopping(deps.db, running),

    /** The rest of a reply from a place on, until its end. The caller must be allowed to see it. */
    follow(reply: Message, from: Place, signal: AbortSignal): AsyncIterable<ReplyStep> {
      return running.get(reply.id)?.follow(from, signal) ?? followEnded(deps.db, reply, from);
    },

    /** Ends what is stored as under way although nobody here writes it. */
    async sweep(): Promise<void> {
      const olderThan = new Date(Date.now() - ORPHAN_AGE);
      await recoverReplies(deps.db, { olderThan, except: running.keys() });
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
      for (const run of running.values()) run.abort(shutdown.signal.reason);
      const limit = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_LIMIT / 2).unref());
      await Promise.race([Promise.all(performing), limit]);
    },
  };
}

// Where the message is gone, it has been deleted meanwhile and nothing is amiss.
function isDeleted(error: unknown): boolean {
  return error instanceof AppError && error.reason === "NOT_FOUND";
}

/** Whether a reply gives its chat a title; a continued one belongs to a chat that got one before. */
function isTitled({ chat, message, reply }: Accepted): boolean {
  return chat.title === "" && message.parentId === null && reply.text === "";
}

async function* followEnded(db: Db, reply: Message, from: Place) {
  yield* followStored(await endedReply(db, reply), from);
}

async function title(
  deps: Deps,
  reply: Message,
  { message }: Accepted,
  { locale }: Asker,
  stop: AbortSignal,
) {
  try {
    return await makeTitle(deps, { question: message, reply, locale, stop });
  } catch (error) {
    deps.log.warn({ err: error, chat: reply.chatId }, "a title could not be stored");
    return undefined;
  }
}
