import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lex } from "./lex.ts";
import { createStreamLexer } from "./stream-lexer.ts";
import { openPage, outline, treeOf } from "../testing/markdown-page.tsx";

const ANSWER = [
  "# Title\n\nA paragraph with **strong** words and `code`.\n\n",
  "- one\n- two\n  - three\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\nThe end.\n",
].join("");

/** Feeds text in pieces and counts the characters that the lexer is given. */
function countLexed(text: string, size: number): { lexed: number; longest: number } {
  const lengths: number[] = [];
  const lexer = createStreamLexer((source, known) => {
    lengths.push(source.length);
    return lex(source, known);
  });
  for (let end = size; end < text.length; end += size) lexer.read(text.slice(0, end), false);
  lexer.read(text, true);
  return {
    lexed: lengths.reduce((sum, length) => sum + length, 0),
    longest: Math.max(...lengths),
  };
}

describe("what is finished", () => {
  it("keeps its nodes while more text comes", () => {
    const page = openPage("", true);
    const seen = new Map<number, Node>();
    for (let end = 1; end <= ANSWER.length; end += 1) {
      page.set(ANSWER.slice(0, end), true);
      const blocks = [...(page.root.querySelector(".md")?.children ?? [])];
      for (const [index, block] of blocks.slice(0, -1).entries()) {
        expect(seen.get(index) ?? block).toBe(block);
        seen.set(index, block);
      }
    }
    page.set(ANSWER, false);
    expect(seen.size).toBe(6);
    expect([...(page.root.querySelector(".md")?.children ?? [])].slice(0, 6)).toEqual([
      ...seen.values(),
    ]);
    page.close();
  });

  it("is not lexed again", () => {
    const paragraphs = Array.from({ length: 400 }, (_, n) => `Paragraph ${n} is short.\n\n`).join(
      "",
    );
    const { longest } = countLexed(paragraphs, 5);
    expect(longest).toBeLessThan(80);
  });

  it("keeps its nodes when a definition behind it resolves another block", () => {
    const text = "first\n\n[a] link\n\nlast\n\n[a]: https://a.example\n";
    const page = openPage(text, true);
    const before = [...page.root.querySelectorAll("p")];
    page.set(text, false);
    const after = [...page.root.querySelectorAll("p")];
    expect(after[0]).toBe(before[0]);
    expect(after[2]).toBe(before[2]);
    expect(after[1]?.querySelector("a")?.getAttribute("href")).toBe("https://a.example");
    page.close();
  });
});

describe("what still grows", () => {
  it("appends to the text node that is there", () => {
    const page = openPage("Some words", true);
    const node = page.root.querySelector("p")?.firstChild;
    page.set("Some words and more", true);
    expect(page.root.querySelector("p")?.firstChild).toBe(node);
    expect(node?.textContent).toBe("Some words and more");
    page.close();
  });

  it("keeps the earlier items of a list", () => {
    const page = openPage("- one\n- two", true);
    const first = page.root.querySelector("li");
    page.set("- one\n- two\n- three **st", true);
    expect(page.root.querySelector("li")).toBe(first);
    expect(page.root.querySelectorAll("li")).toHaveLength(3);
    page.close();
  });

  it("is not lexed at all inside a fence", () => {
    const code = `\`\`\`ts\n${"const value = [1, 2];\n".repeat(5_000)}`;
    expect(countLexed(code, 20).lexed).toBeLessThan(2 * code.length);
  });

  it("shows a fence's lines at once, each only appended", () => {
    const page = openPage("```py\nprint(1)\n", true);
    const code = page.root.querySelector("code");
    const node = code?.firstChild;
    page.set("```py\nprint(1)\n\nprint(2)", true);
    expect(code?.firstChild).toBe(node);
    expect(code?.textContent).toBe("print(1)\n\nprint(2)");
    page.set("```py\nprint(1)\n\nprint(2)\n```\n\nafter", true);
    expect(page.root.querySelector("code")).toBe(code);
    expect(code?.textContent).toBe("print(1)\n\nprint(2)");
    expect(page.root.querySelector("p")?.textContent).toBe("after");
    page.close();
  });

  it("may be replaced wholly", () => {
    const page = openPage("# Old\n\ntext\n\nmore", true);
    page.set("- new", true);
    page.set("- new", false);
    const tree = outline(page.root);
    page.close();
    expect(tree).toBe(treeOf("- new"));
  });

  it("may go on after it had ended", () => {
    const page = openPage("One\n\nTw", false);
    page.set("One\n\nTwo\n\n- three", true);
    page.set("One\n\nTwo\n\n- three\n", false);
    const tree = outline(page.root);
    page.close();
    expect(tree).toBe(treeOf("One\n\nTwo\n\n- three\n"));
  });
});

describe("the rest of a long block", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("waits until it is worth the work, or until no more text comes", () => {
    const words = "word ".repeat(400);
    const page = openPage(words, true);
    page.set(`${words}end`, true);
    expect(page.root.textContent).not.toContain("end");
    vi.advanceTimersByTime(1_000);
    expect(page.root.textContent).toContain("end");
    page.close();
  });
});

describe("the caret", () => {
  it("stands in the last line of text, and nowhere once the answer has ended", () => {
    const page = openPage("", true);
    const holder = () => page.root.querySelector("[data-caret]");
    expect(holder()?.className).toBe("md");
    page.set("text", true);
    expect(holder()?.tagName).toBe("P");
    page.set("text\n\n- a\n  - b **c**", true);
    expect(holder()?.textContent).toBe("b c");
    page.set("text\n\n- a\n  - b **c**\n\n```\nx", true);
    expect(holder()?.tagName).toBe("PRE");
    page.set("text\n\n- a\n  - b **c**\n\n```\nx", false);
    expect(holder()).toBeNull();
    page.close();
  });
});
