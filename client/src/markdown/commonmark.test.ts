import { tests } from "commonmark-spec";
import { describe, expect, it } from "vitest";
import { comparable, referenceOf } from "../testing/reference.ts";
import { openPage, outline, treeOf, treeOfPieces } from "../testing/markdown-page.tsx";

const examples = tests.map((example) => ({
  ...example,
  // The specification writes a tab as an arrow.
  markdown: example.markdown.replaceAll("→", "\t"),
}));

describe("the examples of the CommonMark specification", () => {
  it("are all there", () => {
    expect(examples).toHaveLength(652);
  });

  it.each(examples)("$number ($section) has the tree of marked's own HTML", ({ markdown }) => {
    const page = openPage(markdown);
    expect(outline(comparable(page.root))).toBe(outline(referenceOf(markdown)));
    page.close();
  });

  it.each(examples)("$number ($section) ends in one tree however it comes", ({ markdown }) => {
    expect(treeOfPieces(markdown)).toBe(treeOf(markdown));
  });
});
