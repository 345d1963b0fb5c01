import { expect, it } from "vitest";
import { comparable, referenceOf } from "../testing/reference.ts";
import { openPage, outline, treeOf, treeOfPieces } from "../testing/markdown-page.tsx";

const samples: Record<string, string> = {
  "a table with every alignment":
    "| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | **2** | `3` | ~~4~~ |\n| x | y |\n",
  "a table with its head alone": "| a | b |\n|---|---|\n",
  "a pipe inside a cell": "| a |\n|---|\n| b \\| c |\n",
  "a table behind a paragraph": "text\n| a | b |\n|---|---|\n| 1 | 2 |\n\nafter\n",
  "a table ended by a quote": "| a |\n|---|\n| 1 |\n> quote\n",
  strikethrough: "~~gone~~ and ~one~ but ~~not\n\nover~~ blocks",
  "tasks, tight": "- [ ] open\n- [x] **done**\n- plain\n",
  "tasks, loose": "1. [ ] open\n\n2. [X] done\n\n   more\n",
  "nested tasks": "- [ ] a\n  - [x] b\n    text\n",
  "a word in brackets is no task": "- [] a\n- [y] b\n- [ ]c\n",
  "bare addresses": "See https://example.com/a?b=c&d=e. Or www.example.com/x_y, or me@example.com!",
  "an address in brackets": "(https://example.com/a_(b)) <https://example.com/?q=&copy;>",
  "a list from seven": "7. seven\n8. eight\n",
  "a hard break": "one  \ntwo\\\nthree",
  "Windows line ends": "a\r\nb\r\n\r\n- c\r\n- d\r\n\r\n```js\r\ne\r\n```\r\n",
  "definitions behind their use":
    "[a] and [b][c]\n\ntext\n\n[a]: https://a.example 'title'\n[c]: https://c.example\n",
  "a definition whose title comes late": '[a]\n\n[a]: https://a.example\n"one\n\ntwo"\n\nend\n',
};

it.each(Object.entries(samples))("%s has the tree of marked's own HTML", (_, markdown) => {
  const page = openPage(markdown);
  expect(outline(comparable(page.root))).toBe(outline(referenceOf(markdown)));
  page.close();
});

it.each(Object.entries(samples))("%s ends in one tree however it comes", (_, markdown) => {
  expect(treeOfPieces(markdown)).toBe(treeOf(markdown));
});

it("a task's box says which task it is and cannot be changed", () => {
  const page = openPage("- [x] buy *bread*\n- [ ] sleep\n");
  const boxes = [...page.root.querySelectorAll("input")];
  expect(
    boxes.map((box) => [box.ariaLabel ?? box.getAttribute("aria-label"), box.checked]),
  ).toEqual([
    ["buy bread", true],
    ["sleep", false],
  ]);
  expect(boxes.every((box) => box.disabled)).toBe(true);
  page.close();
});

it("a table stands in a box of its own that takes the focus and has a name", () => {
  const page = openPage("| City | *People* |\n|---|--:|\n| Recife | 1 |\n");
  const box = page.root.querySelector(".md-table");
  expect(box?.getAttribute("role")).toBe("region");
  expect(box?.getAttribute("aria-label")).toBe("City, People");
  expect(box?.getAttribute("tabindex")).toBe("0");
  page.close();
});
