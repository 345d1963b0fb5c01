import type { Db } from "#db/connect.ts";
import { expect, test } from "vitest";
import { readConversations } from "./import-conversations.ts";
import { createTally } from "./import-summary.ts";

test("a record at which its reader breaks down is named and spoils no other", async () => {
  const tally = createTally();
  const read = () => {
    throw new RangeError("Too much for me.");
  };
  const pause = () => Promise.resolve();
  const deps = { db: {} as Db, userId: "", tally, pause, read, format: "chatgpt" };
  const reader = readConversations(deps);
  for (const position of [1, 2]) {
    await reader.take({ position, bytes: Buffer.from("{}"), tooLarge: false, cutShort: false });
  }
  const { failedRecords, failures } = tally.summary();
  expect(failedRecords).toBe(2);
  expect(failures[1]).toMatchObject({ position: 2, problem: "UNKNOWN_SHAPE" });
  expect(failures[1]!.message).toContain("Too much for me.");
});
