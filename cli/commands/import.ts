import {
  type ImportFormat,
  ImportChatsResponseSchema,
  type ImportSummary,
} from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import type { ImportChatsRequestSchema } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { cleanLine } from "../clean.ts";
import type { Command, Invocation } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure, misuse } from "../failure.ts";
import { formatNames, HEAD_BYTES, recogniseFormat, toFormat } from "../import-format.ts";
import { progressBar } from "../progress.ts";
import type { Status } from "../status.ts";

const PIECE = 262_144;

export const importChats: Command = {
  details: `FILE is - for the standard input. What the file is shows by its beginning, or is said with --format.
Chats that are there already are skipped, so an import can be run again. The exit code is 1 when
something in the file could not be read; the rest is imported all the same.`,
  options: {
    format: { type: "string", value: formatNames.join("|"), help: "What the file is" },
  },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const { words, input, output, json, signal, status } = invocation;
    const path = words[0]!;
    const clients = invocation.clients();
    const size = path === "-" ? 0 : await sizeOf(path);
    const source = path === "-" ? input.stream : createReadStream(path, { highWaterMark: PIECE });
    const named = invocation.text("format");
    const { format, pieces } = await open(source, named);
    const request = requests(format, watched(pieces, status, size));
    let response;
    try {
      response = await clients.chats.importChats(request, { signal, timeoutMs: 0 });
    } finally {
      source.destroy();
      status.clear();
    }
    const summary = response.summary!;
    if (json) await output.json(ImportChatsResponseSchema, response);
    else await tell(invocation, summary);
    return summary.failedRecords > 0 ? exitCodes.failed : exitCodes.done;
  },
};

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      error.code === "ENOENT"
        ? `${path} does not exist.`
        : `${path} cannot be read: ${error.message}`,
    );
  });
  if (found.isDirectory()) throw misuse(`${path} is a folder.`);
  return found.size;
}

/** Looks at the beginning before anything is sent. */
async function open(source: Readable, named: string | undefined) {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head: Buffer[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES;) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head.push(value);
    bytes += value.length;
  }
  const format = named === undefined ? recogniseFormat(Buffer.concat(head)) : toFormat(named);
  async function* pieces(): AsyncGenerator<Buffer> {
    yield* head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      yield next.value;
    }
  }
  return { format, pieces: pieces() };
}

async function* watched(pieces: AsyncIterable<Buffer>, status: Status, size: number) {
  let sent = 0;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += PIECE) {
      const data = piece.subarray(from, from + PIECE);
      yield data;
      sent += data.length;
      status.show(progressBar("importing", sent, size, status.columns()), "passing");
    }
  }
}

async function* requests(
  format: ImportFormat,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<MessageInitShape<typeof ImportChatsRequestSchema>> {
  yield { part: { case: "format", value: format } };
  for await (const data of pieces) yield { part: { case: "data", value: new Uint8Array(data) } };
}

async function tell({ output, status }: Invocation, summary: ImportSummary): Promise<void> {
  const { createdChats, createdMessages, skippedChats, failedRecords, failures } = summary;
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  await output.line(
    `${count(createdChats, "chat")} with ${count(createdMessages, "message")} imported, ` +
      `${skippedChats} there already, ${failedRecords} not readable.`,
  );
  for (const { position, title, message } of failures) {
    const what = [`${position}`, cleanLine(title)].filter(Boolean).join(" ");
    status.line(`not readable: ${what}: ${cleanLine(message)}`);
  }
  const more = failedRecords - failures.length;
  if (more > 0) status.line(`and ${more} more`);
}
