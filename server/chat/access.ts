import type { Db } from "#db/connect.ts";
import { chats, messages } from "#db/schema/index.ts";
import { and, eq, isNull } from "drizzle-orm";
import { notFound } from "../errors.ts";

export type Chat = typeof chats.$inferSelect;
export type Message = typeof messages.$inferSelect;

/** The user's chat, or NOT_FOUND. */
export async function ownedChat(db: Db, userId: string, chatId: string): Promise<Chat> {
  const [chat] = await findChat(db, userId, chatId);
  if (chat === undefined) throw notFound("chat");
  return chat;
}

/** A message of one of the user's chats with its chat, or NOT_FOUND. */
export async function ownedMessage(db: Db, userId: string, messageId: string) {
  const [row] = await findMessage(db, userId, messageId);
  if (row === undefined) throw notFound("message");
  return row;
}

/** A reply in one of the user's chats with the chat, or NOT_FOUND. */
export async function ownedReply(db: Db, userId: string, messageId: string) {
  const [row] = await findMessage(db, userId, messageId);
  if (row === undefined || row.message.role !== "assistant") throw notFound("reply");
  return row;
}

export function findChat(db: Db, userId: string, chatId: string) {
  return db
    .select()
    .from(chats)
    .where(and(eq(chats.id, chatId), eq(chats.userId, userId), isNull(chats.deleteTime)));
}

export function findMessage(db: Db, userId: string, messageId: string) {
  return db
    .select({ message: messages, chat: chats })
    .from(messages)
    .innerJoin(chats, eq(chats.id, messages.chatId))
    .where(and(eq(messages.id, messageId), eq(chats.userId, userId), isNull(chats.deleteTime)));
}
