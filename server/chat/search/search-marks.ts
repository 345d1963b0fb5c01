import type { Db } from "#db/connect.ts";
import { sql } from "drizzle-orm";
import { setImmediate as nextTurn } from "node:timers/promises";
import { MAX_MARK_CANDIDATES } from "../../limits.ts";
import { type Term, WORD, wordsOf } from "./search-query.ts";
import { toAnyWord } from "./search-tsquery.ts";
import { bareWord, type Marks } from "./snippet.ts";

/** What of some texts is to be marked as found. Which words are forms of others, PostgreSQL knows. */
export async function findMarks(
  db: Db,
  terms: readonly Term[],
  texts: readonly string[],
): Promise<Marks> {
  const alone = terms.filter((term) => !term.phrase && wordsOf(term.text).length === 1);
  const phrases = terms
    .filter((term) => !alone.includes(term))
    .map((term) => wordsOf(term.text).map(bareWord));
  return { words: await formsOf(db, alone, texts), phrases };
}

async function formsOf(
  db: Db,
  terms: readonly Term[],
  texts: readonly string[],
): Promise<Set<string>> {
  const candidates = await candidatesIn(texts, terms);
  if (candidates.size === 0) return new Set();
  const query = await toAnyWord(db, terms);
  const rows = await db.execute<{ word: string }>(sql`
    select word from jsonb_array_elements_text(${JSON.stringify([...candidates])}::jsonb) as word
    where search_words(word) @@ ${query}::tsquery`);
  return new Set(rows.map(({ word }) => word));
}

async function candidatesIn(
  texts: readonly string[],
  terms: readonly Term[],
): Promise<Set<string>> {
  // A stem keeps the first letter of its word.
  const initials = new Set(terms.map((term) => initialOf(wordsOf(term.text)[0]!)));
  const candidates = new Set<string>();
  if (initials.size === 0) return candidates;
  for (const text of texts) {
    await nextTurn();
    for (const [word] of text.matchAll(WORD)) {
      if (initials.has(initialOf(word))) candidates.add(word.toLowerCase());
      if (candidates.size === MAX_MARK_CANDIDATES) return candidates;
    }
  }
  return candidates;
}

const initialOf = (word: string) => bareWord(word.slice(0, 2)).slice(0, 1);
