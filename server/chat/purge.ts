import type { Db } from "#db/connect.ts";
import { chats, messages } from "#db/schema/index.ts";
import { and, eq, inArray, isNotNull, isNull, lt } from "drizzle-orm";
import { DELETED_CHAT_LIFETIME, PURGE_BATCH } from "../limits.ts";
import { deleteNewestFirst } from "./deletions.ts";

/** Removes for good what was deleted longer ago than it can be brought back, some at a time. */
export async function purgeDeletedChats(db: Db): Promise<void> {
  for (let full = true; full;) {
    const ids = (await selectDueChats(db)).map(({ id }) => id);
    for (const id of ids) await deleteNewestFirst(db, eq(messages.chatId, id));
    if (ids.length > 0) await deleteChats(db, ids);
    full = ids.length === PURGE_BATCH;
  }
}

/** Removes all chats of a user for good, whether they had been deleted or not. */
export async function purgeChatsOf(db: Db, userId: string): Promise<void> {
  await deleteNewestFirst(db, eq(messages.userId, userId));
  for (const deleted of [false, true]) {
    for (let full = true; full;) {
      const ids = (await selectSomeChats(db, userId, deleted)).map(({ id }) => id);
      if (ids.length > 0) await deleteChats(db, ids);
      full = ids.length === PURGE_BATCH;
    }
  }
}

export function selectDueChats(db: Db) {
  const oldest = new Date(Date.now() - DELETED_CHAT_LIFETIME);
  return db
    .select({ id: chats.id })
    .from(chats)
    .where(and(isNotNull(chats.deleteTime), lt(chats.deleteTime, oldest)))
    .limit(PURGE_BATCH);
}

// Those that are there and those that are deleted are in different indexes.
export function selectSomeChats(db: Db, userId: string, deleted: boolean) {
  const state = deleted ? isNotNull(chats.deleteTime) : isNull(chats.deleteTime);
  return db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.userId, userId), state))
    .limit(PURGE_BATCH);
}

export function deleteChats(db: Db, ids: string[]) {
  return db.delete(chats).where(inArray(chats.id, ids)).returning({ id: chats.id });
}
