import type { Db } from "#db/connect.ts";
import { messages } from "#db/schema/index.ts";
import { and, desc, inArray, lt, type SQL, sql } from "drizzle-orm";
import { notFound } from "../errors.ts";
import { DELETE_BATCH } from "../limits.ts";

/** The ids of a message and of all that follow it, the farthest first. */
export async function readBranch(db: Db, messageId: string): Promise<string[]> {
  return (await selectBranch(db, messageId)).map(({ id }) => id);
}

export function selectBranch(db: Db, messageId: string) {
  return db.execute<{ id: string }>(sql`
    with recursive "branch" as (
      select "id", 1 as "depth" from ${messages} where "id" = ${messageId}
      union all
      select "m"."id", "depth" + 1
      from ${messages} as "m" join "branch" on "m"."parent_id" = "branch"."id"
    )
    select "id" from "branch" order by "depth" desc`);
}

/**
 * Deletes a branch and returns how many messages were deleted. The farthest go first and some at a
 * time: no statement takes long, and where it breaks off the rest is whole and can be deleted again.
 */
export async function deleteBranch(db: Db, ids: string[]): Promise<number> {
  let count = 0;
  for (let from = 0; from < ids.length; from += DELETE_BATCH) {
    const batch = ids.slice(from, from + DELETE_BATCH);
    count += (await deleteMessages(db, batch)).length;
  }
  if (count === 0) throw notFound("message");
  return count;
}

/**
 * Deletes the messages that meet a condition, as many at a time: newest first, since what follows a
 * message is newer.
 */
export async function deleteNewestFirst(db: Db, condition: SQL): Promise<void> {
  for (let before: string | undefined, full = true; full;) {
    const ids = (await selectNewest(db, condition, before)).map(({ id }) => id);
    if (ids.length > 0) await deleteMessages(db, ids);
    before = ids.at(-1);
    full = ids.length === DELETE_BATCH;
  }
}

// Each batch begins where the one before ended, or it would read through all that is just deleted.
export function selectNewest(db: Db, condition: SQL, before: string | undefined) {
  return db
    .select({ id: messages.id })
    .from(messages)
    .where(before === undefined ? condition : and(condition, lt(messages.id, before)))
    .orderBy(desc(messages.id))
    .limit(DELETE_BATCH);
}

export function deleteMessages(db: Db, ids: string[]) {
  return db.delete(messages).where(inArray(messages.id, ids)).returning({ id: messages.id });
}
