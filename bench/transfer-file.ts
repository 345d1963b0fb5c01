import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { toJsonString } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { ExportChatsResponseSchema, ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { makePieces } from "../server/testing/fake-answer.ts";

const pieceBytes = 262_144;

/** What a client of ChatService needs to carry files. */
export interface Carrier {
  readonly chats: Client<typeof ChatService>;
  readonly headers: Record<string, string>;
}

export function makeCarrier(baseUrl: string, token: string): Carrier {
  const chats = createClient(ChatService, createGrpcTransport({ baseUrl }));
  return { chats, headers: { authorization: `Bearer ${token}` } };
}

/** The lines of an export with so many chats, each with so many messages. */
export function* makeExport(chats: number, messagesEach: number): Generator<string> {
  yield `${JSON.stringify({ header: { format: "prosa", version: 1 } })}\n`;
  const answer = makePieces(200).join("");
  const createTime = (index: number) => new Date(1.7e12 + index * 1000).toISOString();
  for (let chat = 0; chat < chats; chat++) {
    const times = { createTime: createTime(chat), updateTime: createTime(chat) };
    const named = { sourceId: `bench-${chat}`, title: `Chat ${chat}`, model: "fake:1b" };
    yield `${JSON.stringify({ chat: { ...named, ...times, messageCount: messagesEach } })}\n`;
    for (let index = 0; index < messagesEach; index++) {
      const common = { parent: index, status: "STATUS_COMPLETE", createTime: createTime(chat) };
      const message =
        index % 2 === 0
          ? { ...common, role: "ROLE_USER", text: `Question ${index} of chat ${chat}` }
          : { ...common, role: "ROLE_ASSISTANT", text: `${index} ${answer}`, model: "fake:1b" };
      yield `${JSON.stringify({ message })}\n`;
    }
  }
}

/** Writes chunks to a file as fast as it takes them; returns their bytes. */
export async function writeFile(
  path: string,
  chunks: Iterable<string> | AsyncIterable<string>,
): Promise<number> {
  const file = createWriteStream(path);
  for await (const chunk of chunks) if (!file.write(chunk)) await once(file, "drain");
  file.end();
  await once(file, "close");
  return file.bytesWritten;
}

export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: pieceBytes })) {
    yield chunk as Buffer;
  }
}

/** Sends bytes, in pieces that the server takes, by ImportChats. */
export async function sendImport(
  { chats, headers }: Carrier,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
) {
  async function* requests() {
    yield { part: { case: "format" as const, value: ImportFormat.PROSA } };
    for await (const piece of bytes) yield { part: { case: "data" as const, value: piece } };
  }
  const { summary } = await chats.importChats(requests(), { headers });
  if (summary === undefined) throw new Error("no summary");
  return summary;
}

/** The lines of all chats by ExportChats. */
export async function* receiveExport({ chats, headers }: Carrier): AsyncGenerator<string> {
  for await (const record of chats.exportChats({}, { headers })) {
    yield `${toJsonString(ExportChatsResponseSchema, record)}\n`;
  }
}

/** The least that reading and writing such a file takes: each line parsed and written again. */
export async function copyLines(from: string, to: string): Promise<number> {
  const lines = createInterface({ input: createReadStream(from), crlfDelay: Infinity });
  async function* again() {
    for await (const line of lines) yield `${JSON.stringify(JSON.parse(line))}\n`;
  }
  return writeFile(to, again());
}

export async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
