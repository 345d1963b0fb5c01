import { expect, test } from "vitest";
import { createChannel } from "./channel.ts";

async function read<T>(channel: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const item of channel) into.push(item);
  return into;
}

test("everything arrives in order, whether it was sent before or while somebody reads", async () => {
  const channel = createChannel<number>();
  channel.push(1);
  channel.push(2);
  const reading = read(channel);
  await Promise.resolve();
  channel.push(3);
  setImmediate(() => {
    channel.push(4);
    channel.push(5);
    channel.end();
  });
  expect(await reading).toEqual([1, 2, 3, 4, 5]);
});

test("an error comes after all that was sent before it", async () => {
  const channel = createChannel<number>();
  const seen: number[] = [];
  channel.push(1);
  channel.end({ error: new Error("broken") });
  await expect(read(channel, seen)).rejects.toThrow("broken");
  expect(seen).toEqual([1]);
});

test("the first end counts", async () => {
  const channel = createChannel<number>();
  channel.end();
  channel.end({ error: new Error("too late") });
  expect(await read(channel)).toEqual([]);
});
