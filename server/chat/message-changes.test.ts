import { messages } from "#db/schema/index.ts";
import type { SendMessageResponse } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { Rating, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { count, eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { fakeGreeting, fakeTitle } from "../testing/fake-answer.ts";

let app: TestApp;
let ana: Person;
let bob: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
  bob = await app.signIn("Bob");
});
afterAll(() => app[Symbol.asyncDispose]());

const running = "sentinel:tokens=500,delay=10";

type Sent = { chatId?: string; parentId?: string };

/** Sends a message and returns it with its reply at its end. */
async function send(text: string, { chatId = "", parentId = "" }: Sent = {}) {
  const id = chatId || (await ana.chats.createChat({ model: "fake:1b", title: "A walk" })).chat!.id;
  const request = { requestId: randomUUID(), chatId: id, parentId, text };
  let message = "";
  for await (const { event } of ana.messages.sendMessage(request)) {
    if (event.case === "accepted") message = event.value.message!.id;
    if (event.case === "finished") return { chatId: id, message, reply: event.value.message! };
  }
  throw new Error("the reply has no end");
}

/** Sends a message, reads some of its reply and leaves. */
async function begin(text = running, { chatId = "", parentId = "", title = "A walk" } = {}) {
  const id = chatId || (await ana.chats.createChat({ model: "fake:1b", title })).chat!.id;
  const request = { requestId: randomUUID(), chatId: id, parentId, text };
  const begun = { chatId: id, message: "", reply: "" };
  for await (const { event } of ana.messages.sendMessage(request)) {
    if (event.case === "accepted") {
      Object.assign(begun, { message: event.value.message!.id, reply: event.value.reply!.id });
    }
    if (event.case === "delta") break;
  }
  return begun;
}

type Event = SendMessageResponse["event"];

async function follow(messageId: string, events: Event[] = []) {
  for await (const { event } of ana.messages.followReply({ messageId })) events.push(event);
  return events;
}

async function endOf(messageId: string) {
  for (const event of await follow(messageId)) {
    if (event.case === "finished") return event.value.message!;
  }
  throw new Error("the reply has no end");
}

async function listed(chatId: string) {
  return (await ana.messages.listMessages({ chatId, pageSize: 100 })).messages;
}

async function countIn(chatId: string) {
  const [row] = await app.deps.db
    .select({ n: count() })
    .from(messages)
    .where(eq(messages.chatId, chatId));
  return row!.n;
}

describe("editing a user's message", () => {
  test("adds a sibling that the model answers, and overwrites nothing", async () => {
    const first = await send("Hello");
    const second = await send("And the sea?", { chatId: first.chatId });
    const edited = await ana.messages.editMessage({
      requestId: randomUUID(),
      messageId: second.message,
      text: "sentinel:echo",
    });
    expect(edited.message).toMatchObject({
      role: Role.USER,
      text: "sentinel:echo",
      parentId: first.reply.id,
    });
    expect(edited.reply).toMatchObject({ parentId: edited.message!.id, text: "" });
    expect(JSON.parse((await endOf(edited.reply!.id)).text)).toEqual([
      { role: "user", content: "Hello" },
      { role: "assistant", content: fakeGreeting },
      { role: "user", content: "sentinel:echo" },
    ]);
    const texts = (await listed(first.chatId)).map(({ text }) => text);
    expect(texts.slice(0, 4)).toEqual(["Hello", fakeGreeting, "And the sea?", fakeGreeting]);
    expect(texts).toHaveLength(6);
  });

  test("may be done to the first message of a chat, with a model and options of its own", async () => {
    const first = await send("Hello");
    const edited = await ana.messages.editMessage({
      requestId: randomUUID(),
      messageId: first.message,
      text: "sentinel:tokens=20",
      model: "fake-think:1b",
      options: { maxTokens: 3 },
    });
    expect(edited.message!.parentId).toBe("");
    expect(await endOf(edited.reply!.id)).toMatchObject({
      model: "fake-think:1b",
      truncated: true,
    });
  });

  test("titles a chat that has no title yet, once", async () => {
    const first = await begin(running, { title: "" });
    const edited = await ana.messages.editMessage({
      requestId: randomUUID(),
      messageId: first.message,
      text: "Hello",
    });
    await ana.messages.stopReply({ messageId: first.reply });
    const events = await follow(edited.reply!.id);
    expect(events.at(-1)).toMatchObject({ case: "titled", value: { chat: { title: fakeTitle } } });
  });

  test("fifty times at once with one request id stores one version and asks once", async () => {
    const first = await send("Hello");
    const before = app.ollama.calls();
    const request = { requestId: randomUUID(), messageId: first.message, text: "Again" };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ana.messages.editMessage(request)),
    );
    expect(new Set(answers.map(({ reply }) => reply!.id)).size).toBe(1);
    await endOf(answers[0]!.reply!.id);
    const later = await ana.messages.editMessage(request);
    expect(later.message!.id).toBe(answers[0]!.message!.id);
    expect(later.reply).toMatchObject({ id: answers[0]!.reply!.id, text: "" });
    expect(app.ollama.calls() - before).toBe(1);
    expect(await countIn(first.chatId)).toBe(4);
  });

  test("to a model that is not there is refused, and nothing is stored", async () => {
    const first = await send("Hello");
    const request = { requestId: randomUUID(), messageId: first.message, text: "Hi" };
    expect(
      await failureOf(ana.messages.editMessage({ ...request, model: "nobody:1b" })),
    ).toMatchObject({ code: "FailedPrecondition", reason: "MODEL_MISSING" });
    expect(await countIn(first.chatId)).toBe(2);
  });

  test("of somebody else is refused, and nothing is stored", async () => {
    const first = await send("Hello");
    for (const messageId of [first.message, first.reply.id]) {
      const request = { requestId: randomUUID(), messageId, text: "Mine now" };
      expect(await failureOf(bob.messages.editMessage(request))).toMatchObject({
        code: "NotFound",
        reason: "NOT_FOUND",
      });
    }
    expect(await countIn(first.chatId)).toBe(2);
  });
});

