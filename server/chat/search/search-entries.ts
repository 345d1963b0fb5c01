import type { Db } from "#db/connect.ts";
import { chats, searchEntries } from "#db/schema/index.ts";
import { and, desc, eq, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { SEARCH_WALK, SEARCH_WEEKS } from "../../limits.ts";
import type { After } from "../chats.ts";

const { createTime } = searchEntries;

export type Hit = { id: string; createTime: Date };

export type Wanted = {
  userId: string;
  /** A tsquery. */
  words: string;
  range: { after: After; from: Date | undefined; to: Date | undefined };
  count: number;
};

/** The newest entries of a user in which the words stand, so many at most. */
export async function findEntries(db: Db, wanted: Wanted): Promise<Hit[]> {
  const hits = await walkNewest(db, wanted);
  if (hits.length === wanted.count) return hits;
  const [last] = await findLastWalked(db, wanted);
  if (last === undefined) return hits;
  const after = { time: last.createTime.toISOString(), id: last.id };
  const rest = { ...wanted, range: { ...wanted.range, after }, count: wanted.count - hits.length };
  return [...hits, ...(await lookBack(db, rest, last.createTime))];
}

/**
 * Looks at the newest entries one after another: quick where the words are common, since it ends
 * with the page, while the index of words would bring all their places to be sorted.
 */
export function walkNewest(db: Db, { userId, words, range, count }: Wanted) {
  const newest = db
    .select()
    .from(searchEntries)
    .where(and(eq(searchEntries.userId, userId), inRange(createTime, range)))
    .orderBy(desc(searchEntries.createTime), desc(searchEntries.id))
    .limit(SEARCH_WALK)
    .as("newest");
  return db
    .select({ id: newest.id, createTime: newest.createTime })
    .from(newest)
    .innerJoin(chats, and(eq(chats.id, newest.chatId), isNull(chats.deleteTime)))
    .where(sql`${newest.words} @@ ${words}::tsquery`)
    .orderBy(desc(newest.createTime), desc(newest.id))
    .limit(count);
}

/** Asks the index of words for the newest weeks first, since what it brings must be sorted by time. */
async function lookBack(db: Db, { words, range, count }: Wanted, newest: Date): Promise<Hit[]> {
  const weeks = Math.floor(newest.getTime() / SEARCH_WEEKS);
  const within = { words: `(${words}) & 'weeks ${weeks}'`, range, count };
  const hits = await lookUp(db, within);
  const to = new Date(weeks * SEARCH_WEEKS);
  const all = hits.length === count || (range.from !== undefined && range.from >= to);
  if (all) return hits;
  const rest = { words, range: { ...range, to }, count: count - hits.length };
  return [...hits, ...(await lookUp(db, rest))];
}

/**
 * Finds all entries by the index of words, in which the user is one of the words. A prepared plan
 * cannot know how rare the words are: it must find no other way, neither through the user's chats
 * (hence sorted within) nor by the index of times (hence the sum).
 */
export function lookUp(db: Db, { words, range, count }: Omit<Wanted, "userId">) {
  const found = db
    .select()
    .from(searchEntries)
    .where(
      and(
        sql`${searchEntries.words} @@ ${words}::tsquery`,
        inRange(sql`(${createTime} + interval '0')`, range),
      ),
    )
    .orderBy(desc(searchEntries.createTime), desc(searchEntries.id))
    .as("found");
  return db
    .select({ id: found.id, createTime: found.createTime })
    .from(found)
    .innerJoin(chats, and(eq(chats.id, found.chatId), isNull(chats.deleteTime)))
    .orderBy(desc(found.createTime), desc(found.id))
    .limit(count);
}

/** The last of the entries that walkNewest looks at; none when these are all. */
export function findLastWalked(db: Db, { userId, range }: Wanted) {
  return db
    .select({ id: searchEntries.id, createTime: searchEntries.createTime })
    .from(searchEntries)
    .where(and(eq(searchEntries.userId, userId), inRange(createTime, range)))
    .orderBy(desc(searchEntries.createTime), desc(searchEntries.id))
    .offset(SEARCH_WALK - 1)
    .limit(1);
}

function inRange(time: SQLWrapper, { after, from, to }: Wanted["range"]): SQL | undefined {
  return and(
    after && sql`(${time}, ${searchEntries.id}) < (${after.time}::timestamptz, ${after.id}::uuid)`,
    from && sql`${time} >= ${from.toISOString()}::timestamptz`,
    to && sql`${time} < ${to.toISOString()}::timestamptz`,
  );
}
