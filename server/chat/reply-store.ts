import type { Db } from "#db/connect.ts";
import { isTimeout, isUnavailable } from "#db/failure.ts";
import { chats, messages, replyChunks } from "#db/schema/index.ts";
import { eq, sql } from "drizzle-orm";
import { setTimeout as sleep } from "node:timers/promises";
import { notFound } from "../errors.ts";
import { FLUSH_INTERVAL } from "../limits.ts";
import type { Log } from "../log.ts";
import { untraced } from "../telemetry/trace.ts";
import type { Message } from "./access.ts";
import type { ReplyRun } from "./reply-run.ts";
import type { Cursor, Transcript } from "./transcript.ts";

export type ReplyEnd = Pick<
  Message,
  "status" | "error" | "statistics" | "truncated" | "contextStartId"
>;

const LONGEST_RETRY = 2000;

export type ReplyStore = ReturnType<typeof createReplyStore>;

/**
 * Writes the text of running replies: every FLUSH_INTERVAL what is new of all of them in one
 * statement, and each one's whole text into its message at the end. While the database is away
 * nothing is lost: what could not be written is written later.
 */
export function createReplyStore(db: Db, log: Log) {
  const written = new Map<ReplyRun, { text: Cursor; thinking: Cursor }>();
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();

  async function flush() {
    const rows: { id: string; kind: string; offset: number; text: string }[] = [];
    const moves: { run: ReplyRun; move: () => void }[] = [];
    for (const [run, cursors] of written) {
      for (const kind of ["text", "thinking"] as const) {
        const cursor = { ...cursors[kind] };
        const { offset, text } = run[kind].read(cursor);
        if (text === "") continue;
        rows.push({ id: run.reply.id, kind, offset, text });
        moves.push({ run, move: () => Object.assign(cursors[kind], cursor) });
      }
    }
    if (rows.length === 0) return;
    try {
      const kept = new Set((await insertChunks(db, rows)).map((row) => row.message_id));
      for (const { run, move } of moves) {
        move();
        // Nobody would read what the model goes on to write.
        if (!kept.has(run.reply.id)) run.abort(notFound("reply"));
      }
    } catch (error) {
      log.warn({ err: error, rows: rows.length }, "text of replies could not be written yet");
    }
  }

  function tick() {
    flushing = flushing.then(flush);
    void flushing.then(() => {
      timer = written.size === 0 ? undefined : setTimeout(tick, FLUSH_INTERVAL);
    });
  }

  return {
    /** Begins to write a reply's text as it comes; before the model is asked. */
    add(run: ReplyRun) {
      // What the reply began with stands in its row.
      const end = (transcript: Transcript) => transcript.at(transcript.length())!;
      written.set(run, { text: end(run.text), thinking: end(run.thinking) });
      // The text of all replies is written together, so it is no part of the first one's call.
      timer ??= untraced(() => setTimeout(tick, FLUSH_INTERVAL));
    },

    /** Writes a reply's end; tries again for as long as the database is away. */
    async finish(run: ReplyRun, end: ReplyEnd, signal: AbortSignal): Promise<Message> {
      written.delete(run);
      // A batch under way could otherwise leave rows behind those that are removed.
      await flushing;
      const whole = { ...end, text: run.text.text(), thinking: run.thinking.text() };
      for (let wait = 100; ; wait = Math.min(wait * 2, LONGEST_RETRY)) {
        try {
          return await fold(db, run.reply, whole);
        } catch (error) {
          if (signal.aborted || !(isUnavailable(error) || isTimeout(error))) throw error;
          log.warn({ err: error, reply: run.reply.id }, "a reply could not be stored yet");
          await sleep(wait);
        }
      }
    },
  };
}

// Rows whose message has been deleted meanwhile are left out, also from the answer. One that is there already was written
// by a batch whose answer was lost; it has grown since.
function insertChunks(db: Db, rows: { id: string; kind: string; offset: number; text: string }[]) {
  return db.execute<{ message_id: string }>(sql`
    insert into ${replyChunks} ("message_id", "kind", "offset", "text")
    select "new"."id", "new"."kind", "new"."offset", "new"."text"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as "new"("id" uuid, "kind" text, "offset" int, "text" text)
    join ${messages} on ${messages.id} = "new"."id"
    on conflict ("message_id", "kind", "offset") do update set "text" = excluded."text"
    returning "message_id"`);
}

/** Writes the whole reply, removes its chunks and marks the chat's activity, in one statement. */
async function fold(
  db: Db,
  reply: Message,
  whole: ReplyEnd & { text: string; thinking: string },
): Promise<Message> {
  const now = new Date();
  const removed = db
    .$with("removed")
    .as(
      db
        .delete(replyChunks)
        .where(eq(replyChunks.messageId, reply.id))
        .returning({ id: replyChunks.messageId }),
    );
  const touched = db
    .$with("touched")
    .as(
      db
        .update(chats)
        .set({ updateTime: now })
        .where(eq(chats.id, reply.chatId))
        .returning({ id: chats.id }),
    );
  const [message] = await db
    .with(removed, touched)
    .update(messages)
    .set({ ...whole, finishTime: now })
    .where(eq(messages.id, reply.id))
    .returning();
  if (message === undefined) throw notFound("reply");
  return message;
}
