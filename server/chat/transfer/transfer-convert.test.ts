import { afterEach, expect, test, vi } from "vitest";
import { fromRecordJson } from "./transfer-convert.ts";

afterEach(() => vi.restoreAllMocks());

const chat = (given: object) => ({ chat: { sourceId: "a", ...given } });

test("a name has at most so many characters, however many units these are", () => {
  const known = fromRecordJson(chat({ title: "😀".repeat(200), model: "😀".repeat(255) }));
  expect(known).toMatchObject({ title: "😀".repeat(200), model: "😀".repeat(255) });
  for (const [name, most] of [
    ["title", 200],
    ["model", 255],
    ["sourceId", 512],
  ] as const) {
    for (const letter of ["x", "😀"]) {
      const long = chat({ [name]: letter.repeat(most + 1) });
      expect(() => fromRecordJson(long)).toThrow(`${name} is too long.`);
    }
  }
});

test("a name that is far too long is not taken apart to be counted", () => {
  const walk = vi.spyOn(String.prototype, Symbol.iterator);
  const long = "x".repeat(100_000);
  for (const name of ["title", "model", "sourceId"]) {
    expect(() => fromRecordJson(chat({ [name]: long }))).toThrow("too long");
  }
  const message = { role: "ROLE_ASSISTANT", model: long };
  expect(() => fromRecordJson({ message })).toThrow("too long");
  const walked = walk.mock.contexts.map((text) => String(text).length);
  expect(Math.max(0, ...walked)).toBeLessThan(10_000);
});
