import { expect, test } from "vitest";
import { newId } from "./new-id.ts";

test("ids sort in the order in which they were made, even within a millisecond", () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("ids are UUIDs of version 7 that tell the time", () => {
  const id = newId();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = Number.parseInt(id.replace("-", "").slice(0, 12), 16);
  expect(Math.abs(time - Date.now())).toBeLessThan(1000);
});
