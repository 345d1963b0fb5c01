import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createProgressLine, describe } from "./progress-line.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const CLEAR = "\r\u001b[K";

function screen(isTTY: boolean, columns = 80) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns });
  let text = "";
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { stream, text: () => text };
}

test.each([
  [{ step: "read" as const, table: "chats", done: 12 }, "Reading the database: 12 rows, chats"],
  [{ step: "check" as const, done: 999, total: 1000 }, "Checking the file: 99%"],
  [{ step: "check" as const, done: 1000, total: 1000 }, "Checking the file: 100%"],
  [{ step: "check" as const, done: 0, total: 0 }, "Checking the file"],
  [
    { step: "restore" as const, table: "users", done: 1, total: 4 },
    "Restoring: 25%, 1 of 4 rows, users",
  ],
  [
    { step: "compare" as const, table: "users", done: 0, total: 0, trial: true as const },
    "Trying it out: comparing: 0 of 0 rows, users",
  ],
  [{ step: "start" as const, trial: true as const }, "Trying it out: starting PostgreSQL"],
])("%j is told as %s", (progress, text) => {
  expect(describe(progress)).toBe(text);
});

test("on a terminal the newest is drawn ten times a second, and only what is new", () => {
  const { stream, text } = screen(true);
  const line = createProgressLine(stream);
  for (let done = 1; done <= 1000; done += 1) {
    line.show({ step: "check", done, total: 1000 });
    if (done % 500 === 0) vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(1000);
  expect(text()).toBe(`${CLEAR}Checking the file: 50%${CLEAR}Checking the file: 100%`);
});

test("a line that stays takes the place of the one that changed, and the next one goes on", () => {
  const { stream, text } = screen(true);
  const line = createProgressLine(stream);
  line.show({ step: "finish" });
  vi.advanceTimersByTime(100);
  line.say("Restored.");
  vi.advanceTimersByTime(1000);
  line.clear();
  expect(text()).toBe(`${CLEAR}Finishing${CLEAR}Restored.\n`);
  line.show({ step: "index" });
  vi.advanceTimersByTime(100);
  line.clear();
  expect(text()).toBe(
    `${CLEAR}Finishing${CLEAR}Restored.\n${CLEAR}Making the search index${CLEAR}`,
  );
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [12, "Checking th"],
  [0, "Checking the file: 50%"],
])("a terminal of %d columns shows %s", (columns, shown) => {
  const { stream, text } = screen(true, columns);
  createProgressLine(stream).show({ step: "check", done: 1, total: 2 });
  vi.advanceTimersByTime(100);
  expect(text()).toBe(`${CLEAR}${shown}`);
});

test("a pipe or a file gets what stays, and nothing else", () => {
  const { stream, text } = screen(false);
  const line = createProgressLine(stream);
  line.show({ step: "check", done: 1, total: 2 });
  vi.advanceTimersByTime(1000);
  line.clear();
  line.say("Restored.");
  expect(text()).toBe("Restored.\n");
});
