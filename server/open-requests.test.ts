import { ConverseRequestSchema, ConverseResponseSchema } from "#proto/prosa/chat/v1/converse_pb.ts";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type ClientHttp2Stream, connect } from "node:http2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person } from "./testing/app.ts";
import { type ServedApp, servedApp } from "./testing/served-app.ts";

let served: ServedApp;
let ana: Person;
beforeAll(async () => {
  served = await servedApp();
  ana = await served.app.signIn("Ana");
});
afterAll(() => served[Symbol.asyncDispose]());

type Request = MessageInitShape<typeof ConverseRequestSchema>;

/** A call of Converse whose half of the stream is never ended. */
async function hold(requests: Request[], use: (stream: ClientHttp2Stream) => Promise<void>) {
  const session = connect(served.server.url);
  const stream = session.request({
    ":method": "POST",
    ":path": "/prosa.chat.v1.MessageService/Converse",
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${ana.token}`,
  });
  for (const request of requests) {
    const body = toBinary(ConverseRequestSchema, create(ConverseRequestSchema, request));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    stream.write(Buffer.concat([head, body]));
  }
  try {
    await use(stream);
  } finally {
    session.destroy();
  }
}

function readFrames(bytes: Buffer) {
  const frames = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    frames.push(fromBinary(ConverseResponseSchema, bytes.subarray(at + 5, end)).event);
    at = end;
  }
  return frames;
}

test("a call that has been answered is over, although its client never ends its half", async () => {
  await hold([{ request: { case: "stop", value: {} } }], async (stream) => {
    const trailers = once(stream, "trailers");
    stream.resume();
    expect((await trailers)[0]).toMatchObject({ "grpc-status": "9" });
    await once(stream, "close");
    expect(stream.rstCode).toBe(0);
  });
});

test("an answer that is read slowly is whole all the same", async () => {
  const say = { requestId: randomUUID(), text: "sentinel:long=1000000" };
  const requests: Request[] = [
    { request: { case: "open", value: { model: "fake:1b" } } },
    { request: { case: "say", value: say } },
    // Ends the stream with an error as soon as the reply is there, with most of it unread.
    { request: { case: "say", value: { ...say, requestId: randomUUID(), model: "nobody:1b" } } },
  ];
  await hold(requests, async (stream) => {
    const trailers = once(stream, "trailers");
    await once(stream, "response");
    const ended = async () => {
      const { chats } = await ana.chats.listChats({});
      const { messages } = await ana.messages.listMessages({ chatId: chats[0]!.id });
      return messages[1]?.text.length;
    };
    await expect.poll(ended, { timeout: 10_000 }).toBe(1_000_000);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const text = readFrames(Buffer.concat(chunks)).map((event) =>
      event.case === "delta" ? event.value.text : "",
    );
    expect(text.join("")).toHaveLength(1_000_000);
    expect((await trailers)[0]).toMatchObject({ "grpc-status": "9" });
  });
}, 20_000);
