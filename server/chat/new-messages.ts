import type { Db } from "#db/connect.ts";
import { chats, type GenerationOptions, messages } from "#db/schema/index.ts";
import { and, eq } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { AppError } from "../errors.ts";
import { type Chat, type Message, ownedChat, ownedReply } from "./access.ts";
import { type Admit, once, replyRunning } from "./accepted.ts";
import { isRunning, newestReply, readMessage } from "./messages.ts";

type NewMessage = {
  requestId: string;
  chatId: string;
  /** Empty means the newest reply of the chat. */
  parentId: string;
  text: string;
  model: string;
  options: GenerationOptions | undefined;
};

/**
 * Stores a message and a reply that waits for its turn; safe to repeat by the request id. Two at
 * once may get the same parent: then they are siblings, and both are answered.
 */
export function createMessage(db: Db, userId: string, input: NewMessage, admit: Admit) {
  return once(db, userId, input.requestId, async () => {
    const [chat, [parent]] = await Promise.all([
      ownedChat(db, userId, input.chatId),
      selectParent(db, input.chatId, input.parentId),
    ]);
    const parentId = checkParent(parent, input.parentId);
    const model = await admit(chat, input.model);
    const question = questionRow(userId, chat, { ...input, parentId });
    const [message, reply] = await insertMessages(db, chat, [
      question,
      replyRow(userId, chat, { ...input, parentId: question.id, model }),
    ]);
    return { chat, message: message!, reply: reply!, fresh: true };
  });
}

type NewReply = {
  requestId: string;
  messageId: string;
  model: string;
  options: GenerationOptions | undefined;
};

/** Stores a sibling of a reply, in the same way as createMessage. */
export function createSibling(db: Db, userId: string, input: NewReply, admit: Admit) {
  return once(db, userId, input.requestId, async () => {
    const { message: old, chat } = await ownedReply(db, userId, input.messageId);
    if (isRunning(old)) throw replyRunning();
    const message = await readMessage(db, old.parentId!);
    const model = await admit(chat, input.model);
    const values = replyRow(userId, chat, { ...input, parentId: message.id, model });
    const [reply] = await insertMessages(db, chat, [values]);
    return { chat, message, reply: reply!, fresh: true };
  });
}

type NewRow = typeof messages.$inferInsert;

/** The row of a user's message. */
export function questionRow(
  userId: string,
  chat: Chat,
  { parentId, text }: { parentId: string | null; text: string },
) {
  return {
    id: newId(),
    chatId: chat.id,
    parentId,
    userId,
    role: "user",
    status: "complete",
    text,
    thinking: "",
    model: "",
    options: {},
    createTime: new Date(),
  } satisfies NewRow;
}

type ReplyInput = {
  requestId: string;
  parentId: string;
  model: string;
  options: GenerationOptions | undefined;
};

/** The row of a reply that waits for its turn. */
export function replyRow(userId: string, chat: Chat, input: ReplyInput) {
  return {
    id: newId(),
    chatId: chat.id,
    parentId: input.parentId,
    userId,
    requestId: input.requestId,
    role: "assistant",
    status: "queued",
    text: "",
    thinking: "",
    model: input.model,
    options: { ...chat.options, ...input.options },
    createTime: new Date(),
  } satisfies NewRow;
}

/** Inserts messages and marks their chat's activity in one statement, so in one round trip. */
export function insertMessages(db: Db, chat: Chat, values: NewRow[]) {
  chat.updateTime = new Date();
  const touched = db
    .$with("touched")
    .as(
      db
        .update(chats)
        .set({ updateTime: chat.updateTime })
        .where(eq(chats.id, chat.id))
        .returning({ id: chats.id }),
    );
  return db.with(touched).insert(messages).values(values).returning();
}

function selectParent(db: Db, chatId: string, parentId: string) {
  if (parentId === "") return newestReply(db, chatId);
  return db
    .select()
    .from(messages)
    .where(and(eq(messages.id, parentId), eq(messages.chatId, chatId)));
}

function checkParent(parent: Message | undefined, parentId: string): string | null {
  if (parent === undefined && parentId === "") return null;
  if (parent === undefined)
    throw new AppError("BAD_PARENT", "The parent is not a message of this chat.");
  if (parent.role !== "assistant") throw new AppError("BAD_PARENT", "A message follows a reply.");
  if (isRunning(parent)) throw replyRunning();
  return parent.id;
}
