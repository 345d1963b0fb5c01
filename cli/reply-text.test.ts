import { expect, test } from "vitest";
import { createReplyText } from "./reply-text.ts";

const delta = (offset: number, text: string, thinking = "") => ({
  offset: BigInt(offset),
  text,
  thinking,
});

test("pieces follow each other by their bytes", () => {
  const reply = createReplyText();
  expect(reply.take(delta(0, "Olá ")).text).toBe("Olá ");
  expect(reply.text()).toBe(5);
  expect(reply.take(delta(5, "😀")).text).toBe("😀");
  expect(reply.text()).toBe(9);
});

test("a stream that begins anew repeats nothing", () => {
  const reply = createReplyText();
  reply.take(delta(0, "Olá"));
  expect(reply.take(delta(0, "Olá, mundo")).text).toBe(", mundo");
  expect(reply.take(delta(0, "Olá")).text).toBe("");
  expect(reply.text()).toBe(11);
});

test("thinking has an offset of its own", () => {
  const reply = createReplyText();
  expect(reply.take(delta(0, "", "hm")).thinking).toBe("hm");
  expect(reply.take(delta(0, "text")).text).toBe("text");
  expect(reply.take(delta(2, "", "m")).thinking).toBe("m");
  expect([reply.text(), reply.thinking()]).toEqual([4, 3]);
});

test("a gap is never closed silently", () => {
  const reply = createReplyText();
  reply.take(delta(0, "one"));
  expect(() => reply.take(delta(5, "three"))).toThrow("missing");
});
