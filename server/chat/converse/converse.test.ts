import { messages } from "#db/schema/index.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { count, eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { CONVERSE_SILENCE, MAX_WAITING_SAYS } from "../../limits.ts";
import { type Person, type TestApp, testApp } from "../../testing/app.ts";
import { holdConversation, readTexts } from "../../testing/conversation.ts";
import { failureOf } from "../../testing/failure.ts";
import { fakeGreeting, fakeTitle, makePieces, multibyteText } from "../../testing/fake-answer.ts";

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
afterEach(() => app.ollama.setBehaviour());
afterAll(() => app[Symbol.asyncDispose]());

const slow = "sentinel:tokens=300,delay=10";

async function openChat(title = "A walk", person = ana) {
  const { chat } = await person.chats.createChat({ model: "fake:1b", title });
  const conversation = holdConversation(person);
  conversation.open({ chatId: chat!.id });
  await conversation.nth("opened");
  return { chatId: chat!.id, ...conversation };
}

async function countIn(chatId: string) {
  const [row] = await app.deps.db
    .select({ n: count() })
    .from(messages)
    .where(eq(messages.chatId, chatId));
  return row!.n;
}

async function follow(messageId: string) {
  let text = "";
  for await (const { event } of ana.messages.followReply({ messageId })) {
    if (event.case === "delta") text += event.value.text;
  }
  return text;
}

describe("a conversation", () => {
  test("in a new chat is opened, answered turn by turn, titled once, and ends well", async () => {
    const talk = holdConversation(ana);
    talk.open({ model: "fake-think:1b", systemPrompt: "Be brief." });
    const { chat } = await talk.nth("opened");
    expect(chat).toMatchObject({ model: "fake-think:1b", systemPrompt: "Be brief.", title: "" });
    talk.say("Hello");
    await talk.nth("finished");
    talk.say("sentinel:echo");
    await talk.nth("finished", 2);
    await talk.nth("titled");
    talk.halfClose();
    await talk.ended;
    expect(talk.events[0]!.case).toBe("opened");
    expect(talk.all("titled").map(({ chat: titled }) => titled!.title)).toEqual([fakeTitle]);
    const [first, second] = talk.all("accepted");
    expect(second!.message!.parentId).toBe(first!.reply!.id);
    const [hello, echo] = readTexts(talk.events);
    expect(hello).toBe(fakeGreeting);
    expect(JSON.parse(echo!)).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hello" },
      { role: "assistant", content: fakeGreeting },
      { role: "user", content: "sentinel:echo" },
    ]);
  });

  test("has the same bytes as SendMessage and FollowReply of the same replies", async () => {
    const talk = await openChat();
    const said = [talk.say("sentinel:multibyte,tokens=200,delay=1"), talk.say("Hello")];
    talk.halfClose();
    await talk.ended;
    const texts = readTexts(talk.events);
    expect(texts[0]!.startsWith(multibyteText)).toBe(true);
    for (const [index, requestId] of said.entries()) {
      const id = talk.all("accepted")[index]!.reply!.id;
      expect(Buffer.from(await follow(id))).toEqual(Buffer.from(texts[index]!));
      let sent = "";
      const request = { requestId, chatId: talk.chatId, text: "Again" };
      for await (const { event } of ana.messages.sendMessage(request)) {
        if (event.case === "accepted") expect(event.value.reply!.id).toBe(id);
        if (event.case === "delta") sent += event.value.text;
      }
      expect(sent).toBe(texts[index]);
    }
  });

  test("lets what is said wait for its turn, with every turn below the one before", async () => {
    const talk = await openChat();
    for (let index = 0; index < 8; index += 1) talk.say(`${index} sentinel:tokens=20,delay=1`);
    talk.halfClose();
    await talk.ended;
    const kinds = talk.events.map((event) => event.case).filter((kind) => kind !== "delta");
    expect(kinds).toEqual([
      "opened",
      ...Array.from({ length: 8 }, () => ["accepted", "finished"]).flat(),
    ]);
    const accepted = talk.all("accepted");
    for (const [index, { message }] of accepted.entries()) {
      expect(message!.text).toBe(`${index} sentinel:tokens=20,delay=1`);
      expect(message!.parentId).toBe(index === 0 ? "" : accepted[index - 1]!.reply!.id);
    }
    expect(new Set(readTexts(talk.events))).toEqual(new Set([makePieces(20).join("")]));
  });

  test("does not let the title hold up what is said next", async () => {
    const talk = await openChat("");
    talk.say("sentinel:slow-title=800");
    talk.say("sentinel:tokens=5", { model: "fake-think:1b" });
    await talk.nth("finished", 2);
    expect(talk.all("titled")).toEqual([]);
    talk.halfClose();
    await talk.ended;
    expect(talk.all("titled")).toHaveLength(1);
    expect(talk.events.at(-1)!.case).toBe("titled");
  });

  test("asks nothing twice: what was said before is streamed from its beginning", async () => {
    const talk = await openChat();
    const requestId = talk.say("sentinel:tokens=30,delay=5");
    await talk.nth("delta");
    talk.leave();
    const before = app.ollama.calls();
    const again = holdConversation(ana);
    again.open({ chatId: talk.chatId });
    again.say("sentinel:tokens=30,delay=5", { requestId });
    again.halfClose();
    await again.ended;
    expect(readTexts(again.events)).toEqual([makePieces(30).join("")]);
    expect(app.ollama.calls()).toBe(before);
    expect(await countIn(talk.chatId)).toBe(2);
  });

  test("on fifty streams at once with one request id asks once", async () => {
    const { chatId } = await openChat();
    const before = app.ollama.calls();
    const requestId = randomUUID();
    const talks = Array.from({ length: 50 }, () => {
      const talk = holdConversation(ana);
      talk.open({ chatId });
      talk.say("sentinel:tokens=30,delay=1", { requestId });
      talk.halfClose();
      return talk;
    });
    await Promise.all(talks.map(({ ended }) => ended));
    const texts = new Set(talks.flatMap(({ events }) => readTexts(events)));
    expect([...texts]).toEqual([makePieces(30).join("")]);
    expect(app.ollama.calls() - before).toBe(1);
    expect(await countIn(chatId)).toBe(2);
  });

  test("on two streams of one chat goes two ways, and each is answered", async () => {
    const { chatId, ...one } = await openChat();
    one.say("Hello");
    const { message } = await one.nth("finished");
    const two = holdConversation(ana);
    two.open({ chatId });
    one.say("To the left, sentinel:tokens=50,delay=2");
    two.say("To the right", { parentId: message!.id });
    two.halfClose();
    one.halfClose();
    await Promise.all([one.ended, two.ended]);
    const left = one.all("accepted")[1]!;
    const right = two.all("accepted")[0]!;
    expect([left.message!.parentId, right.message!.parentId]).toEqual([message!.id, message!.id]);
    expect(await countIn(chatId)).toBe(6);
  });
});

