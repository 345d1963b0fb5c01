import { messages, replyChunks } from "#db/schema/index.ts";
import type { ContinueReplyResponse } from "#proto/prosa/chat/v1/message_changes_pb.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { count, eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { MAX_REPLY_BYTES } from "../limits.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { fakeGreeting, makePieces } from "../testing/fake-answer.ts";
import { recoverReplies } from "./recover-replies.ts";

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
afterEach(() => app.ollama.setBehaviour());
afterAll(() => app[Symbol.asyncDispose]());

type Event = ContinueReplyResponse["event"];
type Asked = { options?: { maxTokens: number }; model?: string; person?: Person };

/** Sends a message; with `after` the reply is stopped when it has so many bytes. */
async function send(text: string, { options, model = "fake:1b", person = ana }: Asked, after = -1) {
  const { chat } = await person.chats.createChat({ model, title: "A walk" });
  const request = { requestId: randomUUID(), chatId: chat!.id, text, ...(options && { options }) };
  let reply = "";
  let length = 0;
  for await (const { event } of person.messages.sendMessage(request)) {
    if (event.case === "accepted") reply = event.value.reply!.id;
    if (event.case === "delta") length += Buffer.byteLength(event.value.text);
    if (event.case === "finished") return event.value.message!;
    if (after >= 0 && length > after) {
      after = Infinity;
      await person.messages.stopReply({ messageId: reply });
    }
  }
  throw new Error("the reply has no end");
}

type Continued = { requestId?: string; model?: string; options?: { maxTokens: number } };

async function goOn(messageId: string, continued: Continued = {}, client = ana.messages) {
  const events: Event[] = [];
  const request = { requestId: randomUUID(), messageId, ...continued };
  for await (const { event } of client.continueReply(request)) events.push(event);
  return events;
}

/** The deltas put together exactly where their offsets say, and the reply as stored. */
function read(events: Event[]) {
  let [text, thinking] = ["", ""];
  for (const event of events) {
    if (event.case !== "delta") continue;
    const { offset, text: more, thinking: thought } = event.value;
    expect(Number(offset)).toBe(Buffer.byteLength(more === "" ? thinking : text));
    text += more;
    thinking += thought;
  }
  const last = events.at(-1)!;
  if (last.case !== "finished") throw new Error(`the stream ended with ${last.case}`);
  return { text, thinking, reply: last.value.message! };
}

const lastAsked = () => app.ollama.requests.findLast(({ kind }) => kind === "chat")!.body;

async function countIn(chatId: string) {
  const [row] = await app.deps.db
    .select({ n: count() })
    .from(messages)
    .where(eq(messages.chatId, chatId));
  return row!.n;
}

test("a reply that was stopped goes on where it ends, as a sibling that begins with its bytes", async () => {
  const cut = await send("sentinel:multibyte,tokens=300,delay=2", {}, 20);
  expect(cut.status).toBe(Status.STOPPED);
  const events = await goOn(cut.id);
  expect(events[0]).toMatchObject({ case: "accepted", value: { reply: { text: "" } } });
  const first = events.find((event) => event.case === "delta")!;
  expect(first.value).toMatchObject({ offset: 0n, text: expect.stringContaining(cut.text) });
  const { text, reply } = read(events);
  expect(reply).toMatchObject({ status: Status.COMPLETE, parentId: cut.parentId, text });
  expect(reply.id).not.toBe(cut.id);
  expect(text.startsWith(cut.text)).toBe(true);
  expect(Array.from(text)).toHaveLength(300);
  const { messages: listed } = await ana.messages.listMessages({ chatId: cut.chatId });
  expect(listed.map((row) => row.text)).toEqual([listed[0]!.text, cut.text, text]);
  expect(lastAsked().messages).toEqual([
    { role: "user", content: listed[0]!.text },
    { role: "assistant", content: cut.text },
  ]);
  expect(await app.deps.db.select().from(replyChunks)).toEqual([]);
});

test("a reply that was cut at its greatest length goes on with its model and other options", async () => {
  const asked = { options: { maxTokens: 5 }, model: "fake-think:1b" };
  const cut = await send("sentinel:tokens=20", asked);
  expect(cut).toMatchObject({ truncated: true, status: Status.COMPLETE });
  const { text, thinking, reply } = read(await goOn(cut.id, { options: { maxTokens: 7 } }));
  expect(text).toBe(makePieces(12).join(""));
  expect(reply).toMatchObject({ truncated: true, model: "fake-think:1b", text, thinking });
  expect(thinking.startsWith(cut.thinking)).toBe(true);
  const whole = read(await goOn(reply.id, { model: "fake:1b" }));
  expect(whole.reply).toMatchObject({ truncated: false, model: "fake:1b" });
  expect(whole.text).toBe(makePieces(20).join(""));
});

test.each(["cut", "error-midway"])("a reply that failed by sentinel:%s goes on", async (fault) => {
  app.ollama.setBehaviour(`sentinel:${fault}`);
  const cut = await send("sentinel:tokens=8", {});
  app.ollama.setBehaviour();
  expect(cut.status).toBe(Status.FAILED);
  const { text, reply } = read(await goOn(cut.id));
  expect(text).toBe(makePieces(8).join(""));
  expect(reply).toMatchObject({ status: Status.COMPLETE, text });
});

