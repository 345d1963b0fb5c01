import { ExportChatsResponseSchema, ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { toJsonString } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import type { Clients } from "./app.ts";

/** What ExportChats streams, as a client writes it to a file. */
export async function exportFile(person: Clients): Promise<string> {
  let file = "";
  for await (const record of person.chats.exportChats({})) {
    file += `${toJsonString(ExportChatsResponseSchema, record)}\n`;
  }
  return file;
}

export type Contents = string | Uint8Array | object[];

/** The bytes of a file; objects become the array that other programs export. */
export function bytesOf(contents: Contents): Uint8Array {
  if (contents instanceof Uint8Array) return contents;
  return Buffer.from(typeof contents === "string" ? contents : JSON.stringify(contents));
}

/** Sends a file by ImportChats in pieces of a size, and returns the summary. */
export async function importFile(
  person: Clients,
  contents: Contents,
  format: ImportFormat = ImportFormat.PROSA,
  size = 1000,
) {
  const { summary } = await person.chats.importChats(requestsOf(contents, format, size));
  return summary!;
}

export async function* requestsOf(contents: Contents, format: ImportFormat, size: number) {
  const bytes = bytesOf(contents);
  yield { part: { case: "format" as const, value: format } };
  for (let at = 0; at < bytes.length; at += size) {
    yield { part: { case: "data" as const, value: bytes.slice(at, at + size) } };
  }
}

/** The pieces of a file for ImportChatsPart. */
export function partsOf(contents: Contents, format: ImportFormat, size: number) {
  const bytes = bytesOf(contents);
  const importId = randomUUID();
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) => ({
    ...{ importId, format, offset: BigInt(index * size), last: index === count - 1 },
    data: bytes.slice(index * size, (index + 1) * size),
  }));
}
