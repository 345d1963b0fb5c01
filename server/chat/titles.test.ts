import { expect, test } from "vitest";
import { firstWords, MAX_TITLE_LENGTH, tidyTitle } from "./titles.ts";

test.each([
  ["What is\na tree?", "What is a tree?"],
  ["one two three four five six seven eight nine", /^one two three .*…$/],
  ["  much \t space ", "much space"],
  ["a\u0007bell\u0000 and \u001b[31mred\u001b[0m", "a bell and [31mred [0m"],
  ["x".repeat(MAX_TITLE_LENGTH + 1), `${"x".repeat(MAX_TITLE_LENGTH)}…`],
  ["", ""],
])("the first words of %j are a title", (text, title) => {
  expect(firstWords(text)).toEqual(
    typeof title === "string" ? title : expect.stringMatching(title),
  );
});

test.each([
  ['Title: "A walk in the wood."', "A walk in the wood"],
  ["**Título: Uma caminhada**\nE mais", "Uma caminhada"],
  ["a\u0007bell", "a bell"],
  ["x".repeat(MAX_TITLE_LENGTH + 1), ""],
  ['"..."', ""],
])("of what a model says, %j, the title is kept", (raw, title) => {
  expect(tidyTitle(raw)).toBe(title);
});