describe("stopping", () => {
  test("ends the reply under way, keeps its text, and lets the next be said", async () => {
    const talk = await openChat();
    talk.say(slow);
    talk.say("Hello");
    await talk.nth("delta");
    talk.stop();
    talk.halfClose();
    await talk.ended;
    const [stopped, whole] = talk.all("finished").map(({ message }) => message!);
    expect(stopped!.status).toBe(Status.STOPPED);
    expect(readTexts(talk.events)).toEqual([stopped!.text, fakeGreeting]);
    expect(whole!.status).toBe(Status.COMPLETE);
  });

  test("counts for what was said before it, even when that is not stored yet", async () => {
    const { chat } = await ana.chats.createChat({ model: "fake:1b", title: "A walk" });
    const talk = holdConversation(ana);
    talk.open({ chatId: chat!.id });
    talk.say(slow);
    talk.stop();
    talk.halfClose();
    await talk.ended;
    expect(talk.all("finished")[0]!.message!.status).toBe(Status.STOPPED);
  });

  test("is asked of the database once, however often it is wished", async () => {
    const asked = vi.spyOn(app.deps.replies, "stop");
    const talk = await openChat();
    talk.say(slow);
    await talk.nth("delta");
    for (let count = 0; count < 1000; count++) talk.stop();
    talk.halfClose();
    await talk.ended;
    expect(talk.all("finished")[0]!.message!.status).toBe(Status.STOPPED);
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
  });

  test("when nothing is under way does nothing", async () => {
    const talk = await openChat();
    talk.stop();
    talk.say("Hello");
    await talk.nth("finished");
    talk.stop();
    talk.halfClose();
    await talk.ended;
    expect(talk.all("finished")[0]!.message!.status).toBe(Status.COMPLETE);
  });
});

describe("leaving", () => {
  test("stops nothing: the reply goes on and can be followed", async () => {
    const talk = await openChat();
    talk.say("sentinel:tokens=60,delay=5");
    await talk.nth("delta");
    talk.leave();
    expect(await failureOf(talk.ended)).toMatchObject({ code: "Canceled" });
    const id = talk.all("accepted")[0]!.reply!.id;
    expect(await follow(id)).toBe(makePieces(60).join(""));
  });

  test("by the session's end or the server's ends the stream with the reason", async () => {
    await using other = await testApp();
    const eva = await other.signIn("Eva");
    const guest = other.withToken((await eva.auth.login(eva)).sessionToken);
    const [idle, closed] = [holdConversation(guest), holdConversation(eva)];
    for (const talk of [idle, closed]) talk.open();
    await Promise.all([idle.nth("opened"), closed.nth("opened")]);
    await guest.auth.logout({});
    expect(await failureOf(idle.ended)).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    closed.say(slow);
    await closed.nth("delta");
    const ending = failureOf(closed.ended);
    const again = (await other.restart()).withToken(eva.token);
    expect(await ending).toMatchObject({ code: "Unavailable", reason: "SHUTTING_DOWN" });
    const { chatId } = closed.all("accepted")[0]!.reply!;
    const { messages: listed } = await again.messages.listMessages({ chatId });
    expect(listed[1]!.status).toBe(Status.INTERRUPTED);
  });
});

