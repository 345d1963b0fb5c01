import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { messages } from "#db/schema/index.ts";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { notFound } from "../errors.ts";
import { MAX_HISTORY, MAX_PAGE_BYTES } from "../limits.ts";
import type { Turn } from "../llm/prompt.ts";
import { afterId } from "../page-token.ts";
import { type Message, ownedChat } from "./access.ts";

/** Whether a reply is under way. */
export function isRunning({ status }: Message): boolean {
  return status === "queued" || status === "loading" || status === "streaming";
}

/** A page of a chat's messages in the order of their creation. */
export async function listMessages(
  db: Db,
  userId: string,
  chatId: string,
  page: { size: number; token: string },
) {
  await ownedChat(db, userId, chatId);
  const rows = await selectMessages(db, chatId, { size: page.size, after: afterId(page.token) });
  const shown = rows.slice(0, Math.min(page.size, countWithin(rows, MAX_PAGE_BYTES)));
  const next = shown.length === rows.length ? "" : encodePageToken([shown.at(-1)!.id]);
  return { messages: shown, next };
}

/** How many messages from the first on stay within a number of bytes; at least one. */
function countWithin(rows: Message[], limit: number): number {
  let bytes = 0;
  const over = rows.findIndex((row) => {
    bytes += Buffer.byteLength(row.text) + Buffer.byteLength(row.thinking);
    return bytes > limit;
  });
  return over === -1 ? rows.length : Math.max(1, over);
}

export function selectMessages(
  db: Db,
  chatId: string,
  page: { size: number; after: string | undefined },
) {
  const inChat = eq(messages.chatId, chatId);
  return db
    .select()
    .from(messages)
    .where(page.after === undefined ? inChat : and(inChat, gt(messages.id, page.after)))
    .orderBy(messages.id)
    .limit(page.size + 1);
}

export function newestReply(db: Db, chatId: string) {
  return db
    .select()
    .from(messages)
    .where(and(eq(messages.chatId, chatId), eq(messages.role, "assistant")))
    .orderBy(desc(messages.id))
    .limit(1);
}

/** A message as it is stored now. */
export async function readMessage(db: Db, id: string): Promise<Message> {
  const [message] = await db.select().from(messages).where(eq(messages.id, id));
  if (message === undefined) throw notFound("message");
  return message;
}

export function findReplyByRequest(db: Db, userId: string, requestId: string) {
  return db
    .select()
    .from(messages)
    .where(and(eq(messages.userId, userId), eq(messages.requestId, requestId)));
}

/** The turns from the beginning of the chat to a message, oldest first; empty replies left out. */
export async function readTurns(db: Db, messageId: string): Promise<Turn[]> {
  return [...(await selectTurns(db, messageId))];
}

export function selectTurns(db: Db, messageId: string) {
  return db.execute<Turn>(sql`
    with recursive "path" as (
      select "id", "parent_id", "role", "text", 1 as "depth" from ${messages} where "id" = ${messageId}
      union all
      select "m"."id", "m"."parent_id", "m"."role", "m"."text", "depth" + 1
      from ${messages} as "m" join "path" on "m"."id" = "path"."parent_id"
      where "depth" < ${MAX_HISTORY}
    )
    select "id", "role", "text" from "path" where "text" <> '' order by "depth" desc`);
}
