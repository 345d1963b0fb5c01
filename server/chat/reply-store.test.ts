import { connectDatabase } from "#db/connect.ts";
import { chats, messages, replyChunks } from "#db/schema/index.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ORPHAN_AGE } from "../limits.ts";
import { type Person, testApp } from "../testing/app.ts";
import { testDatabase } from "../testing/database.ts";
import { makePieces } from "../testing/fake-answer.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { recoverReplies } from "./recover-replies.ts";

/** Sends a message and resolves with the reply's id, its deltas' text so far and its end. */
async function startReply(person: Person, text: string) {
  const { chat } = await person.chats.createChat({ model: "fake:1b" });
  const accepted = Promise.withResolvers<string>();
  const shown = { text: "" };
  const read = async () => {
    const request = { requestId: randomUUID(), chatId: chat!.id, text };
    for await (const { event } of person.messages.sendMessage(request)) {
      if (event.case === "accepted") accepted.resolve(event.value.reply!.id);
      if (event.case === "delta") shown.text += event.value.text;
      if (event.case === "finished") return event.value.message!;
    }
    throw new Error("the stream ended without an end of the reply");
  };
  const finished = read();
  finished.catch(accepted.reject);
  return { id: await accepted.promise, chatId: chat!.id, shown, finished };
}

/** An app that reaches its database through a proxy, which can fail it; `own` goes there directly. */
async function startBehindProxy(stack: AsyncDisposableStack, deadline: number) {
  const own = await testDatabase();
  const proxy = stack.use(await tcpProxy(own.url));
  const database = connectDatabase(proxy.through(own.url), { connections: 5, deadline });
  const dispose = async () => {
    await database.close();
    await own[Symbol.asyncDispose]();
  };
  const behind = { url: own.url, database, [Symbol.asyncDispose]: dispose };
  return { own, proxy, app: stack.use(await testApp({ database: behind })) };
}

test("the text of a running reply is in the database in batches, without a doubled or missing byte", async () => {
  await using app = await testApp();
  const ana = await app.signIn();
  const reply = await startReply(ana, "sentinel:tokens=100,delay=10");
  const read = () =>
    app.deps.db
      .select()
      .from(replyChunks)
      .where(eq(replyChunks.messageId, reply.id))
      .orderBy(replyChunks.offset);
  await expect.poll(async () => (await read()).length, { timeout: 5000 }).toBeGreaterThan(2);
  const chunks = await read();
  let length = 0;
  for (const chunk of chunks) {
    expect(chunk.offset).toBe(length);
    length += Buffer.byteLength(chunk.text);
  }
  expect(makePieces(100).join("")).toContain(chunks.map((chunk) => chunk.text).join(""));
  expect(chunks.length).toBeLessThan(20);
  expect((await reply.finished).text).toBe(makePieces(100).join(""));
  expect(await read()).toEqual([]);
});

test("after a crash a reply keeps the text that was written and is INTERRUPTED", async () => {
  await using app = await testApp();
  const ana = await app.signIn();
  const { db } = app.deps;
  const done = await startReply(ana, "Hello");
  await done.finished;
  const title = async () => (await ana.chats.getChat({ chatId: done.chatId })).chat!.title;
  await expect.poll(title).not.toBe("");
  const crashed = { text: "", thinking: "", status: "streaming", finishTime: null } as const;
  await db.update(messages).set(crashed).where(eq(messages.id, done.id));
  const common = { messageId: done.id, kind: "text" } as const;
  await db.insert(replyChunks).values([
    { ...common, offset: 8, text: "ção" },
    { ...common, offset: 0, text: "Olá, ab" },
    { ...common, kind: "thinking", offset: 0, text: "Hm." },
  ]);
  await db.update(chats).set({ title: "" });
  await recoverReplies(db);
  expect(await title()).toBe("Hello");
  const { messages: listed } = await ana.messages.listMessages({ chatId: done.chatId });
  expect(listed[1]).toMatchObject({
    text: "Olá, abção",
    thinking: "Hm.",
    status: Status.INTERRUPTED,
    error: { reason: ErrorReason.SERVER_RESTARTED },
  });
  expect(await db.select().from(replyChunks)).toEqual([]);
});

