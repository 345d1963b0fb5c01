import { expect, test } from "vitest";
import { formatModelName, parseModelName } from "./model-name.ts";

test.each([
  ["llama3.2", "llama3.2:latest"],
  ["llama3.2:1b", "llama3.2:1b"],
  ["library/llama3.2:1b", "llama3.2:1b"],
  ["user/name:tag", "user/name:tag"],
  ["registry.ollama.ai/library/llama3.2:1b", "llama3.2:1b"],
  ["127.0.0.1:5000/prosa/tiny", "127.0.0.1:5000/prosa/tiny:latest"],
])("%s is known as %s", (given, expected) => {
  expect(formatModelName(parseModelName(given))).toBe(expected);
});

test.each([
  "",
  "../x",
  "a/../b",
  "..:x",
  "a:..",
  "a:b:c",
  "a/b/c/d",
  "/etc/passwd",
  "a b",
  "a\0",
  7,
])("%j is no model name", (given) => {
  expect(() => parseModelName(given)).toThrow(/model/);
});
