import { ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { expect, test } from "vitest";
import { recogniseFormat, toFormat } from "./import-format.ts";

const { PROSA, CHATGPT, OPEN_WEBUI } = ImportFormat;

test.each([
  ['{"header":{"format":"prosa","version":1}}\n{"chat":{}}', PROSA],
  ['\uFEFF {"header": {"format":"prosa"}}', PROSA],
  ['[{"title":"A walk","create_time":1.5,"mapping":{"id":{}}}]', CHATGPT],
  ['[\n  {\n    "title": "\\"chat\\": {",\n    "mapping": {', CHATGPT],
  ['[{"id":"1","user_id":"2","title":"T","chat":{"history":{}}}]', OPEN_WEBUI],
  ['[{"title":"\\"mapping\\":{","chat":{"history":{}}}]', OPEN_WEBUI],
])("%s is recognised", (text, format) => {
  expect(recogniseFormat(Buffer.from(text))).toBe(format);
});

test.each(["", "hello", "[]", '{"chat":{}}', "PK\u0003\u0004"])("%j is not guessed at", (text) => {
  expect(() => recogniseFormat(Buffer.from(text))).toThrow(
    expect.objectContaining({ exitCode: 2 }),
  );
});

test("a format can be named, and no other than those there are", () => {
  expect(toFormat("open-webui")).toBe(OPEN_WEBUI);
  for (const name of ["", "constructor", "PROSA"]) expect(() => toFormat(name)).toThrow("one of");
});
