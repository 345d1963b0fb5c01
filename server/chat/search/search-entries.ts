import type { Db } from "#db/connect.ts";
import { chats, searchEntries } from "#db/schema/index.ts";
import { and, desc, eq, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import { SEARCH_STEPS, SEARCH_WALK } from "../../limits.ts";
import type { After } from "../chats.ts";

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
  return hits.length < wanted.count ? lookBack(db, wanted) : hits;
}

/**
 * Looks at the newest entries one after another: quick where the words are common, since it ends
 * with the page, while the index of words would bring all their places to be sorted.
 */
export function walkNewest(db: Db, { userId, words, range, count }: Wanted) {
  const newest = db
    .select()
    .from(searchEntries)
    .where(and(eq(searchEntries.userId, userId), inRange(range)))
    .orderBy(desc(searchEntries.createTime), desc(searchEntries.id))
    .limit(SEARCH_WALK)
    .as("newest");
  return db
    .select({ id: newest.id, createTime: newest.createTime })
    .from(newest)
    .innerJoin(chats, and(eq(chats.id, newest.chatId), ownChat(userId)))
    .where(sql`${newest.words} @@ ${words}::tsquery`)
    .orderBy(desc(newest.createTime), desc(newest.id))
    .limit(count);
}

/** Asks the index of words for more and more weeks back, so that it brings few more than a page. */
async function lookBack(db: Db, wanted: Wanted): Promise<Hit[]> {
  const [newest] = await findNewest(db, wanted);
  if (newest === undefined) return [];
  const { words, range, count } = wanted;
  const oldest = range.from === undefined ? -Infinity : weekOf(range.from);
  const hits: Hit[] = [];
  let end = weekOf(newest.createTime) + 1;
  for (const weeks of SEARCH_STEPS) {
    const start = Math.max(end - weeks, oldest);
    const within = `(${words}) & (${namesOf(start, end)})`;
    hits.push(...(await lookUp(db, { ...wanted, words: within, count: count - hits.length })));
    if (hits.length === count || start === oldest) return hits;
    end = start;
  }
  const rest = { ...range, to: new Date(end * WEEK) };
  return [...hits, ...(await lookUp(db, { ...wanted, range: rest, count: count - hits.length }))];
}

/**
 * Finds all entries by the index of words, in which the user is one of the words: a condition on the
 * column would tempt the planner to walk. Sorted within, so that a prepared plan, which cannot know
 * how rare the words are, does not go through all chats of the user instead.
 */
export function lookUp(db: Db, { userId, words, range, count }: Wanted) {
  const found = db
    .select()
    .from(searchEntries)
    .where(and(sql`${searchEntries.words} @@ ${words}::tsquery`, inRange(range)))
    .orderBy(desc(searchEntries.createTime), desc(searchEntries.id))
    .as("found");
  return db
    .select({ id: found.id, createTime: found.createTime })
    .from(found)
    .innerJoin(chats, and(eq(chats.id, found.chatId), ownChat(userId)))
    .orderBy(desc(found.createTime), desc(found.id))
    .limit(count);
}

export function findNewest(db: Db, { userId, range }: Wanted) {
  return db
    .select({ createTime: searchEntries.createTime })
    .from(searchEntries)
    .where(and(eq(searchEntries.userId, userId), inRange(range)))
    .orderBy(desc(searchEntries.createTime), desc(searchEntries.id))
    .limit(1);
}

const WEEK = 604_800_000;

/** Counted since 1970, as search_entry of migration 0002 does. */
const weekOf = (time: Date) => Math.floor(time.getTime() / WEEK);

function namesOf(start: number, end: number): string {
  const weeks = Array.from({ length: end - start }, (_, at) => `'week ${start + at}'`);
  return weeks.join(" | ");
}

const ownChat = (userId: string) => and(eq(chats.userId, userId), isNull(chats.deleteTime));

function inRange({ after, from, to }: Wanted["range"]): SQL | undefined {
  const { createTime, id } = searchEntries;
  return and(
    after && sql`(${createTime}, ${id}) < (${after.time}::timestamptz, ${after.id}::uuid)`,
    from && gte(createTime, from),
    to && lt(createTime, to),
  );
}
