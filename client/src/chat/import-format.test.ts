import { expect, test } from "vitest";
import { ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { recognise } from "./import-format.ts";

const files: [name: string, text: string, format: Awaited<ReturnType<typeof recognise>>][] = [
  ["prosa.jsonl", '{"header":{"format":"prosa","version":1}}\n', ImportFormat.PROSA],
  ["renamed.json", '\uFEFF\r\n{ "chat": {"sourceId":"a"}}', ImportFormat.PROSA],
  ["broken.jsonl", "{nonsense", ImportFormat.PROSA],
  ["conversations.json", '[{"title":"T","mapping":{"a":{"message":null}}}]', ImportFormat.CHATGPT],
  ["conversations.json", "[]", ImportFormat.CHATGPT],
  ["chat-export.json", '[{"id":"a","title":"T","chat":{"history":{}}}]', ImportFormat.OPEN_WEBUI],
  ["picture.png", "\u0089PNG\r\n\u001A\n", "unknown"],
  ["picture.jsonl", "\u0089PNG\r\n\u001A\n", "unknown"],
  ["settings.json", '{"theme":"dark"}', "unknown"],
  ["empty.json", "", "unknown"],
  ["export.zip", "PK\u0003\u0004…", "zip"],
];

test.each(files)("%s is recognised", async (name, text, format) => {
  expect(await recognise(new File([text], name))).toBe(format);
});
