import {
  type ConverseRequest,
  ConverseRequestSchema,
  ConverseResponseSchema,
} from "#proto/prosa/chat/v1/converse_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import http2 from "node:http2";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createChannel } from "../../events/channel.ts";
import type { Clients, Person } from "../../testing/app.ts";
import { holdConversation, readTexts } from "../../testing/conversation.ts";
import { failureOf } from "../../testing/failure.ts";
import { fakeGreeting, makePieces, multibyteText } from "../../testing/fake-answer.ts";
import { type ServedApp, servedApp } from "../../testing/served-app.ts";

let served: ServedApp;
let ana: Person;

beforeAll(async () => {
  served = await servedApp();
  ana = await served.app.signIn("Ana");
});
afterAll(() => served[Symbol.asyncDispose]());

async function endOf(messageId: string) {
  for await (const { event } of ana.messages.followReply({ messageId })) {
    if (event.case === "finished") return event.value.message!;
  }
  throw new Error("the reply has no end");
}

describe.each(["gRPC", "Connect over HTTP/2"] as const)("a conversation over %s", (protocol) => {
  let clients: Clients;
  beforeAll(() => {
    clients = served.clients({ authorization: `Bearer ${ana.token}` }, protocol);
  });

  test("flows both ways at once and ends well after the client's half", async () => {
    const talk = holdConversation(clients);
    talk.open({ model: "fake:1b" });
    await talk.nth("opened");
    talk.say("sentinel:multibyte,tokens=500,delay=5");
    await talk.nth("delta");
    talk.stop();
    const { message } = await talk.nth("finished");
    expect(message!.status).toBe(Status.STOPPED);
    talk.say("sentinel:multibyte");
    talk.halfClose();
    await talk.ended;
    expect(readTexts(talk.events)).toEqual([message!.text, multibyteText]);
  });

  test("ends with its error although the client never ends its half", async () => {
    const talk = holdConversation(clients);
    talk.say("Hello");
    expect(await failureOf(talk.ended)).toMatchObject({
      code: "FailedPrecondition",
      reason: "OUT_OF_ORDER",
      metadata: { expected: "open" },
    });
    const wishless = createChannel<ConverseRequest>();
    wishless.push(create(ConverseRequestSchema));
    expect(await failureOf(clients.messages.converse(wishless))).toMatchObject({
      code: "InvalidArgument",
      fields: ["request"],
    });
    const again = holdConversation(clients);
    again.open();
    again.say("Hello");
    again.halfClose();
    await again.ended;
    expect(readTexts(again.events)).toEqual([fakeGreeting]);
  });

  test("that is cancelled or runs into its deadline lets the reply go on", async () => {
    const talk = holdConversation(clients);
    talk.open();
    talk.say("sentinel:tokens=60,delay=10");
    await talk.nth("delta");
    talk.leave();
    expect(await failureOf(talk.ended)).toMatchObject({ code: "Canceled" });
    const cancelled = talk.all("accepted")[0]!.reply!.id;
    const late = holdConversation(clients, { timeoutMs: 400 });
    late.open();
    late.say("sentinel:tokens=60,delay=10", { model: "fake-think:1b" });
    expect(await failureOf(late.ended)).toMatchObject({ code: "DeadlineExceeded" });
    for (const id of [cancelled, late.all("accepted")[0]!.reply!.id]) {
      expect(await endOf(id)).toMatchObject({
        status: Status.COMPLETE,
        text: makePieces(60).join(""),
      });
    }
  });
});

type Request = NonNullable<MessageInitShape<typeof ConverseRequestSchema>["request"]>;

/** A message as gRPC frames it. */
function frame(request: Request): Buffer {
  const message = toBinary(ConverseRequestSchema, create(ConverseRequestSchema, { request }));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function* eventsIn(body: Buffer) {
  for (let at = 0; at < body.length;) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    yield fromBinary(ConverseResponseSchema, body.subarray(at + 5, end)).event;
    at = end;
  }
}

// Not with Connect's client, which reads ahead by itself.
test("a conversation that is not read costs no memory: what was left comes as one delta", async () => {
  const { chat } = await ana.chats.createChat({ title: "A walk" });
  const chatId = chat!.id;
  const session = http2.connect(served.server.url);
  const stream = session.request({
    ":method": "POST",
    ":path": `/${MessageService.typeName}/${MessageService.method.converse.name}`,
    "content-type": "application/grpc",
    authorization: `Bearer ${ana.token}`,
  });
  stream.pause();
  stream.write(frame({ case: "open", value: { chatId } }));
  const text = "sentinel:long=1000000,delay=1";
  stream.end(frame({ case: "say", value: { requestId: randomUUID(), text } }));
  const reply = await vi.waitUntil(
    async () => (await ana.messages.listMessages({ chatId })).messages[1],
    { timeout: 10_000 },
  );
  // Nothing is read until the whole reply is there.
  const whole = await endOf(reply.id);
  expect(whole.status).toBe(Status.COMPLETE);
  const events = [...eventsIn(await buffer(stream))];
  session.close();
  expect(events.at(-1)?.case).toBe("finished");
  expect(readTexts(events)).toEqual([whole.text]);
  const deltas = events.flatMap(({ case: kind, value }) => (kind === "delta" ? [value.text] : []));
  // What the buffers on the way took came as it was written, a kilobyte at a time.
  expect(Math.max(...deltas.map((delta) => delta.length))).toBeGreaterThan(500_000);
  expect(whole.text).toHaveLength(1_000_000);
}, 60_000);
