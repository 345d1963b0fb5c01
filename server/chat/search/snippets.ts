import type { Db } from "#db/connect.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import { MAX_MARKED_LENGTH } from "../../limits.ts";
import { findMarks } from "./search-marks.ts";
import type { Term } from "./search-query.ts";
import { makeSnippet, type SnippetPart } from "./snippet.ts";

/** The snippets of the texts of a page; others get their turn between one text and the next. */
export async function makeSnippets(
  db: Db,
  terms: readonly Term[],
  texts: readonly string[],
): Promise<SnippetPart[][]> {
  const shares = sharesOf(
    texts.map(({ length }) => length),
    MAX_MARKED_LENGTH,
  );
  const looked = texts.map((text, at) => text.slice(0, shares[at]));
  const marks = await findMarks(db, terms, looked);
  const snippets: SnippetPart[][] = [];
  for (const [at, text] of texts.entries()) {
    await nextTurn();
    snippets.push(makeSnippet(text, marks, shares[at]));
  }
  return snippets;
}

/** How much each gets of what there is for all: the same, and what short ones leave, the others get. */
export function sharesOf(lengths: readonly number[], total: number): number[] {
  const shares = [...lengths];
  let left = total;
  const shortestFirst = [...lengths.entries()].toSorted(([, a], [, b]) => a - b);
  for (const [rank, [at, length]] of shortestFirst.entries()) {
    shares[at] = Math.min(length, Math.floor(left / (lengths.length - rank)));
    left -= shares[at];
  }
  return shares;
}
