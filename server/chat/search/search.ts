import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { chats, messages, searchEntries } from "#db/schema/index.ts";
import { desc, eq, inArray, sql } from "drizzle-orm";
import { SEARCHED_LENGTH } from "../../limits.ts";
import type { Chat, Message } from "../access.ts";
import { afterToken } from "../chats.ts";
import { findEntries } from "./search-entries.ts";
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
  const hits = await findEntries(db, { userId, words, range, count: input.size + 1 });

  const shown = hits.slice(0, input.size);
  const entries = shown.length === 0 ? [] : await readEntries(db, shown);
  const texts = entries.map((entry) => entry.message?.text ?? entry.chat.title);
  const snippets = await makeSnippets(db, query.wanted, texts);
  const results = entries.map((entry, at) => ({ ...entry, snippet: snippets[at]! }));
  const last = shown.at(-1);
  const more = hits.length > shown.length && last !== undefined;
  return { results, next: more ? encodePageToken([last.createTime.toISOString(), last.id]) : "" };
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
