import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { chats, messages, searchEntries } from "#db/schema/index.ts";
import { and, desc, eq, gte, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { SEARCH_WALK, SEARCHED_LENGTH } from "../../limits.ts";
import type { Chat, Message } from "../access.ts";
import { type After, afterToken } from "../chats.ts";
import { parseSearchQuery } from "./search-query.ts";
import { toTsquery } from "./search-tsquery.ts";
import type { SnippetPart } from "./snippet.ts";
import { makeSnippets } from "./snippets.ts";

export type Found = {
  chat: Chat;
  /** Null: the chat's title was found. */
  message: Pick<Message, "id" | "role" | "model"> | null;
  createTime: Date;
  snippet: SnippetPart[];
};

/** A page of the user's titles and messages in which the words of a query stand, newest first. */
export async function searchMessages(
  db: Db,
  userId: string,
  input: { query: string; size: number; token: string },
): Promise<{ results: Found[]; next: string }> {
  const query = parseSearchQuery(input.query);
  const after = afterToken(input.token);
  const words = await toTsquery(db, userId, query);
  const range = { after, from: query.after, to: query.before };
  const wanted = { userId, words, range, count: input.size + 1 };
  let hits = await walkNewest(db, wanted);
  // Where they are not many, the index of words knows them all.
  if (hits.length < wanted.count) hits = await lookUp(db, wanted);

  const shown = hits.slice(0, input.size);
  const entries = shown.length === 0 ? [] : await readEntries(db, shown);
  const texts = entries.map((entry) => entry.message?.text ?? entry.chat.title);
  const snippets = await makeSnippets(db, query.wanted, texts);
  const results = entries.map((entry, at) => ({ ...entry, snippet: snippets[at]! }));
  const last = shown.at(-1);
  const more = hits.length > shown.length && last !== undefined;
  return { results, next: more ? encodePageToken([last.createTime.toISOString(), last.id]) : "" };
}

type Wanted = {
  userId: string;
  words: string;
  range: { after: After; from: Date | undefined; to: Date | undefined };
  count: number;
};

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

const ownChat = (userId: string) => and(eq(chats.userId, userId), isNull(chats.deleteTime));

function inRange({ after, from, to }: Wanted["range"]): SQL | undefined {
  const { createTime, id } = searchEntries;
  return and(
    after && sql`(${createTime}, ${id}) < (${after.time}::timestamptz, ${after.id}::uuid)`,
    from && gte(createTime, from),
    to && lt(createTime, to),
  );
}

function readEntries(db: Db, hits: { id: string }[]) {
  const ids = hits.map(({ id }) => id);
  return db
    .select({
      chat: chats,
      message: {
        id: messages.id,
        role: messages.role,
        model: messages.model,
        text: sql<string>`left(${messages.text}, ${sql.raw(String(SEARCHED_LENGTH))})`,
      },
      createTime: searchEntries.createTime,
    })
    .from(searchEntries)
    .innerJoin(chats, eq(chats.id, searchEntries.chatId))
    .leftJoin(messages, eq(messages.id, searchEntries.id))
    .where(inArray(searchEntries.id, ids))
    .orderBy(desc(searchEntries.createTime), desc(searchEntries.id));
}
