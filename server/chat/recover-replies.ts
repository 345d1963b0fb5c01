import type { Db } from "#db/connect.ts";
import { chats, messages, replyChunks } from "#db/schema/index.ts";
import { repeat } from "#db/transact.ts";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Message } from "./access.ts";
import { titleChat } from "./chats.ts";
import { isRunning, readMessage } from "./messages.ts";
import { firstWords } from "./titles.ts";

type Left = { ids?: string[]; olderThan?: Date; except?: Iterable<string> };

/**
 * Ends replies that nobody writes any more: they keep the text that is stored and are INTERRUPTED.
 * Without conditions all that are under way, as after a start. A chat that has no title yet gets
 * the first words of its question.
 */
export async function recoverReplies(db: Db, left: Left = {}): Promise<void> {
  const ids = (await interrupt(db, left)).map((row) => row.chat_id);
  if (ids.length === 0) return;
  const untitled = await db
    .select({ id: chats.id, messageId: messages.id, question: messages.text })
    .from(chats)
    .innerJoin(messages, and(eq(messages.chatId, chats.id), isNull(messages.parentId)))
    .where(and(inArray(chats.id, ids), eq(chats.title, "")));
  for (const { id, messageId, question } of untitled) {
    await titleChat(db, { id, messageId, title: firstWords(question) });
  }
}

async function interrupt(db: Db, { ids, olderThan, except = [] }: Left) {
  const error = { reason: "SERVER_RESTARTED", message: "The server was restarted." };
  const conditions = [
    sql`"status" in ('queued', 'loading', 'streaming')`,
    ...(ids === undefined ? [] : [sql`"id" = any(${sql.param(ids)}::uuid[])`]),
    ...(olderThan === undefined
      ? []
      : [sql`"create_time" < ${olderThan.toISOString()}::timestamptz`]),
    sql`"id" <> all(${sql.param([...except])}::uuid[])`,
  ];
  return repeat(() =>
    db.execute<{ chat_id: string }>(sql`
      with "left" as (
        select "id" from ${messages} where ${sql.join(conditions, sql` and `)}
      ), "joined" as (
        select "message_id",
          coalesce(string_agg("text", '' order by "offset") filter (where "kind" = 'text'), '') as "text",
          coalesce(string_agg("text", '' order by "offset") filter (where "kind" = 'thinking'), '') as "thinking"
        from ${replyChunks} where "message_id" in (select "id" from "left") group by "message_id"
      ), "removed" as (
        delete from ${replyChunks} where "message_id" in (select "id" from "left")
      )
      update ${messages} set
        "status" = 'interrupted',
        "error" = ${JSON.stringify(error)}::jsonb,
        "text" = "text" || coalesce((select "text" from "joined" where "message_id" = ${messages.id}), ''),
        "thinking" = "thinking" || coalesce((select "thinking" from "joined" where "message_id" = ${messages.id}), ''),
        "finish_time" = now()
      where "id" in (select "id" from "left")
      returning "chat_id"`),
  );
}

/** A reply that is not under way here, as stored. */
export async function endedReply(db: Db, reply: Message): Promise<Message> {
  if (!isRunning(reply)) return reply;
  const stored = await readMessage(db, reply.id);
  if (!isRunning(stored)) return stored;
  // It was stored by a commit whose answer was lost, and nobody has come back to ask for it.
  await recoverReplies(db, { ids: [reply.id] });
  return readMessage(db, reply.id);
}
