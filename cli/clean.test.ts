import { expect, test } from "vitest";
import { clean, cleanJson, cleanLine } from "./clean.ts";

test.each([
  ["\u001b[31mred\u001b[0m", "␛[31mred␛[0m"],
  ["\u001b]0;title\u0007", "␛]0;title␇"],
  ["\u001b]52;c;aGk=\u001b\\", "␛]52;c;aGk=␛\\"],
  ["over\rwritten", "over␍written"],
  ["back\b\u007fspace", "back␈␡space"],
  ["\u009b31mC1", "\ufffd31mC1"],
])("%j cannot steer a terminal", (text, harmless) => {
  expect(clean(text)).toBe(harmless);
});

test("what is text stays as it is, in every script", () => {
  const text = "Olá,\tcoração!\nCafe\u0301 😀 👩‍👩‍👧‍👦 日本語 — ﷽ עברית ✅";
  expect(clean(text)).toBe(text);
});

test("a line for a list has no line feeds", () => {
  expect(cleanLine("  one\r\n\ttwo\u001b[K ")).toBe("one two␛[K");
});

test("JSON cannot steer a terminal either, and says the same", () => {
  const value = { title: "\u001b[2J \u007f \u009b31m \u0080 \u00a0 Olá 😀" };
  const json = cleanJson(JSON.stringify(value));
  expect(json).toBe('{"title":"\\u001b[2J \\u007f \\u009b31m \\u0080 \u00a0 Olá 😀"}');
  expect(JSON.parse(json)).toEqual(value);
});
