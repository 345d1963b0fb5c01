import type { Db } from "#db/connect.ts";
import { isUnavailable } from "#db/failure.ts";
import { decodePageToken, encodePageToken } from "#db/keyset.ts";
import { chats, type GenerationOptions, messages } from "#db/schema/index.ts";
import { repeat } from "#db/transact.ts";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { AppError, notFound } from "../errors.ts";
import { MAX_HISTORY, MAX_PAGE_BYTES } from "../limits.ts";
import type { Turn } from "../llm/prompt.ts";
import { type Chat, type Message, ownedChat, ownedReply } from "./access.ts";
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
    const id = newId();
    const [message, reply] = await insertMessages(db, chat, [
      { ...common(userId, chat), id, parentId, role: "user", status: "complete", text: input.text },
      replyValues(userId, chat, id, { ...input, model }),
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
    const values = replyValues(userId, chat, message.id, { ...input, model });
    const [reply] = await insertMessages(db, chat, [values]);
    return { chat, message, reply: reply!, fresh: true };
  });
}

type NewRow = typeof messages.$inferInsert;

function common(userId: string, chat: Chat) {
  const empty = { text: "", thinking: "", model: "", options: {} };
  return { ...empty, chatId: chat.id, userId, createTime: new Date() };
}

function replyValues(
  userId: string,
  chat: Chat,
  parentId: string,
  input: { requestId: string; model: string; options: GenerationOptions | undefined },
): NewRow {
  return {
    ...common(userId, chat),
    id: newId(),
    parentId,
    requestId: input.requestId,
    role: "assistant",
    status: "queued",
    model: input.model,
    options: { ...chat.options, ...input.options },
  };
}

/** Inserts messages and marks their chat's activity in one statement, so in one round trip. */
function insertMessages(db: Db, chat: Chat, values: NewRow[]) {
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
  if (parentId === "") return newestMessage(db, chatId);
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
  write: () => Promise<Accepted>,
): Promise<Accepted> {
  try {
    return await repeat(write);
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