describe("editing a reply", () => {
  test("stores another version as it is, marks it, and asks no model", async () => {
    const first = await send("Hello");
    const before = app.ollama.requests.length;
    const request = { requestId: randomUUID(), messageId: first.reply.id, text: " Olá,\n😀 " };
    const edited = await ana.messages.editMessage(request);
    expect(edited.reply).toBeUndefined();
    expect(edited.message).toMatchObject({
      role: Role.ASSISTANT,
      status: Status.COMPLETE,
      text: " Olá,\n😀 ",
      edited: true,
      model: "fake:1b",
      parentId: first.message,
    });
    expect(app.ollama.requests).toHaveLength(before);
    expect(await ana.messages.editMessage(request)).toEqual(edited);
    const all = await listed(first.chatId);
    expect(all.map(({ text }) => text)).toEqual(["Hello", fakeGreeting, " Olá,\n😀 "]);
    expect(all[1]!.edited).toBe(false);
  });

  test("fifty times at once with one request id stores one version", async () => {
    const first = await send("Hello");
    const request = { requestId: randomUUID(), messageId: first.reply.id, text: "Better" };
    await Promise.all(Array.from({ length: 50 }, () => ana.messages.editMessage(request)));
    expect(await countIn(first.chatId)).toBe(3);
  });

  test("that is under way is refused, and it goes on", async () => {
    const { reply, chatId } = await begin();
    const request = { requestId: randomUUID(), messageId: reply, text: "Better" };
    expect(await failureOf(ana.messages.editMessage(request))).toMatchObject({
      code: "FailedPrecondition",
      reason: "REPLY_RUNNING",
    });
    expect(await countIn(chatId)).toBe(2);
    const { message } = await ana.messages.stopReply({ messageId: reply });
    expect(message!.status).toBe(Status.STOPPED);
  });
});

