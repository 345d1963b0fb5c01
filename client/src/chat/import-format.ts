import { ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";

const HEAD_BYTES = 65_536;

/** What a file seems to hold, by its first bytes and then its name; "zip" for a packed one. */
export async function recognise(file: File): Promise<ImportFormat | "zip" | "unknown"> {
  const head = await file.slice(0, HEAD_BYTES).text();
  if (head.startsWith("PK\u0003\u0004")) return "zip";
  if (/^\s*\{\s*"(?:header|chat|message)"/.test(head)) return ImportFormat.PROSA;
  if (head.includes('"mapping"')) return ImportFormat.CHATGPT;
  if (/"(?:history|childrenIds|chat)"\s*:/.test(head)) return ImportFormat.OPEN_WEBUI;
  if (!/^\s*[[{]/.test(head)) return "unknown";
  if (file.name.endsWith(".jsonl")) return ImportFormat.PROSA;
  return file.name === "conversations.json" ? ImportFormat.CHATGPT : "unknown";
}
