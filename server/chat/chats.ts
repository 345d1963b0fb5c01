import type { Db } from "#db/connect.ts";
import { decodePageToken, encodePageToken, isId } from "#db/keyset.ts";
import { chats, type GenerationOptions, messages } from "#db/schema/index.ts";
import { and, desc, eq, exists, gt, isNull, sql } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { notFound } from "../errors.ts";
import { DELETED_CHAT_LIFETIME } from "../limits.ts";
import { badPageToken } from "../page-token.ts";
import { type Chat, ownedChat } from "./access.ts";

type NewChat = {
  /** Empty when the call will not be repeated. */
  requestId: string;
  title: string;
  model: string;
  systemPrompt: string;
  options: GenerationOptions;
};

/** Creates a chat; the same request id returns the same chat again. */
export async function createChat(db: Db, userId: string, input: NewChat): Promise<Chat> {
  const requestId = input.requestId || null;
  const values = { ...input, id: newId(), userId, requestId, title: input.title.trim() };
  const [created] = await db.insert(chats).values(values).onConflictDoNothing().returning();
  if (created !== undefined) return created;
  const [old] = await findChatByRequest(db, userId, input.requestId);
  if (old === undefined) throw notFound("chat");
  return old;
}

export function findChatByRequest(db: Db, userId: string, requestId: string) {
  return db
    .select()
    .from(chats)
    .where(and(eq(chats.userId, userId), eq(chats.requestId, requestId), isNull(chats.deleteTime)));
}

/** A page of the user's chats, newest activity first. */
export async function listChats(db: Db, userId: string, page: { size: number; token: string }) {
  const rows = await selectChats(db, userId, { size: page.size, after: afterToken(page.token) });
  if (rows.length <= page.size) return { chats: rows, next: "" };
  const shown = rows.slice(0, page.size);
  const last = shown.at(-1)!;
  return { chats: shown, next: encodePageToken([last.updateTime.toISOString(), last.id]) };
}

export type After = { time: string; id: string } | undefined;

export function selectChats(db: Db, userId: string, page: { size: number; after: After }) {
  const mine = and(eq(chats.userId, userId), isNull(chats.deleteTime));
  const { after } = page;
  return db
    .select()
    .from(chats)
    .where(
      after === undefined
        ? mine
        : and(
            mine,
            sql`(${chats.updateTime}, ${chats.id}) < (${after.time}::timestamptz, ${after.id}::uuid)`,
          ),
    )
    .orderBy(desc(chats.updateTime), desc(chats.id))
    .limit(page.size + 1);
}

/** The last row of the page before, of a list by time and id; throws for what is no such token. */
export function afterToken(token: string): After {
  if (token === "") return undefined;
  const [time, id] = decodePageToken(token, 2) ?? [];
  if (!isTime(time) || !isId(id)) throw badPageToken();
  return { time, id };
}

function isTime(value: string | undefined): value is string {
  return (
    value !== undefined &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
    // Neither 30 February nor the year 0, which PostgreSQL refuses.
    !value.startsWith("0000") &&
    new Date(value).toJSON() === value
  );
}

type ChatChange = Partial<Pick<Chat, "title" | "model" | "systemPrompt" | "options">>;

export async function updateChat(
  db: Db,
  userId: string,
  chatId: string,
  change: ChatChange,
): Promise<Chat> {
  const chat = await ownedChat(db, userId, chatId);
  if (Object.keys(change).length === 0) return chat;
  // What a chat is called or asked with is no activity: the list keeps its order.
  const [updated] = await db
    .update(chats)
    .set(change)
    .where(and(eq(chats.id, chat.id), isNull(chats.deleteTime)))
    .returning();
  if (updated === undefined) throw notFound("chat");
  return updated;
}

/**
 * Gives a chat a title, unless it has got one meanwhile or the message that it is about is gone.
 * Undefined when it has none afterwards.
 */
export async function titleChat(
  db: Db,
  { id, messageId, title }: { id: string; messageId: string; title: string },
): Promise<Chat | undefined> {
  const about = db.select({ id: messages.id }).from(messages).where(eq(messages.id, messageId));
  await db
    .update(chats)
    .set({ title })
    .where(and(eq(chats.id, id), eq(chats.title, ""), exists(about)));
  const [chat] = await db.select().from(chats).where(eq(chats.id, id));
  return chat?.title === "" ? undefined : chat;
}

/** Deletes a chat so that it can be brought back. */
export async function deleteChat(db: Db, userId: string, chatId: string): Promise<void> {
  const deleted = await db
    .update(chats)
    .set({ deleteTime: new Date() })
    .where(and(eq(chats.id, chatId), eq(chats.userId, userId), isNull(chats.deleteTime)))
    .returning({ id: chats.id });
  if (deleted.length === 0) await wasDeleted(db, userId, chatId);
}

// A repeated deletion is no error; that of somebody else's chat is NOT_FOUND.
async function wasDeleted(db: Db, userId: string, chatId: string) {
  const rows = await db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.id, chatId), eq(chats.userId, userId)));
  if (rows.length === 0) throw notFound("chat");
}

export async function undeleteChat(db: Db, userId: string, chatId: string): Promise<Chat> {
  const oldest = new Date(Date.now() - DELETED_CHAT_LIFETIME);
  const [chat] = await db
    .update(chats)
    .set({ deleteTime: null })
    .where(and(eq(chats.id, chatId), eq(chats.userId, userId), gt(chats.deleteTime, oldest)))
    .returning();
  return chat ?? ownedChat(db, userId, chatId);
}
