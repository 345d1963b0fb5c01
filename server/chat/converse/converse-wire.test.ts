import { ConverseRequestSchema, type ConverseRequest } from "#proto/prosa/chat/v1/converse_pb.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

  test("that is read slowly costs no memory: what was not read comes as one delta", async () => {
    const requests = createChannel<ConverseRequest>();
    type Request = MessageInitShape<typeof ConverseRequestSchema>;
    const send = (request: Request) => requests.push(create(ConverseRequestSchema, request));
    const stream = clients.messages.converse(requests)[Symbol.asyncIterator]();
    send({ request: { case: "open", value: {} } });
    const say = { requestId: randomUUID(), text: "sentinel:long=1000000,delay=1" };
    send({ request: { case: "say", value: say } });
    requests.end();
    const deltas: Buffer[] = [];
    for (;;) {
      const { done, value } = await stream.next();
      if (done === true) break;
      const { event } = value;
      // Nothing is read until the whole reply is there.
      if (event.case === "accepted") await endOf(event.value.reply!.id);
      if (event.case === "delta") deltas.push(Buffer.from(event.value.text));
      if (event.case !== "finished") continue;
      expect(Buffer.concat(deltas).equals(Buffer.from(event.value.message!.text))).toBe(true);
    }
    // What the buffers on the way took came as it was written, a kilobyte at a time.
    expect(Math.max(...deltas.map(({ length }) => length))).toBeGreaterThan(100_000);
    expect(Buffer.concat(deltas)).toHaveLength(1_000_000);
  });
});
