import { expect, test } from "vitest";
import { SNIPPET_LENGTH } from "../../limits.ts";
import { bareWord, makeSnippet, type Marks } from "./snippet.ts";

const marks = (words: string[], ...phrases: string[][]): Marks => ({
  words: new Set(words),
  phrases,
});

/** A snippet as text with its matches in brackets. */
function show(text: string, wanted: Marks): string {
  return makeSnippet(text, wanted)
    .map((part) => (part.match ? `[${part.text}]` : part.text))
    .join("");
}

test("a short text stands whole, with white space collapsed and everything else kept", () => {
  expect(show("  # Uma\n\n**canção**\tnova <b> ", marks(["canção"]))).toBe(
    "# Uma **[canção]** nova <b>",
  );
});

test("words are marked in every spelling that was found, phrases whatever the accents", () => {
  expect(show("Canções, canção e cancao.", marks(["canções", "cancao"]))).toBe(
    "[Canções], canção e [cancao].",
  );
  expect(show("A CANÇÃO nova, nova canção", marks([], ["cancao", "nova"]))).toBe(
    "A [CANÇÃO nova], nova canção",
  );
  expect(show("call foo_bar(1)", marks([], ["foo", "bar"]))).toBe("call [foo_bar](1)");
});

test("matches that overlap are one", () => {
  expect(show("a b c d", marks(["b"], ["a", "b"], ["b", "c"]))).toBe("[a b c] d");
});

test("a long text is cut between words around its first match", () => {
  const text = `${"antes ".repeat(100)}aqui ${"depois ".repeat(100)}aqui`;
  const shown = show(text, marks(["aqui"]));
  expect(shown).toMatch(/^…antes .*\[aqui\] depois .*depois…$/);
  expect(shown.length).toBeLessThanOrEqual(SNIPPET_LENGTH + 4);
});

test("a text without a match is shown from its beginning", () => {
  expect(show("palavra ".repeat(100), marks([]))).toMatch(/^palavra .*palavra…$/);
});

test("what stands beyond the part that is looked at is not found", () => {
  const text = `${"antes ".repeat(100)}aqui`;
  const shown = (look: number) => makeSnippet(text, marks(["aqui"]), look);
  expect(shown(601).at(-1)).toEqual({ text: "aqui", match: true });
  expect(shown(600)).toEqual([{ text: expect.stringMatching(/^antes .*antes…$/), match: false }]);
  expect(shown(0)).toEqual([{ text: expect.stringMatching(/^antes .*antes…$/), match: false }]);
});

test("an endless word is cut, but no grapheme", () => {
  const family = "👩‍👩‍👧‍👦";
  const parts = makeSnippet(family.repeat(500), marks([]));
  expect(parts).toHaveLength(1);
  const shown = parts[0]!.text.replace("…", "");
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.replaceAll(family, "")).toBe("");

  const word = "e\u0301".repeat(100_000);
  const cut = makeSnippet(word, marks([word]));
  expect(cut.map((part) => part.match)).toEqual([true, false]);
  expect(cut[0]!.text).toMatch(/^(e\u0301)+$/);
});

test("the pieces follow each other without a gap", () => {
  const text = "um dois três dois um";
  const parts = makeSnippet(text, marks(["dois"]));
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(makeSnippet("", marks([]))).toEqual([]);
});

test("a bare word has neither capitals nor accents", () => {
  expect(["Ação", "ÉGUA", "naïve", "cafe\u0301", "Straße", "日本"].map(bareWord)).toEqual([
    "acao",
    "egua",
    "naive",
    "cafe",
    "straße",
    "日本",
  ]);
});
