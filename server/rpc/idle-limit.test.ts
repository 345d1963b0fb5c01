import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { withIdleLimit } from "./idle-limit.ts";

test("a stream that keeps talking is passed on to its end", async () => {
  async function* talk() {
    yield 1;
    await sleep(20);
    yield 2;
  }
  expect(await all(withIdleLimit(talk(), 1000))).toEqual([1, 2]);
});

test("a stream that falls silent fails with the limit in seconds", async () => {
  let left = false;
  const silent = {
    next: () => new Promise<IteratorResult<number>>(() => {}),
    return: () => {
      left = true;
      return Promise.resolve({ done: true as const, value: undefined });
    },
  };
  const stream = withIdleLimit({ [Symbol.asyncIterator]: () => silent }, 50);
  await expect(all(stream)).rejects.toMatchObject({
    reason: "STREAM_IDLE",
    metadata: { limit: "0.05" },
  });
  expect(left).toBe(true);
});

test("a server that takes its time with a message does not make the client idle", async () => {
  async function* talk() {
    yield 1;
    yield 2;
  }
  const seen: number[] = [];
  for await (const value of withIdleLimit(talk(), 20)) {
    await sleep(60);
    seen.push(value);
  }
  expect(seen).toEqual([1, 2]);
});

test("a reader that leaves early ends the stream, and an error of the stream passes", async () => {
  let ended = false;
  async function* talk() {
    try {
      yield 1;
      throw new Error("cut off");
    } finally {
      ended = true;
    }
  }
  for await (const _ of withIdleLimit(talk(), 1000)) break;
  expect(ended).toBe(true);
  await expect(all(withIdleLimit(talk(), 1000))).rejects.toThrow("cut off");
});

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}