test("a stored reply that nobody runs ends when it is asked for, and when it is swept up", async () => {
  await using app = await testApp();
  const ana = await app.signIn();
  const { db } = app.deps;
  const orphan = async () => {
    const { id, chatId, finished } = await startReply(ana, "Hello");
    await finished;
    const title = async () => (await ana.chats.getChat({ chatId })).chat!.title;
    await expect.poll(title).not.toBe("");
    const createTime = new Date(Date.now() - ORPHAN_AGE - 1000);
    const lost = { text: "", status: "queued", finishTime: null, createTime } as const;
    await db.update(messages).set(lost).where(eq(messages.id, id));
    return { id, chatId };
  };
  const [stopped, followed, swept] = [await orphan(), await orphan(), await orphan()];
  const { message } = await ana.messages.stopReply({ messageId: stopped.id });
  expect(message!.status).toBe(Status.INTERRUPTED);
  for await (const { event } of ana.messages.followReply({ messageId: followed.id })) {
    expect(event.case).toBe("finished");
    expect(event.value).toMatchObject({ message: { status: Status.INTERRUPTED } });
  }
  const running = await startReply(ana, "sentinel:tokens=50,delay=5");
  await app.deps.replies.sweep();
  const { messages: listed } = await ana.messages.listMessages({ chatId: swept.chatId });
  expect(listed[1]!.status).toBe(Status.INTERRUPTED);
  expect((await running.finished).status).toBe(Status.COMPLETE);
});

test("a batch whose answer was lost leaves no hole in the stored text", async () => {
  await using stack = new AsyncDisposableStack();
  const { app, proxy, own } = await startBehindProxy(stack, 1000);
  const ana = await app.signIn();
  const reply = await startReply(ana, "sentinel:tokens=400,delay=10");
  await expect.poll(() => reply.shown.text.length).toBeGreaterThan(20);
  // The statement is prepared, so only its parameter crosses the wire each time.
  proxy.loseAnswerTo('"kind":"text"', "cut");
  const chunks = () =>
    own.database.db
      .select()
      .from(replyChunks)
      .where(eq(replyChunks.messageId, reply.id))
      .orderBy(replyChunks.offset);
  const later = reply.shown.text.length + 500;
  await expect
    .poll(async () => (await chunks()).at(-1)!.offset, { timeout: 5000 })
    .toBeGreaterThan(later);
  let length = 0;
  for (const chunk of await chunks()) {
    expect(chunk.offset).toBe(length);
    length += Buffer.byteLength(chunk.text);
  }
  expect((await reply.finished).text).toBe(makePieces(400).join(""));
}, 30_000);

test("a stop of the server keeps the text as INTERRUPTED and tells the stream so", async () => {
  await using app = await testApp();
  const ana = await app.signIn();
  const reply = await startReply(ana, "sentinel:tokens=500,delay=5");
  await expect.poll(() => reply.shown.text.length).toBeGreaterThan(20);
  const ended = reply.finished.catch((error: unknown) => error);
  const next = await app.restart();
  expect(await ended).toMatchObject({ rawMessage: "The server is stopping." });
  const again = next.withToken(ana.token);
  const { messages: listed } = await again.messages.listMessages({ chatId: reply.chatId });
  expect(listed[1]!.status).toBe(Status.INTERRUPTED);
  expect(listed[1]!.text).toContain(reply.shown.text);
  const { chat } = await again.chats.getChat({ chatId: reply.chatId });
  expect(chat!.title).toBe("sentinel:tokens=500,delay=5");
});

test("while the database is away a reply goes on, and nothing that was shown is lost", async () => {
  await using stack = new AsyncDisposableStack();
  const { app, proxy } = await startBehindProxy(stack, 500);
  const ana = await app.signIn();
  const reply = await startReply(ana, "sentinel:tokens=150,delay=10");
  await expect.poll(() => reply.shown.text.length).toBeGreaterThan(20);
  proxy.silence();
  await expect(ana.chats.listChats({})).rejects.toMatchObject({
    rawMessage: "The database does not answer.",
  });
  const before = reply.shown.text.length;
  await expect.poll(() => reply.shown.text.length, { timeout: 5000 }).toBeGreaterThan(before);
  await sleep(1500);
  proxy.resume();
  const message = await reply.finished;
  expect(message.status).toBe(Status.COMPLETE);
  expect(message.text).toBe(makePieces(150).join(""));
  expect(reply.shown.text).toBe(message.text);
  const { messages: listed } = await ana.messages.listMessages({ chatId: reply.chatId });
  expect(listed[1]!.text).toBe(message.text);
}, 30_000);
