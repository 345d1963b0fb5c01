import { SNIPPET_LENGTH } from "../../limits.ts";
import { WORD } from "./search-query.ts";

export type SnippetPart = { text: string; match: boolean };

/** What is marked: words as they may stand in a text, in small letters, and bare words side by side. */
export type Marks = { words: ReadonlySet<string>; phrases: readonly (readonly string[])[] };

type Span = { start: number; end: number };

/** How much stands before the first match. */
const LEAD = 60;
/** What has no accents, as most words. */
const PLAIN = /^[a-z0-9]*$/;
const graphemes = new Intl.Segmenter();

/** A word without capitals and accents; the same as search_bare of migration 0002. */
export function bareWord(word: string): string {
  const small = word.toLowerCase();
  if (PLAIN.test(small)) return small;
  return small
    .normalize("NFD")
    .replaceAll(/[\u0300-\u036f]+/g, "")
    .normalize("NFC");
}

/**
 * The first place of a text that holds what was looked for, with what stands around it; its beginning
 * when that is not among the first `look` characters.
 */
export function makeSnippet(source: string, marks: Marks, look = source.length): SnippetPart[] {
  const near = source.slice(0, look + SNIPPET_LENGTH);
  const text = near.replaceAll(/\s+/g, " ").trim();
  const matches = firstMatches(text, marks, look);
  const start = startAt(text, matches[0]?.start ?? 0);
  const end = endAt(text, start);
  const parts: SnippetPart[] = [];
  const add = (piece: string, match: boolean) => {
    if (piece !== "") parts.push({ text: piece, match });
  };
  let at = start;
  const before = start > 0 ? "…" : "";
  for (const [index, match] of matches.entries()) {
    if (match.start >= end) break;
    add((index === 0 ? before : "") + text.slice(at, match.start), false);
    at = Math.min(match.end, end);
    add(text.slice(match.start, at), true);
  }
  const goesOn = end < text.length || near.length < source.length;
  const rest = text.slice(at, end) + (goesOn ? "…" : "");
  add(matches.length === 0 ? before + rest : rest, false);
  return parts;
}

/** The matches from the first one on, as far as a snippet that begins near it can reach. */
function firstMatches(text: string, { words, phrases }: Marks, look: number): Span[] {
  const found: Span[] = [];
  const longest = Math.max(0, ...phrases.map((phrase) => phrase.length));
  const byEnd = Map.groupBy(phrases, (phrase) => phrase.at(-1)!);
  /** The last words before and with the present one, for phrases that end here. */
  const recent: { bare: string; start: number }[] = [];
  for (const { 0: word, index: start } of text.matchAll(WORD)) {
    if (start >= look || (found[0] && start > found[0].start + SNIPPET_LENGTH)) break;
    const end = start + word.length;
    if (words.has(word.toLowerCase())) join(found, { start, end });
    if (longest === 0) continue;
    const bare = bareWord(word);
    recent.push({ bare, start });
    if (recent.length > longest) recent.shift();
    for (const phrase of byEnd.get(bare) ?? []) {
      const first = recent.length - phrase.length;
      if (phrase.every((one, at) => one === recent[first + at]?.bare)) {
        join(found, { start: recent[first]!.start, end });
      }
    }
  }
  return found;
}

/** Adds a match; what it overlaps becomes one with it. */
function join(found: Span[], match: Span): void {
  let { start } = match;
  for (let last = found.at(-1); last && last.end > match.start; last = found.at(-1)) {
    start = Math.min(start, last.start);
    found.pop();
  }
  found.push({ start, end: match.end });
}

/** Where a snippet begins: some words before the match, at the beginning of one. */
function startAt(text: string, match: number): number {
  if (match <= LEAD || text.length <= SNIPPET_LENGTH) return 0;
  const from = match - LEAD;
  const blank = text.indexOf(" ", from);
  return blank !== -1 && blank < match ? blank + 1 : wholeGrapheme(text, 0, from);
}

function endAt(text: string, start: number): number {
  const most = start + SNIPPET_LENGTH;
  if (text.length <= most) return text.length;
  const blank = text.lastIndexOf(" ", most);
  return blank > start + LEAD * 2 ? blank : wholeGrapheme(text, start, most);
}

/** The last place up to `at` that does not lie within a grapheme. */
function wholeGrapheme(text: string, from: number, at: number): number {
  // A look at the surroundings is enough, and costs the same in a long text.
  const near = Math.max(from, at - SNIPPET_LENGTH);
  const slice = text.slice(near, at + SNIPPET_LENGTH);
  const start = graphemes.segment(slice).containing(at - near)?.index ?? 0;
  return start > 0 ? near + start : at;
}
