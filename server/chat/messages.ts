import type { Db } from "#db/connect.ts";
import { isUnavailable } from "#db/failure.ts";
import { decodePageToken, encodePageToken } from "#db/keyset.ts";
import { chats, type GenerationOptions, messages } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { AppError, notFound } from "../errors.ts";
import { MAX_HISTORY } from "../limits.ts";
import type { Turn } from "../llm/prompt.ts";
import { type Chat, findMessage, type Message, ownedChat } from "./access.ts";
import { isId } from "./chats.ts";

/** Whether a reply is under way. */
export function isRunning({ status }: Message): boolean {
  return status === "queued" || status === "loading" || status === "streaming";
}

/** A reply that has been asked for, with the message that it answers. */
export type Accepted = {
  chat: Chat;
  message: Message;
  reply: Message;
  /** Whether this call stored it, not an earlier one with the same request id. */
  fresh: boolean;
};

/** A page of a chat's messages in the order of their creation. */
export async function listMessages(
  db: Db,
  userId: string,
  chatId: string,
  page: { size: number; token: string },
) {
  await ownedChat(db, userId, chatId);
  const rows = await selectMessages(db, chatId, { size: page.size, after: afterToken(page.token) });
  if (rows.length <= page.size) return { messages: rows, next: "" };
  const shown = rows.slice(0, page.size);
  return { messages: shown, next: encodePageToken([shown.at(-1)!.id]) };
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

function afterToken(token: string): string | undefined {
  if (token === "") return undefined;
  const [id] = decodePageToken(token, 1) ?? [];
  if (!isId(id))
    throw new AppError("BAD_PAGE_TOKEN", "This page token was not issued for this list.");
  return id;
}

type NewMessage = {
  requestId: string;
  chatId: string;
  /** Empty means the newest message of the chat. */
  parentId: string;
  text: string;
  model: string;
  options: GenerationOptions | undefined;
};

/** Decides whether a new reply may be asked for, and by which model; throws when it may not. */
export type Admit = (chat: Chat, model: string) => Promise<string>;

/** Stores a message and a reply that waits for its turn; safe to repeat by the request id. */
export function createMessage(db: Db, userId: string, input: NewMessage, admit: Admit) {
  return once(db, userId, input.requestId, async (tx) => {
    // Sent together and answered in this order: the parent is read when the lock is there.
    const [chat, [parent]] = await Promise.all([
      lockChat(tx, userId, input.chatId),
      selectParent(tx, input.chatId, input.parentId),
    ]);
    const model = await admit(chat, input.model);
    const parentId = checkParent(parent, input.parentId);
    const common = { chatId: chat.id, userId, thinking: "", createTime: new Date() };
    const id = newId();
    const values = [
      {
        ...common,
        id,
        parentId,
        role: "user",
        status: "complete",
        text: input.text,
        model: "",
        options: {},
      },
      replyValues(common, id, { ...input, model }, chat),
    ] as const;
    const [message, reply] = await tx
      .insert(messages)
      .values([...values])
      .returning();
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
  return once(db, userId, input.requestId, async (tx) => {
    const [old] = await findMessage(tx, userId, input.messageId);
    if (old?.message.role !== "assistant" || old.message.parentId === null) {
      throw notFound("reply");
    }
    if (isRunning(old.message)) throw replyRunning();
    const chat = await lockChat(tx, userId, old.chat.id);
    const model = await admit(chat, input.model);
    const [message] = await findMessage(tx, userId, old.message.parentId);
    const common = { chatId: chat.id, userId, thinking: "", createTime: new Date() };
    const [reply] = await tx
      .insert(messages)
      .values(replyValues(common, old.message.parentId, { ...input, model }, chat))
      .returning();
    return { chat, message: message!.message, reply: reply!, fresh: true };
  });
}

function replyValues(
  common: Pick<Message, "chatId" | "userId" | "thinking" | "createTime">,
  parentId: string,
  input: { requestId: string; model: string; options: GenerationOptions | undefined },
  chat: Chat,
) {
  return {
    ...common,
    id: newId(),
    parentId,
    requestId: input.requestId,
    role: "assistant" as const,
    status: "queued" as const,
    text: "",
    model: input.model,
    options: { ...chat.options, ...input.options },
  };
}

// Marks the activity and takes the lock that keeps two messages from having the same parent.
async function lockChat(tx: Db, userId: string, chatId: string): Promise<Chat> {
  const [chat] = await tx
    .update(chats)
    .set({ updateTime: new Date() })
    .where(and(eq(chats.id, chatId), eq(chats.userId, userId), isNull(chats.deleteTime)))
    .returning();
  if (chat === undefined) throw notFound("chat");
  return chat;
}

function selectParent(tx: Db, chatId: string, parentId: string) {
  if (parentId === "") return newestMessage(tx, chatId);
  return tx
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

export function newestMessage(db: Db, chatId: string) {
  return db
    .select()
    .from(messages)
    .where(eq(messages.chatId, chatId))
    .orderBy(desc(messages.id))
    .limit(1);
}

function replyRunning() {
  return new AppError(
    "REPLY_RUNNING",
    "The reply before is still being written. Wait for it or stop it.",
  );
}

/** Runs a write that inserts a reply with the request id, or returns what it inserted before. */
async function once(
  db: Db,
  userId: string,
  requestId: string,
  write: (tx: Db) => Promise<Accepted>,
): Promise<Accepted> {
  try {
    return await transact(db, write);
  } catch (error) {
    // A repetition fails in one way or another: its own first time is in its way.
    const accepted = isUnavailable(error) ? undefined : await findAccepted(db, userId, requestId);
    if (accepted === undefined) throw error;
    return accepted;
  }
}

/** A message as it is stored now. */
export async function readMessage(db: Db, id: string): Promise<Message> {
  const [message] = await db.select().from(messages).where(eq(messages.id, id));
  if (message === undefined) throw notFound("message");
  return message;
}

async function findAccepted(
  db: Db,
  userId: string,
  requestId: string,
): Promise<Accepted | undefined> {
  const [reply] = await findReplyByRequest(db, userId, requestId);
  if (reply === undefined) return undefined;
  const chat = await ownedChat(db, userId, reply.chatId);
  return { chat, message: await readMessage(db, reply.parentId!), reply, fresh: false };
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
