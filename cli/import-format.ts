import { ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { misuse } from "./failure.ts";

/** So much of a file shows what it is: a title may come first, but no long text. */
export const HEAD_BYTES = 65_536;

const formats = new Map([
  ["prosa", ImportFormat.PROSA],
  ["chatgpt", ImportFormat.CHATGPT],
  ["open-webui", ImportFormat.OPEN_WEBUI],
]);

export const formatNames = [...formats.keys()];

export function toFormat(name: string): ImportFormat {
  const format = formats.get(name);
  if (format === undefined) throw misuse(`--format is one of: ${formatNames.join(", ")}.`);
  return format;
}

/** What a file is, by its beginning. In a string these names would stand with \ before the quotes. */
export function recogniseFormat(head: Buffer): ImportFormat {
  if (head.subarray(0, 2).toString("latin1") === "PK") {
    throw misuse("This is a zip archive. Unpack it and import the file of conversations in it.");
  }
  const text = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (/^\{\s*"header"\s*:/.test(text)) return ImportFormat.PROSA;
  if (text.startsWith("[")) {
    const mark = /"(mapping|chat)"\s*:\s*\{/.exec(text)?.[1];
    if (mark === "mapping") return ImportFormat.CHATGPT;
    if (mark === "chat") return ImportFormat.OPEN_WEBUI;
  }
  throw misuse(
    `What this file is does not show by its beginning. Say --format ${formatNames.join("|")}.`,
  );
}
