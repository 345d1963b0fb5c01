import { render } from "@solidjs/testing-library";
import { expect, test } from "vitest";
import { Markdown } from "../markdown/Markdown.tsx";
import { spokenText } from "./spoken-text.ts";

test("an answer is read out as its words, without marks and buttons", () => {
  const text =
    "**Two** things:\n\n- a `cat`\n- a [dog](https://example.com)\n\n```ts\nlet x;\n```\nEnd.";
  const { container } = render(() => <Markdown text={text} streaming={false} />);
  expect(spokenText(container)).toBe("Two things: a cat a dog ts let x; End.");
  expect(container.querySelector("button")).not.toBeNull();
});