describe("deleting a message", () => {
  test("takes all that follows it and leaves its siblings", async () => {
    const first = await send("Hello");
    const left = await send("To the left", { chatId: first.chatId });
    const right = await send("To the right", {
      chatId: first.chatId,
      parentId: first.reply.id,
    });
    await send("And on", { chatId: first.chatId, parentId: left.reply.id });
    const { deletedCount } = await ana.messages.deleteMessage({ messageId: left.message });
    expect(deletedCount).toBe(4);
    expect((await listed(first.chatId)).map(({ id }) => id)).toEqual([
      first.message,
      first.reply.id,
      right.message,
      right.reply.id,
    ]);
    expect(await failureOf(ana.messages.deleteMessage({ messageId: left.message }))).toMatchObject({
      code: "NotFound",
      reason: "NOT_FOUND",
    });
  });

  test("of somebody else is refused, and it stays", async () => {
    const first = await send("Hello");
    const refused = await failureOf(bob.messages.deleteMessage({ messageId: first.message }));
    expect(refused).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
    expect(await countIn(first.chatId)).toBe(2);
  });

  test("stops the replies below it: their followers see the end, and nothing comes back", async () => {
    const { chatId, message, reply } = await begin();
    const seen: Event[] = [];
    const following = [follow(reply, seen)];
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    expect(await ana.messages.deleteMessage({ messageId: message })).toMatchObject({
      deletedCount: 2,
    });
    for (const events of await Promise.all(following)) {
      expect(events.at(-1)).toMatchObject({
        case: "finished",
        value: { message: { status: Status.STOPPED } },
      });
    }
    await expect
      .poll(() => app.ollama.requests.findLast(({ kind }) => kind === "chat")!.aborted)
      .toBe(true);
    expect(await listed(chatId)).toEqual([]);
    expect(await failureOf(ana.messages.followReply({ messageId: reply }))).toMatchObject({
      code: "NotFound",
    });
  });

  test("frees the model of a reply that was asked for below it meanwhile", async () => {
    const { reply } = await begin("sentinel:tokens=2000,delay=20");
    const asked = app.ollama.requests.findLast(({ kind }) => kind === "chat")!;
    // As the deletion takes along what was stored after it had read the branch.
    await app.deps.db.delete(messages).where(eq(messages.id, reply));
    await expect.poll(() => asked.aborted, { timeout: 10_000 }).toBe(true);
  }, 30_000);

  test("gives its chat no title any more; the next message does", async () => {
    const { chat } = await ana.chats.createChat({ model: "fake:1b" });
    const sent = { requestId: randomUUID(), chatId: chat!.id, text: "sentinel:slow-title=300" };
    const kinds: (string | undefined)[] = [];
    for await (const { event } of ana.messages.sendMessage(sent)) {
      kinds.push(event.case);
      if (event.case !== "finished") continue;
      await ana.messages.deleteMessage({ messageId: event.value.message!.parentId });
    }
    expect(kinds.at(-1)).toBe("finished");
    expect((await ana.chats.getChat({ chatId: chat!.id })).chat!.title).toBe("");
    await send("Hello", { chatId: chat!.id });
    await expect
      .poll(async () => (await ana.chats.getChat({ chatId: chat!.id })).chat!.title)
      .toBe(fakeTitle);
  });

  test("lets the next one follow the newest reply that is left, or begin anew", async () => {
    const first = await send("Hello");
    const second = await send("And then?", { chatId: first.chatId });
    await ana.messages.deleteMessage({ messageId: second.reply.id });
    const third = await send("Or what?", { chatId: first.chatId });
    const at = async (id: string) => (await listed(first.chatId)).find((row) => row.id === id)!;
    expect((await at(third.message)).parentId).toBe(first.reply.id);
    await ana.messages.deleteMessage({ messageId: first.reply.id });
    const fourth = await send("Hello again", { chatId: first.chatId });
    expect((await at(fourth.message)).parentId).toBe("");
  });

  test("of a very long chat takes all of it", async () => {
    const first = await send("Hello");
    await app.database.database.sql`
      insert into messages (id, chat_id, parent_id, user_id, role, status, text, thinking, model, options)
      select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ${first.chatId},
        case when n = 1 then ${first.reply.id}::uuid
          else ('00000000-0000-7000-8000-' || lpad((n - 1)::text, 12, '0'))::uuid end,
        ${ana.id}, case when n % 2 = 1 then 'user' else 'assistant' end, 'complete', 'x', '', '', '{}'
      from generate_series(1, 12000) n`;
    await app.database.database.sql`analyze messages`;
    expect(await ana.messages.deleteMessage({ messageId: first.message })).toMatchObject({
      deletedCount: 12_002,
    });
    expect(await countIn(first.chatId)).toBe(0);
  }, 30_000);

  test("while others answer it loses no reply that was shown as stored", async () => {
    const first = await send("Hello");
    const sent = Array.from({ length: 20 }, () =>
      send("And?", { chatId: first.chatId, parentId: first.reply.id }).then(
        () => "ok",
        async (error: unknown) => (await failureOf(Promise.reject(error))).code,
      ),
    );
    await ana.messages.deleteMessage({ messageId: first.message });
    const outcomes = new Set(await Promise.all(sent));
    expect(await countIn(first.chatId)).toBe(0);
    expect([...outcomes].filter((code) => code === "Internal")).toEqual([]);
  });
});

describe("rating a reply", () => {
  test("stores what the user thinks, changes it and takes it back", async () => {
    const first = await send("Hello");
    const messageId = first.reply.id;
    for (const rating of [Rating.GOOD, Rating.BAD, Rating.UNSPECIFIED]) {
      expect((await ana.messages.rateMessage({ messageId, rating })).message!.rating).toBe(rating);
      expect((await listed(first.chatId))[1]!.rating).toBe(rating);
    }
  });

  test("that is under way stays with it", async () => {
    const { reply } = await begin();
    const rated = await ana.messages.rateMessage({ messageId: reply, rating: Rating.BAD });
    expect(rated.message!.text).not.toBe("");
    const { message } = await ana.messages.stopReply({ messageId: reply });
    expect(message!.rating).toBe(Rating.BAD);
  });

  test("is refused for somebody else's, and for a message that is no reply", async () => {
    const first = await send("Hello");
    const rate = (person: Person, messageId: string) =>
      failureOf(person.messages.rateMessage({ messageId, rating: Rating.GOOD }));
    expect(await rate(bob, first.reply.id)).toMatchObject({ code: "NotFound" });
    expect(await rate(ana, first.message)).toMatchObject({ code: "NotFound" });
  });
});