describe("what does not belong here", () => {
  test.each([
    ["something said first", "open", (talk: Talk) => talk.say("Hello")],
    ["a stop first", "open", (talk: Talk) => talk.stop()],
    ["an end without a beginning", "open", (talk: Talk) => talk.halfClose()],
  ])("%s is refused", async (_, expected, begin) => {
    const talk = holdConversation(ana);
    begin(talk);
    expect(await failureOf(talk.ended)).toMatchObject({
      code: "FailedPrecondition",
      reason: "OUT_OF_ORDER",
      metadata: { expected },
    });
    expect(talk.events).toEqual([]);
  });

  test("a second opening ends the stream, and the reply under way goes on", async () => {
    const talk = await openChat();
    talk.say("sentinel:tokens=60,delay=5");
    await talk.nth("delta");
    talk.open({ chatId: talk.chatId });
    expect(await failureOf(talk.ended)).toMatchObject({
      reason: "OUT_OF_ORDER",
      metadata: { expected: "say" },
    });
    const id = talk.all("accepted")[0]!.reply!.id;
    expect(await follow(id)).toBe(makePieces(60).join(""));
  });

  test.each([
    ["a text of blanks", { requestId: randomUUID(), text: "" }],
    ["a request id that is none", { requestId: "x", text: "Hello" }],
    ["a text that is too long", { requestId: randomUUID(), text: "x".repeat(262_145) }],
  ])("%s is an invalid argument", async (_, value) => {
    const talk = await openChat();
    talk.say(value.text, value);
    expect(await failureOf(talk.ended)).toMatchObject({ code: "InvalidArgument" });
    expect(await countIn(talk.chatId)).toBe(0);
  });

  test("a chat that is somebody else's or gone is not there", async () => {
    const bob = await app.signIn("Bob");
    const { chatId } = await openChat();
    for (const id of [chatId, randomUUID()]) {
      const talk = holdConversation(bob);
      talk.open({ chatId: id });
      talk.say("Hello");
      expect(await failureOf(talk.ended)).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
    }
    expect(await countIn(chatId)).toBe(0);
  });

  test("more than may wait is refused, and what was answered is kept", async () => {
    const talk = await openChat();
    talk.say(slow);
    await talk.nth("delta");
    for (let index = 0; index < MAX_WAITING_SAYS; index += 1) talk.say("Hello");
    talk.say("One too many");
    expect(await failureOf(talk.ended)).toMatchObject({
      code: "ResourceExhausted",
      reason: "STREAM_TOO_LONG",
      metadata: { limit: String(MAX_WAITING_SAYS) },
    });
    expect(await countIn(talk.chatId)).toBe(2);
    const messageId = talk.all("accepted")[0]!.reply!.id;
    expect((await ana.messages.stopReply({ messageId })).message!.text).not.toBe("");
  });

  test("a model that is not there ends the stream after what was under way", async () => {
    const talk = await openChat();
    talk.say("sentinel:tokens=20,delay=1");
    talk.say("Hello", { model: "nobody:1b" });
    talk.say("Hello");
    expect(await failureOf(talk.ended)).toMatchObject({ reason: "MODEL_MISSING" });
    expect(readTexts(talk.events)).toEqual([makePieces(20).join("")]);
    expect(talk.events.at(-1)!.case).toBe("finished");
    expect(await countIn(talk.chatId)).toBe(2);
  });

  test("a reply that fails is finished with its reason, and the conversation goes on", async () => {
    const talk = await openChat();
    talk.say("sentinel:cut");
    await talk.nth("finished");
    talk.say("Hello");
    talk.halfClose();
    await talk.ended;
    expect(talk.all("finished")[0]!.message!.status).toBe(Status.FAILED);
    expect(readTexts(talk.events)[1]).toBe(fakeGreeting);
  });
});

type Talk = ReturnType<typeof holdConversation>;

describe("silence", () => {
  afterEach(() => void vi.useRealTimers());

  test("that lasts too long ends the stream, and any wish begins a new one", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const mute = holdConversation(ana);
    const talk = holdConversation(ana);
    talk.open();
    await talk.nth("opened");
    await vi.advanceTimersByTimeAsync(CONVERSE_SILENCE - 1);
    talk.stop();
    talk.say("Hello");
    await talk.nth("titled");
    expect([mute.events, talk.all("finished").length]).toEqual([[], 1]);
    await vi.advanceTimersByTimeAsync(1);
    const idle = { code: "DeadlineExceeded", reason: "STREAM_IDLE", metadata: { limit: "1800" } };
    expect(await failureOf(mute.ended)).toMatchObject(idle);
    await vi.advanceTimersByTimeAsync(CONVERSE_SILENCE - 2);
    talk.say("Hello");
    await talk.nth("finished", 2);
    await vi.advanceTimersByTimeAsync(CONVERSE_SILENCE);
    expect(await failureOf(talk.ended)).toMatchObject(idle);
  });
});
