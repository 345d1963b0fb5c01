import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createChannel } from "./events/channel.ts";
import { readClientStream } from "./client-stream.ts";

const IDLE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function read({ most = 10, signal = new AbortController().signal } = {}) {
  const client = createChannel<number>();
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of readClientStream(client, { signal, idle: IDLE, most }))
      seen.push(item);
    return seen;
  })();
  reading.catch(() => undefined);
  return { client, seen, reading };
}

/** Lets everything happen that is due, and then the given time pass. */
const pass = (time: number) => vi.advanceTimersByTimeAsync(time);

test("everything arrives, and the stream ends with the client's", async () => {
  const { client, reading } = read();
  client.push(1);
  await pass(0);
  client.push(2);
  client.end();
  expect(await reading).toEqual([1, 2]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a client that is silent for too long is told so, and one that speaks in time is not", async () => {
  const { client, seen, reading } = read();
  for (let item = 1; item <= 3; item += 1) {
    await pass(IDLE - 1);
    client.push(item);
  }
  await pass(IDLE - 1);
  expect(seen).toEqual([1, 2, 3]);
  await pass(1);
  await expect(reading).rejects.toMatchObject({
    reason: "STREAM_IDLE",
    metadata: { limit: "60" },
  });
});

test("the time in which the server works is not the client's silence", async () => {
  const client = createChannel<number>();
  const limits = { signal: new AbortController().signal, idle: IDLE, most: 10 };
  const stream = readClientStream(client, limits);
  client.push(1);
  await stream.next();
  await pass(2 * IDLE);
  const second = stream.next();
  await pass(IDLE - 1);
  client.push(2);
  expect(await second).toEqual({ value: 2, done: false });
  const third = stream.next();
  third.catch(() => undefined);
  await pass(IDLE);
  await expect(third).rejects.toMatchObject({ reason: "STREAM_IDLE" });
});

test("as many messages as are allowed are taken, and one more is refused", async () => {
  const enough = read({ most: 3 });
  const many = read({ most: 3 });
  for (const { client } of [enough, many]) for (const item of [1, 2, 3]) client.push(item);
  enough.client.end();
  many.client.push(4);
  expect(await enough.reading).toEqual([1, 2, 3]);
  const expected = { reason: "STREAM_TOO_LONG", metadata: { limit: "3" } };
  await expect(many.reading).rejects.toMatchObject(expected);
  expect(many.seen).toEqual([1, 2, 3]);
});

test("the signal ends it at once with its reason, also while a message is waited for", async () => {
  const controller = new AbortController();
  const { client, reading } = read({ signal: controller.signal });
  client.push(1);
  await pass(0);
  controller.abort(new Error("enough"));
  await expect(reading).rejects.toThrow("enough");
  expect(vi.getTimerCount()).toBe(0);
});

test("a client that breaks off in the middle fails the stream", async () => {
  const { client, seen, reading } = read();
  client.push(1);
  client.end({ error: new Error("broken") });
  await expect(reading).rejects.toThrow("broken");
  expect(seen).toEqual([1]);
});
