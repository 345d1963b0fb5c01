import { AppError } from "../../errors.ts";
import { MAX_SEARCH_WORDS } from "../../limits.ts";

/** A word to find in any form, or words to find side by side. */
export type Term = { text: string; phrase: boolean };

export type SearchQuery = {
  wanted: Term[];
  excluded: Term[];
  /** Any of these wrote it; none: whoever. */
  models: string[];
  excludedModels: string[];
  /** From this moment on, and up to but without that one. */
  after: Date | undefined;
  before: Date | undefined;
};

/** A run of what PostgreSQL takes for letters and digits; marks belong to the letter before them, and alone are nothing. */
export const WORD = /[\p{Alphabetic}0-9][\p{Alphabetic}\p{M}0-9]*/gu;

/** A part of the query: perhaps a minus, then words in quotes, closed or not, or up to a blank. */
const PART = /(-?)(?:["“”]([^"“”]*)(?:["“”]|$)|(\S+))/gu;
const FILTER = /^(model|after|before):(.*)$/is;

/** Reads the language of SearchMessagesRequest.query; BAD_QUERY names the part that cannot be used. */
export function parseSearchQuery(text: string): SearchQuery {
  const query: SearchQuery = {
    wanted: [],
    excluded: [],
    models: [],
    excludedModels: [],
    after: undefined,
    before: undefined,
  };
  let count = 0;
  for (const [part, minus, quoted, bare] of text.matchAll(PART)) {
    const [, name, value] = FILTER.exec(bare ?? "") ?? [];
    if (name !== undefined) {
      addFilter(query, { part, minus: minus !== "", name: name.toLowerCase(), value: value! });
      count += 1;
    } else {
      const term = { text: quoted ?? bare!, phrase: quoted !== undefined };
      const words = wordsOf(term.text).length;
      if (words > 0) (minus ? query.excluded : query.wanted).push(term);
      count += words;
    }
    if (count > MAX_SEARCH_WORDS) {
      throw badQuery(part, `A search has at most ${MAX_SEARCH_WORDS} words.`);
    }
  }
  // Signs alone are no words, and leaving them out must not find everything.
  if (count === 0) throw badQuery(text.trim(), "A search needs a word of letters or digits.");
  return query;
}

/** The words of a text as the search sees them, in the order of the text. */
export function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}

type Filter = { part: string; minus: boolean; name: string; value: string };

function addFilter(query: SearchQuery, { part, minus, name, value }: Filter): void {
  if (value === "") throw badQuery(part, `"${part}" lacks its value.`);
  if (name === "model") {
    (minus ? query.excludedModels : query.models).push(value.toLowerCase());
    return;
  }
  const day = minus ? undefined : readDay(value);
  if (day === undefined) throw badQuery(part, `"${part}" is no day: write ${name}:2026-03-31.`);
  if (name === "after" && !(query.after && query.after > day)) query.after = day;
  if (name === "before" && !(query.before && query.before < day)) query.before = day;
}

function readDay(value: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(value) || value.startsWith("0000")) return undefined;
  const day = new Date(`${value}T00:00:00.000Z`);
  // Date takes 30 February for 2 March.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value) ? day : undefined;
}

function badQuery(part: string, message: string) {
  return new AppError("BAD_QUERY", message, { metadata: { part } });
}
