import { expect, test } from "vitest";
import { createLock } from "./lock.ts";

test("holders follow each other in the order in which they came", async () => {
  const lock = createLock();
  const order: number[] = [];
  const first = await lock.acquire();
  const others = [1, 2].map(async (number) => {
    const release = await lock.acquire();
    order.push(number);
    release();
  });
  expect(order).toEqual([]);
  first();
  await Promise.all(others);
  expect(order).toEqual([1, 2]);
});

test("who gives up while waiting leaves at once and is passed over", async () => {
  const lock = createLock();
  const release = await lock.acquire();
  const impatient = new AbortController();
  const second = lock.acquire(impatient.signal);
  const third = lock.acquire();
  impatient.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  release();
  (await third)();
  (await lock.acquire())();
});

test("a release counts once", async () => {
  const lock = createLock();
  const release = await lock.acquire();
  release();
  const second = await lock.acquire();
  release();
  let third = false;
  const waiting = lock.acquire().then(() => (third = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(third).toBe(false);
  second();
  await waiting;
});
