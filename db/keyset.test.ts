import { expect, test } from "vitest";
import { decodePageToken, encodePageToken } from "./keyset.ts";

test("a page token brings back its parts, whatever they contain", () => {
  const parts = ["2026-11-23T07:00:00.123Z", "", 'é "\\ 漢字 😀'];
  const token = encodePageToken(parts);
  expect(token).toMatch(/^[\w-]+$/);
  expect(decodePageToken(token, 3)).toEqual(parts);
});

test("a token with another number of parts is refused", () => {
  expect(decodePageToken(encodePageToken(["a"]), 2)).toBeUndefined();
  expect(decodePageToken(encodePageToken(["a", "b", "c"]), 2)).toBeUndefined();
});

const encode = (value: string | Uint8Array) => Buffer.from(value).toString("base64url");

test.each([
  ["nothing", ""],
  ["no base64", "%%%"],
  ["padding", `${encode('["a"]')}=`],
  ["a line break", `${encode('["a"]')}\n`],
  ["no JSON", encode("hello")],
  ["no list", encode('{"0":"a","length":1}')],
  ["a number", encode("[1]")],
  ["null", encode("[null]")],
  ["another list", encode('[["a"]]')],
  ["another spelling", encode('[ "a" ]')],
  ["NUL", encodePageToken(["a\0b"])],
  ["a lone surrogate", encode('["\\ud800"]')],
  ["invalid UTF-8", encode(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d))],
  ["deep nesting", encode("[".repeat(1500))],
  ["great length", encodePageToken(["a".repeat(1_000_000)])],
])("a token of %s is refused", (_, token) => {
  expect(decodePageToken(token, 1)).toBeUndefined();
});
