import type { Db } from "#db/connect.ts";
import { isId } from "#db/keyset.ts";
import { runDetached } from "#db/scope.ts";
import { chats, messages } from "#db/schema/index.ts";
import { repeat, transact } from "#db/transact.ts";
import { and, count, eq, or, sql } from "drizzle-orm";
import {
  DELETED_CHAT_LIFETIME,
  MAX_IMPORTED_MESSAGE_BYTES,
  MAX_IMPORTED_MESSAGES,
  TRANSFER_BATCH,
  TRANSFER_BATCH_BYTES,
} from "../../limits.ts";
import { newId } from "../../new-id.ts";
import { deleteNewestFirst } from "../deletions.ts";
import { RecordError } from "./import-summary.ts";
import { cleanText } from "./parse-record.ts";
import type { ChatRecord, MessageRecord } from "./transfer-record.ts";

export type NewChat = Omit<ChatRecord, "kind" | "messageCount">;
export type NewMessage = Omit<MessageRecord, "kind">;

type MessageRow = typeof messages.$inferInsert;
type Known = { id: string; role: MessageRow["role"] };

export type ChatImport = Awaited<ReturnType<typeof beginChat>>;

/**
 * Takes a chat, message by message, and shows it when it is whole. Until then a long one is stored
 * as a deleted chat without a source, which nobody finds; what a dead server leaves of it is purged
 * like other deleted chats.
 */
export async function beginChat(db: Db, userId: string, chat: NewChat) {
  const id = newId();
  const known: Known[] = [];
  let rows: MessageRow[] = [];
  let bytes = 0;
  let staged = false;
  const there = (await findSource(db, userId, chat.sourceId)).filter((one) => !isGone(one));
  const present = there.length > 0;
  const values = { ...chat, id, userId };

  async function flush() {
    const hidden = { ...values, sourceId: null, deleteTime: new Date() };
    const store = () => db.insert(chats).values(hidden).onConflictDoNothing();
    const first = !staged;
    // Before it is done: the answer may be lost.
    staged = true;
    if (first) await repeat(store);
    await repeat(() => insertMessages(db, rows));
    rows = [];
    bytes = 0;
  }

  return {
    /** Adds a message; its parent must have been added before. */
    async add(message: NewMessage) {
      const row = toRow(message, known, { chatId: id, userId });
      known.push({ id: row.id, role: row.role });
      // A chat that is there already is only read to see whether it is whole.
      if (present) return;
      rows.push(row);
      bytes += row.text.length + row.thinking.length;
      if (rows.length >= TRANSFER_BATCH || bytes >= TRANSFER_BATCH_BYTES) await flush();
    },

    /** Shows the chat; returns how many messages it brings, or undefined when it was there. */
    async finish(): Promise<number | undefined> {
      if (there.some(({ deleteTime }) => deleteTime === null)) return undefined;
      const stored = await transact(db, (tx) =>
        staged ? reveal(tx, values, rows) : store(tx, values, present ? undefined : rows),
      );
      return stored === "added" ? known.length : stored;
    },

    /** Removes what was stored of the chat, also when the deadline has just ended the import. */
    async discard() {
      if (!staged) return;
      await runDetached(async () => {
        // The cascade through a very long chat would outlast the time of a statement.
        await deleteNewestFirst(db, eq(messages.chatId, id));
        await db.delete(chats).where(eq(chats.id, id));
      });
    },
  };
}

type ChatRow = typeof chats.$inferInsert & { id: string; sourceId: string };

async function store(tx: Db, values: ChatRow, rows: MessageRow[] | undefined) {
  const there = await settle(tx, values);
  if (there !== "new") return there;
  if (rows === undefined) {
    throw new RecordError("BAD_VALUE", "The chat was there and has just been removed.");
  }
  const inserted = await tx.insert(chats).values(values).onConflictDoNothing().returning();
  if (inserted.length === 0) return undefined;
  await insertMessages(tx, rows);
  return "added";
}

