import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  SendMessageRequestSchema,
  SendMessageResponseSchema,
  type SendMessageResponse,
} from "#proto/prosa/chat/v1/message_service_pb.ts";
import { benchModel } from "./fake.ts";

/** One gRPC-Web stream as it came in; decoded only after the clock was stopped. */
export interface RawStream {
  readonly firstDeltaMs: number;
  readonly totalMs: number;
  readonly body: Buffer;
}

const path = "/prosa.chat.v1.MessageService/SendMessage";
const trailerFlag = 0x80;
const frameHeaderBytes = 5;

/** Connections for one load; the browser's own limit of six is not played here. */
export function makeAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
}

/**
 * Sends a message over gRPC-Web with as little work as possible, so that the
 * client leaves the processor to what is measured.
 */
export function sendRaw(
  agent: Agent,
  url: string,
  message: { chatId: string; token: string; text: string },
): Promise<RawStream> {
  const started = performance.now();
  const headers = {
    "content-type": "application/grpc-web+proto",
    "x-grpc-web": "1",
    ...(message.token === "" ? {} : { authorization: `Bearer ${message.token}` }),
  };
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { method: "POST", agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      let firstDeltaMs = Number.NaN;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (Number.isNaN(firstDeltaMs) && hasDelta(Buffer.concat(chunks))) {
          firstDeltaMs = performance.now() - started;
        }
      });
      response.once("error", reject);
      response.once("end", () =>
        resolve({
          firstDeltaMs,
          totalMs: performance.now() - started,
          body: Buffer.concat(chunks),
        }),
      );
    });
    call.once("error", reject);
    call.end(frame(message.chatId, message.text));
  });
}

function frame(chatId: string, text: string): Buffer {
  const message = create(SendMessageRequestSchema, {
    requestId: randomUUID(),
    chatId,
    text,
    model: benchModel,
  });
  const bytes = toBinary(SendMessageRequestSchema, message);
  const header = Buffer.alloc(frameHeaderBytes);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

function hasDelta(body: Buffer): boolean {
  return splitFrames(body).some(
    ({ flag, bytes }) =>
      flag !== trailerFlag && fromBinary(SendMessageResponseSchema, bytes).event.case === "delta",
  );
}

function splitFrames(body: Buffer): { flag: number; bytes: Buffer }[] {
  const frames: { flag: number; bytes: Buffer }[] = [];
  let from = 0;
  while (from + frameHeaderBytes <= body.length) {
    const start = from + frameHeaderBytes;
    const end = start + body.readUInt32BE(from + 1);
    if (end > body.length) break;
    frames.push({ flag: body.readUInt8(from), bytes: body.subarray(start, end) });
    from = end;
  }
  return frames;
}

/** The text of a stream; throws unless it is exact, contiguous and finished without an error. */
export function readExactText(stream: RawStream, expected: string): string {
  const frames = splitFrames(stream.body);
  const trailer = frames.find(({ flag }) => flag === trailerFlag)?.bytes.toString("utf8") ?? "";
  const events = frames
    .filter(({ flag }) => flag !== trailerFlag)
    .map(({ bytes }) => fromBinary(SendMessageResponseSchema, bytes).event);
  const text = events.reduce(appendDelta, "");
  const finished = events.some((event) => event.case === "finished");
  if (!/grpc-status:\s*0/i.test(trailer) || !finished || text !== expected) {
    throw new Error(
      `an answer is not exact: ${text.length} of ${expected.length} characters, ` +
        `finished: ${finished}, trailer: ${trailer.trim()}`,
    );
  }
  return text;
}

function appendDelta(text: string, event: SendMessageResponse["event"]): string {
  if (event.case !== "delta") return text;
  if (Number(event.value.offset) !== Buffer.byteLength(text)) {
    throw new Error(`a delta at ${event.value.offset} follows ${Buffer.byteLength(text)} bytes`);
  }
  return text + event.value.text;
}