test("a reply without a text yet is asked for anew", async () => {
  app.ollama.setBehaviour("sentinel:error-before");
  const cut = await send("Hello", {});
  app.ollama.setBehaviour();
  expect(cut.text).toBe("");
  expect(read(await goOn(cut.id)).text).toBe(fakeGreeting);
  expect(lastAsked().messages).toEqual([{ role: "user", content: "Hello" }]);
});

test("fifty times at once with one request id, one continuation is stored and asked for", async () => {
  const cut = await send("sentinel:tokens=60,delay=2", { options: { maxTokens: 5 } });
  const before = app.ollama.calls();
  const requestId = randomUUID();
  const many = await Promise.all(
    Array.from({ length: 50 }, () => goOn(cut.id, { requestId, options: { maxTokens: 100 } })),
  );
  const texts = new Set([...many, await goOn(cut.id, { requestId })].map((one) => read(one).text));
  expect([...texts]).toEqual([makePieces(60).join("")]);
  expect(app.ollama.calls() - before).toBe(1);
  expect(await countIn(cut.chatId)).toBe(3);
});

test("a reply that is whole, under way or somebody else's is refused, and nothing is stored", async () => {
  const whole = await send("Hello", {});
  expect(await failureOf(goOn(whole.id))).toMatchObject({
    code: "FailedPrecondition",
    reason: "REPLY_WHOLE",
  });
  const bob = await app.signIn("Bob");
  const cut = await send("sentinel:tokens=20", { options: { maxTokens: 5 } });
  expect(await failureOf(goOn(cut.id, {}, bob.messages))).toMatchObject({
    code: "NotFound",
    reason: "NOT_FOUND",
  });
  expect(await failureOf(goOn(cut.id, { model: "nobody:1b" }))).toMatchObject({
    reason: "MODEL_MISSING",
  });
  const request = { requestId: randomUUID(), messageId: cut.id };
  const slow = { ...request, options: { maxTokens: 100 } };
  app.ollama.setBehaviour("sentinel:stall");
  for await (const { event } of ana.messages.continueReply(slow)) {
    if (event.case !== "accepted") continue;
    const messageId = event.value.reply!.id;
    expect(await failureOf(goOn(messageId))).toMatchObject({ reason: "REPLY_RUNNING" });
    await ana.messages.stopReply({ messageId });
  }
  expect(await countIn(whole.chatId)).toBe(2);
  expect(await countIn(cut.chatId)).toBe(3);
});

test("no reply grows beyond the greatest size, however often it is continued", async () => {
  const cut = await send("Hello", { options: { maxTokens: 1 } });
  const { db } = app.deps;
  const fill = (bytes: number) =>
    db
      .update(messages)
      .set({ text: "x".repeat(bytes) })
      .where(eq(messages.id, cut.id));
  await fill(MAX_REPLY_BYTES);
  expect(await failureOf(goOn(cut.id))).toMatchObject({
    code: "ResourceExhausted",
    reason: "REPLY_TOO_LONG",
    metadata: { limit: String(MAX_REPLY_BYTES) },
  });
  expect(await countIn(cut.chatId)).toBe(2);
});

test("after a crash a continued reply has the text that it began with and what was written", async () => {
  const cut = await send("sentinel:tokens=20", { options: { maxTokens: 5 } });
  const { reply } = read(await goOn(cut.id, { options: { maxTokens: 5 } }));
  const { db } = app.deps;
  const crashed = { text: cut.text, thinking: "", status: "queued", finishTime: null } as const;
  await db.update(messages).set(crashed).where(eq(messages.id, reply.id));
  const common = { messageId: reply.id, kind: "text" } as const;
  const offset = Buffer.byteLength(cut.text);
  await db.insert(replyChunks).values([
    { ...common, offset: offset + 8, text: "ção" },
    { ...common, offset, text: "Olá, ab" },
  ]);
  await recoverReplies(db);
  const { messages: listed } = await ana.messages.listMessages({ chatId: cut.chatId });
  expect(listed[2]).toMatchObject({
    text: `${cut.text}Olá, abção`,
    status: Status.INTERRUPTED,
  });
});

test("a stop of the server keeps a continued reply, which goes on after the next start", async () => {
  await using first = await testApp();
  const eva = await first.signIn("Eva");
  const cut = await send("sentinel:tokens=200,delay=5", { person: eva }, 20);
  const request = { requestId: randomUUID(), messageId: cut.id };
  let id = "";
  let shown = "";
  for await (const { event } of eva.messages.continueReply(request)) {
    if (event.case === "accepted") id = event.value.reply!.id;
    if (event.case === "delta") shown += event.value.text;
    if (shown.length > cut.text.length + 20) break;
  }
  const chunks = () => first.deps.db.select().from(replyChunks).orderBy(replyChunks.offset);
  await expect.poll(async () => (await chunks()).length).toBeGreaterThan(0);
  expect((await chunks())[0]!.offset).toBe(Buffer.byteLength(cut.text));
  const next = (await first.restart()).withToken(eva.token);
  const { messages: listed } = await next.messages.listMessages({ chatId: cut.chatId });
  const interrupted = listed.find((row) => row.id === id)!;
  expect(interrupted.status).toBe(Status.INTERRUPTED);
  expect(interrupted.text.startsWith(shown)).toBe(true);
  const { text } = read(await goOn(id, {}, next.messages));
  expect(text).toBe(makePieces(200).join(""));
});
