import { describe, expect, test } from "vitest";
import { AppError } from "../../errors.ts";
import { parseSearchQuery } from "./search-query.ts";

/** The query as one line: phrases in quotes, what is excluded with a minus, then the filters. */
function read(text: string): string {
  const query = parseSearchQuery(text);
  const show = (minus: string) => (term: { text: string; phrase: boolean }) =>
    minus + (term.phrase ? `"${term.text}"` : term.text);
  return [
    ...query.wanted.map(show("")),
    ...query.excluded.map(show("-")),
    ...query.models.map((model) => `model=${model}`),
    ...query.excludedModels.map((model) => `model!=${model}`),
    ...(query.after ? [`from ${query.after.toISOString()}`] : []),
    ...(query.before ? [`to ${query.before.toISOString()}`] : []),
  ].join(" ");
}

function failure(text: string) {
  try {
    parseSearchQuery(text);
  } catch (error) {
    if (error instanceof AppError) return { reason: error.reason, part: error.metadata["part"] };
  }
  throw new Error(`${text} was taken`);
}

test.each([
  ["two words", "  canção   GRPC ", "canção GRPC"],
  ["words side by side", '"uma canção" nova', '"uma canção" nova'],
  ["typographic quotes", "“uma canção” nova", '"uma canção" nova'],
  ["a quote left open", 'nova "uma canção', 'nova "uma canção"'],
  ["an empty phrase", 'nova ""', "nova"],
  ["an excluded word", "canção -nova", "canção -nova"],
  ["an excluded phrase", '-"uma canção" nova', 'nova -"uma canção"'],
  ["only what is excluded", "-nova", "-nova"],
  ["a hyphen within a word", "guarda-chuva", "guarda-chuva"],
  ["a hyphen alone", "a - b", "a b"],
  ["signs between words", "a & b ++ 🙂", "a b"],
  ["a model with its tag", "model:Llama3.2:1b riso", "riso model=llama3.2:1b"],
  ["two models", "MODEL:a model:b", "model=a model=b"],
  ["an excluded model", "riso -model:a", "riso model!=a"],
  ["an address", "http://x.org/a?b=1 foo:bar", "http://x.org/a?b=1 foo:bar"],
  ["a filter within quotes", '"model:a"', '"model:a"'],
  ["other scripts", "日本語 हिन्दी ñandú", "日本語 हिन्दी ñandú"],
])("reads %s", (_, text, expected) => {
  expect(read(text)).toBe(expected);
});

test("reads days in UTC, the narrowest of several", () => {
  expect(read("after:2026-03-31 before:2026-04-02")).toBe(
    "from 2026-03-31T00:00:00.000Z to 2026-04-02T00:00:00.000Z",
  );
  expect(read("after:2026-03-31 after:2026-01-01 before:2027-01-01 before:2026-06-01")).toBe(
    "from 2026-03-31T00:00:00.000Z to 2026-06-01T00:00:00.000Z",
  );
});

describe("BAD_QUERY names the part", () => {
  test.each([
    "after:yesterday",
    "before:2026-13-01",
    "before:2026-02-30",
    "after:0000-01-01",
    "after:2026-1-1",
    "-after:2026-01-01",
    "before:",
    "model:",
  ])("%s", (part) => {
    expect(failure(`word ${part} more`)).toEqual({ reason: "BAD_QUERY", part });
  });

  test("that is one word too many, also within a phrase or an address", () => {
    const words = Array.from({ length: 32 }, (_, at) => `w${at}`).join(" ");
    expect(parseSearchQuery(words).wanted).toHaveLength(32);
    expect(failure(`${words} last`)).toEqual({ reason: "BAD_QUERY", part: "last" });
    expect(failure(`"${words} last"`).part).toBe(`"${words} last"`);
    expect(failure(`${words} model:a`).part).toBe("model:a");
    expect(failure(words.replaceAll(" ", "/") + "/x").part).toContain("w0/w1");
  });

  test.each(["?!", '""', "-", "🙂 ++", "\u0301", '"\u0301 \u0302"'])(
    "that holds no word at all: %s",
    (text) => {
      expect(failure(text)).toEqual({ reason: "BAD_QUERY", part: text });
    },
  );
});
