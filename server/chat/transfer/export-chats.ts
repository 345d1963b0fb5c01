import type { Db } from "#db/connect.ts";
import { chats, messages } from "#db/schema/index.ts";
import { and, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { Actor } from "../../audit/actor.ts";
import type { Audit } from "../../audit/audit-event.ts";
import { notFound } from "../../errors.ts";
import { TRANSFER_BATCH, TRANSFER_BATCH_BYTES } from "../../limits.ts";
import type { Chat, Message } from "../access.ts";
import { createMessageNumbers, type MessageNumbers } from "./message-numbers.ts";
import { isRunning } from "../messages.ts";
import {
  type ChatRecord,
  FORMAT,
  type MessageRecord,
  type TransferRecord,
} from "./transfer-record.ts";

const CHATS_AT_ONCE = 50;
const INDEX_ROWS = 5_000;

type Deps = { db: Db; asOfNow: (message: Message) => Message; audit: Audit };

/**
 * The user's chats, oldest first, each with its messages. Nothing is locked meanwhile: every chat
 * that is there from beginning to end is exported once, with the messages that it has when its turn
 * comes. When one of these is deleted under way, the export ends with NOT_FOUND.
 */
export async function* exportChats(
  { db, asOfNow, audit }: Deps,
  by: Actor,
  signal: AbortSignal,
): AsyncGenerator<TransferRecord> {
  await audit(by, { kind: "chats_exported" });
  yield FORMAT;
  for await (const chat of chatsOf(db, by.id)) {
    const { numbers, batches } = await readIndex(db, chat.id);
    signal.throwIfAborted();
    yield toChatRecord(chat, numbers);
    for (const batch of batches) {
      const rows = await selectRange(db, chat.id, batch);
      let left = batch.count;
      for (const row of rows) {
        // What was written since the messages were counted is left for the next export.
        if (numbers.of(row.id) === 0) continue;
        signal.throwIfAborted();
        left -= 1;
        yield toMessageRecord(asOfNow(row), numbers);
      }
      if (left > 0) throw notFound("message");
    }
  }
}

async function* chatsOf(db: Db, userId: string): AsyncGenerator<Chat> {
  let after: Chat | undefined;
  do {
    const rows: Chat[] = await selectOldestChats(db, userId, { size: CHATS_AT_ONCE, after });
    yield* rows;
    after = rows.length === CHATS_AT_ONCE ? rows.at(-1) : undefined;
  } while (after !== undefined);
}

export function selectOldestChats(
  db: Db,
  userId: string,
  page: { size: number; after: { createTime: Date; id: string } | undefined },
) {
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
            sql`(${chats.createTime}, ${chats.id}) > (${after.createTime.toISOString()}::timestamptz, ${after.id}::uuid)`,
          ),
    )
    .orderBy(chats.createTime, chats.id)
    .limit(page.size);
}

/** Messages that follow each other, to be read at once. */
type Batch = { first: string; last: string; count: number; bytes: number };

/** Numbers a chat's messages, and divides them so that no batch holds too much text. */
async function readIndex(db: Db, chatId: string) {
  const numbers = createMessageNumbers();
  const batches: Batch[] = [];
  let after: string | undefined;
  do {
    const rows = await selectSizes(db, chatId, { size: INDEX_ROWS, after });
    for (const { id, bytes } of rows) {
      numbers.add(id);
      const batch = batches.at(-1);
      const full =
        batch === undefined ||
        batch.count === TRANSFER_BATCH ||
        batch.bytes + bytes > TRANSFER_BATCH_BYTES;
      if (full) batches.push({ first: id, last: id, count: 1, bytes });
      else Object.assign(batch, { last: id, count: batch.count + 1, bytes: batch.bytes + bytes });
    }
    after = rows.length === INDEX_ROWS ? rows.at(-1)!.id : undefined;
  } while (after !== undefined);
  return { numbers, batches };
}

export function selectSizes(
  db: Db,
  chatId: string,
  page: { size: number; after: string | undefined },
) {
  const inChat = eq(messages.chatId, chatId);
  return db
    .select({
      id: messages.id,
      bytes: sql<number>`octet_length(${messages.text}) + octet_length(${messages.thinking})`,
    })
    .from(messages)
    .where(page.after === undefined ? inChat : and(inChat, gt(messages.id, page.after)))
    .orderBy(messages.id)
    .limit(page.size);
}

export function selectRange(
  db: Db,
  chatId: string,
  { first, last }: Pick<Batch, "first" | "last">,
) {
  return db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.chatId, chatId),
        sql`${messages.id} >= ${first}::uuid`,
        lte(messages.id, last),
      ),
    )
    .orderBy(messages.id);
}

function toChatRecord(chat: Chat, numbers: MessageNumbers): ChatRecord {
  return {
    ...chat,
    kind: "chat",
    sourceId: chat.sourceId ?? chat.id,
    messageCount: numbers.count(),
  };
}

function toMessageRecord(message: Message, numbers: MessageNumbers): MessageRecord {
  return {
    ...message,
    kind: "message",
    parent: numbers.of(message.parentId),
    contextStart: numbers.of(message.contextStartId),
    // Whoever reads the file cannot wait for the rest.
    ...(isRunning(message) && { status: "interrupted" as const }),
  };
}
