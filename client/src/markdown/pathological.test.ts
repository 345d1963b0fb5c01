import { expect, it } from "vitest";
import { keep } from "./keep.ts";
import { lex } from "./lex.ts";
import { createStreamLexer } from "./stream-lexer.ts";
import { openPage, treeOf } from "../testing/markdown-page.tsx";

const cases: Record<string, string> = {
  "10,000 asterisks": "*".repeat(10_000),
  "10,000 open emphases": "*a ".repeat(10_000),
  "10,000 open strong": "**a ".repeat(10_000),
  "a line of 100,000 characters": "word ".repeat(20_000),
  "10,000 open brackets": "[".repeat(10_000),
  "10,000 open links": "[a](".repeat(10_000),
  "10,000 open pictures": "![".repeat(10_000),
  "5,000 open tags": "<a ".repeat(5_000),
  "backticks of all lengths": Array.from({ length: 300 }, (_, n) => "`".repeat(n)).join("a"),
  "an open fence of 5,000 lines": `\`\`\`\n${"line\n".repeat(5_000)}`,
  "fences that nearly close": `\`\`\`\n${"```x\n".repeat(2_000)}`,
  "a table of 1,000 rows": `|a|b|\n|-|-|\n${"|1|2|\n".repeat(1_000)}`,
  "a table of 1,000 columns": `${"|a".repeat(1_000)}\n${"|-".repeat(1_000)}\n${"|1".repeat(1_000)}`,
  "a list of 2,000 items": "- item\n".repeat(2_000),
  "a loose list of 1,000 items": "1. item\n\n".repeat(1_000),
  "1,000 lazy lines": "> a\nb\n".repeat(1_000),
  "1,000 definitions": Array.from({ length: 1_000 }, (_, n) => `[a${n}]: /u\n`).join(""),
  "an HTML comment without end": `<!--${"\n\ntext".repeat(3_000)}`,
  "10,000 blank lines": "a\n".concat("\n".repeat(10_000)),
};

const nested: Record<string, string> = {
  "500 quotes in each other": `${"> ".repeat(500)}a`,
  "10,000 quotes in each other": `${">".repeat(10_000)}a`,
  "500 lists in each other": `${"- ".repeat(500)}a`,
  "100 lists by indentation": Array.from({ length: 100 }, (_, n) => `${"  ".repeat(n)}- a`).join(
    "\n",
  ),
  "2,000 emphases in each other": `${"*a **b ".repeat(1_000)}c${"** *".repeat(1_000)}`,
  "1,000 brackets in each other": `${"[".repeat(1_000)}a${"](https://a.example)".repeat(1_000)}`,
};

/** One lexing for each sixty-fourth that the tail grows by, and one more for the end. */
const MAX_LEXED_PER_CHARACTER = 70;

it.each(Object.entries(cases))("%s: the work stays in proportion", (_, text) => {
  let lexed = 0;
  const lexer = createStreamLexer((source, known) => {
    lexed += source.length;
    return lex(source, known);
  });
  const size = Math.ceil(text.length / 500);
  for (let end = size; end < text.length; end += size) lexer.read(text.slice(0, end), false);
  lexer.read(text, true);
  expect(lexer.behind()).toBe(false);
  expect(lexed).toBeLessThan(MAX_LEXED_PER_CHARACTER * text.length);
});

it.each(Object.entries({ ...cases, ...nested }))("%s: every word is shown", (name, text) => {
  const page = openPage(text);
  for (const caption of page.root.querySelectorAll("figcaption")) caption.remove();
  const words = name.includes("definitions") ? "" : text.replaceAll("](https://a.example)", "");
  const shown = page.root.textContent.replaceAll("](https://a.example)", "");
  expect(lettersOf(shown)).toBe(lettersOf(words));
  page.close();
});

function lettersOf(text: string): string {
  return text.replace(/[^a-z]/g, "");
}

it("what is nested too deep is shown as it was written", () => {
  const tree = treeOf(`${"> ".repeat(200)}deep`);
  expect(tree).toContain("md-source");
  expect(tree).toContain("deep");
  expect(tree.split("<blockquote>").length - 1).toBeLessThan(50);
});

it("comparing keeps equal parts and takes changed ones", () => {
  const old = { a: [1, { b: 2 }], c: { d: 3 } };
  const next = keep(old, { a: [1, { b: 2 }], c: { d: 4 } });
  expect(next).not.toBe(old);
  expect(next.a).toBe(old.a);
  expect(next.c).toEqual({ d: 4 });
  expect(keep(old, structuredClone(old))).toBe(old);
});
