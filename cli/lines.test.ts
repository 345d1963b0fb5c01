import { expect, test } from "vitest";
import { createLines } from "./lines.ts";

test("each line is a message, and the end comes after the last", async () => {
  const lines = createLines();
  lines.add("one");
  lines.add("two");
  lines.end();
  expect(await lines.next(() => {})).toBe("one");
  expect(await lines.next(() => {})).toBe("two");
  expect(await lines.next(() => {})).toBeUndefined();
});

test("what is pasted is one message with the line that ends it", async () => {
  const lines = createLines();
  lines.pasting(true);
  lines.add("function f() {\\");
  lines.add("");
  lines.pasting(false);
  lines.add("} and that was it");
  expect(await lines.next(() => {})).toBe("function f() {\\\n\n} and that was it");
});

test("a line that ends with a backslash goes on, and asks for more", async () => {
  const lines = createLines();
  let asked = 0;
  const message = lines.next(() => (asked += 1));
  lines.add("one \\");
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toBe(1);
  lines.add("two");
  expect(await message).toBe("one \ntwo");
});

test("an end in the middle of a message loses nothing", async () => {
  const lines = createLines();
  lines.add("one \\");
  lines.end();
  expect(await lines.next(() => {})).toBe("one ");
  expect(await lines.next(() => {})).toBeUndefined();
});

test("a message that is not finished can be taken back, and finished ones stay", async () => {
  const lines = createLines();
  expect(lines.drop()).toBe(false);
  lines.add("one");
  lines.add("two \\");
  expect(lines.drop()).toBe(true);
  lines.add("three");
  expect(await lines.next(() => {})).toBe("one");
  expect(await lines.next(() => {})).toBe("three");
});
