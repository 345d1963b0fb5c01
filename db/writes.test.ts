import { expect, test } from "vitest";
import { createWrites } from "./writes.ts";

const ANA = "ana";

test("who has written nothing can read anywhere", () => {
  expect(createWrites().areAt(0n, ANA)).toBe(true);
});

test("a write is where the first look finds the primary that begins after it", () => {
  const writes = createWrites();
  const early = writes.look();
  writes.note(ANA);
  early(5n, 0n);
  expect(writes.areAt(100n, ANA)).toBe(false);
  writes.look()(8n, 0n);
  expect(writes.areAt(7n, ANA)).toBe(false);
  expect(writes.areAt(8n, ANA)).toBe(true);
  expect(writes.areAt(7n, "bea")).toBe(true);
});

test("a later write counts from its own look on", () => {
  const writes = createWrites();
  writes.note(ANA);
  const first = writes.look();
  writes.note(ANA);
  first(5n, 0n);
  expect(writes.areAt(100n, ANA)).toBe(false);
  writes.look()(9n, 0n);
  expect(writes.areAt(8n, ANA)).toBe(false);
  expect(writes.areAt(9n, ANA)).toBe(true);
});

test("a look without an answer leaves it to the next", () => {
  const writes = createWrites();
  writes.note(ANA);
  writes.look();
  expect(writes.areAt(100n, ANA)).toBe(false);
  writes.look()(5n, 0n);
  expect(writes.areAt(5n, ANA)).toBe(true);
});

test("what every replica in use must have is forgotten", () => {
  const writes = createWrites();
  writes.note(ANA);
  writes.look()(5n, 0n);
  writes.look()(9n, 4n);
  expect(writes.areAt(4n, ANA)).toBe(false);
  writes.look()(9n, 5n);
  expect(writes.areAt(4n, ANA)).toBe(true);
});
