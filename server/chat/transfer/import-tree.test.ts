import { expect, test } from "vitest";
import { arrangeTree, type TreeNode } from "./import-tree.ts";

const time = new Date(0);

function reply(id: string, parentId: string | undefined, text: string, thinking = ""): TreeNode {
  return { id, parentId, content: { role: "assistant", text, thinking, time: undefined } };
}

// What joins at each of them copies 500 GB here and is not done before the test's time is over.
test("a hundred thousand replies in a row become one", () => {
  const text = "x".repeat(100);
  const nodes = Array.from({ length: 100_000 }, (_, index) =>
    reply(`n${index}`, `n${index - 1}`, text, index % 1000 === 0 ? "Hm." : ""),
  );
  const messages = arrangeTree({ nodes, currentId: "", time });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
  expect(messages[1]!.text === Array(100_000).fill(text).join("\n\n")).toBe(true);
  expect(messages[1]!.thinking).toBe(Array(100).fill("Hm.").join("\n\n"));
});

test("replies in a row that part share what stands before", () => {
  const nodes = [
    reply("a", undefined, "A", "thought"),
    reply("b", "a", ""),
    reply("c", "b", "C"),
    reply("d", "b", "D", "again"),
  ];
  const messages = arrangeTree({ nodes, currentId: "d", time });
  expect(messages.slice(1)).toMatchObject([
    { parent: 1, text: "A\n\nC", thinking: "thought" },
    { parent: 1, text: "A\n\nD", thinking: "thought\n\nagain" },
  ]);
});
