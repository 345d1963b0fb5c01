import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_MARKED_LENGTH, MAX_PAGE_SIZE, SEARCHED_LENGTH } from "../../limits.ts";
import { testDatabase, type TestDatabase } from "../../testing/database.ts";
import { makeSnippets, sharesOf } from "./snippets.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own[Symbol.asyncDispose]());

const snippetsOf = (texts: string[], ...words: string[]) =>
  makeSnippets(
    own.database.db,
    words.map((text) => ({ text, phrase: text.includes(" ") })),
    texts,
  );
const marked = (snippet: { text: string; match: boolean }[]) =>
  snippet.filter((part) => part.match).map((part) => part.text);

describe("of what there is for a page", () => {
  test.each([
    [[5, 5, 5], 30, [5, 5, 5]],
    [[50, 50, 50], 30, [10, 10, 10]],
    [[50, 2, 50, 4], 30, [12, 2, 12, 4]],
    [[], 30, []],
  ])("texts of %j get of %i: %j", (lengths, total, shares) => {
    expect(sharesOf(lengths, total)).toEqual(shares);
  });
});

// The worst that somebody can store: words that nothing of the query is, up to the end.
const worst = (end: string) => "pão ".repeat(SEARCHED_LENGTH / 4 - 10) + end;

test("a page of the longest texts is looked through as far as its limit, and shown", async () => {
  const texts = Array.from({ length: MAX_PAGE_SIZE }, () => worst("graviola com pitanga"));
  expect(texts.length * SEARCHED_LENGTH).toBeGreaterThan(2 * MAX_MARKED_LENGTH);
  texts[7] = "uma graviola";
  const snippets = await snippetsOf(texts, "graviola", "com pitanga");
  expect(snippets).toHaveLength(MAX_PAGE_SIZE);
  expect(marked(snippets[7]!)).toEqual(["graviola"]);
  expect(snippets[8]!.map(({ text }) => text).join("")).toMatch(/^pão pão .*…$/);
  expect(marked(snippets[8]!)).toEqual([]);
  const [alone] = await snippetsOf([texts[8]!], "graviola", "com pitanga");
  expect(marked(alone!)).toEqual(["graviola", "com pitanga"]);
}, 30_000);

test("others get their turn between the texts", async () => {
  let turns = 0;
  let next: NodeJS.Immediate;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  count();
  await snippetsOf(
    Array.from({ length: 40 }, () => worst("fim")),
    "graviola",
    "com pitanga",
  );
  clearImmediate(next!);
  // Once for the words that might be marked, and once for the snippet.
  expect(turns).toBeGreaterThanOrEqual(2 * 40);
}, 30_000);