async function reveal(tx: Db, values: ChatRow, rows: MessageRow[]) {
  const there = await settle(tx, values);
  if (there !== "new") {
    if (there !== "added") await tx.delete(chats).where(eq(chats.id, values.id));
    return there;
  }
  await insertMessages(tx, rows);
  const { sourceId } = values;
  await tx.update(chats).set({ sourceId, deleteTime: null }).where(eq(chats.id, values.id));
  return "added";
}

/**
 * What is to be done with a chat that may be there: nothing (undefined), or the number of messages
 * of one that its user had deleted and that is brought back, or "new". One that this import has
 * stored itself, by a commit whose answer was lost, is "added".
 */
async function settle(tx: Db, { id, userId, sourceId }: ChatRow) {
  let brought: number | undefined;
  for (const chat of await findSource(tx, userId, sourceId)) {
    if (chat.deleteTime === null) return chat.id === id ? "added" : undefined;
    if (isGone(chat)) {
      await tx.delete(chats).where(eq(chats.id, chat.id));
      continue;
    }
    await tx.update(chats).set({ deleteTime: null }).where(eq(chats.id, chat.id));
    brought = await countMessages(tx, chat.id);
  }
  return brought ?? "new";
}

/** Whether a chat was deleted too long ago to be brought back. */
function isGone({ deleteTime }: { deleteTime: Date | null }): boolean {
  return deleteTime !== null && deleteTime.getTime() <= Date.now() - DELETED_CHAT_LIFETIME;
}

/** The user's chats that are the one with this source: imported from there, or the source itself. */
export function findSource(db: Db, userId: string, sourceId: string) {
  const own = isId(sourceId) ? sourceId : null;
  return db
    .select({ id: chats.id, deleteTime: chats.deleteTime })
    .from(chats)
    .where(
      and(
        eq(chats.userId, userId),
        or(eq(chats.sourceId, sourceId), sql`${chats.id} = ${own}::uuid`),
      ),
    );
}

async function countMessages(db: Db, chatId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(messages).where(eq(messages.chatId, chatId));
  return row?.n ?? 0;
}

async function insertMessages(db: Db, rows: MessageRow[]) {
  if (rows.length > 0) await db.insert(messages).values(rows).onConflictDoNothing();
}

function toRow(
  { parent, contextStart, error, ...message }: NewMessage,
  known: Known[],
  common: { chatId: string; userId: string },
): MessageRow {
  const text = cleanText(message.text);
  const thinking = cleanText(message.thinking);
  if (known.length === MAX_IMPORTED_MESSAGES) {
    throw new RecordError("TOO_LARGE", `A chat has at most ${MAX_IMPORTED_MESSAGES} messages.`);
  }
  for (const part of [text, thinking]) {
    if (Buffer.byteLength(part) > MAX_IMPORTED_MESSAGE_BYTES) {
      throw new RecordError("TOO_LARGE", "A message is larger than 1 MiB.");
    }
  }
  return {
    ...message,
    ...common,
    text,
    thinking,
    error: cleanError(error),
    id: newId(),
    parentId: parentOf(parent, message.role, known),
    contextStartId: contextStart === 0 ? null : at(known, contextStart).id,
  };
}

function cleanError(error: NewMessage["error"]): NewMessage["error"] {
  if (error === null) return null;
  const { reason, message, metadata } = error;
  const entries = Object.entries(metadata ?? {}).map((entry) => entry.map(cleanText));
  return {
    reason: cleanText(reason),
    message: cleanText(message),
    ...(metadata && { metadata: Object.fromEntries(entries) as Record<string, string> }),
  };
}

function parentOf(parent: number, role: Known["role"], known: Known[]): string | null {
  if (parent === 0 && role === "user") return null;
  const { id, role: before } = at(known, parent);
  if (before === role) {
    throw new RecordError("BAD_VALUE", "A message follows a reply, and a reply follows a message.");
  }
  return id;
}

function at(known: Known[], number: number): Known {
  const one = known[number - 1];
  if (one === undefined) {
    throw new RecordError("BAD_VALUE", `Message ${number} does not stand before this one.`);
  }
  return one;
}
