import { expect, test } from "vitest";
import { MAX_REPLY_BYTES } from "../limits.ts";
import type { Message } from "./access.ts";
import { createReplyRun } from "./reply-run.ts";

test("a reply is cut at its greatest size, before the character that goes beyond it", () => {
  const run = createReplyRun({ text: "begun ", thinking: "" } as Message);
  run.append("", "x".repeat(MAX_REPLY_BYTES - 16));
  expect(run.signal.aborted).toBe(false);
  run.append("aé\u{1F600}\u{1F600}", "");
  expect(run.text.text()).toBe("begun aé\u{1F600}");
  expect(run.signal.reason).toMatchObject({ reason: "REPLY_TOO_LONG" });
  expect(run.text.length() + run.thinking.length()).toBe(MAX_REPLY_BYTES - 3);
});

test("a reply that is exactly as long as one may be is whole", () => {
  const run = createReplyRun({ text: "", thinking: "" } as Message);
  run.append("x".repeat(MAX_REPLY_BYTES), "");
  run.append("", "");
  expect(run.signal.aborted).toBe(false);
});
