import { messages, replyChunks } from "#db/schema/index.ts";
import type {
  MessageService,
  SendMessageResponse,
} from "#proto/prosa/chat/v1/message_service_pb.ts";
import { Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { ErrorDetailSchema, ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { count, eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_RUNNING_REPLIES } from "../limits.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { fakeGreeting, fakeTitle, makePieces, multibyteText } from "../testing/fake-answer.ts";

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

type Event = SendMessageResponse["event"];
type Kind = NonNullable<Event["case"]>;
type ValueOf<K extends Kind> = Extract<Event, { case: K }>["value"];

async function collect(stream: AsyncIterable<{ event: Event }>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of stream) events.push(event);
  return events;
}

function all<K extends Kind>(events: Event[], kind: K): ValueOf<K>[] {
  return events.flatMap((event) => (event.case === kind ? [event.value as ValueOf<K>] : []));
}

/** The text of the deltas, each put exactly where its offset says. */
function assemble(events: Event[], from = 0): string {
  let length = from;
  let text = "";
  for (const delta of all(events, "delta")) {
    if (delta.text === "") continue;
    expect(Number(delta.offset)).toBe(length);
    length += Buffer.byteLength(delta.text);
    text += delta.text;
  }
  return text;
}

async function newChat(person = ana, model = "fake:1b") {
  const { chat } = await person.chats.createChat({ model });
  return chat!;
}

async function send(text: string, { person = ana, chatId = "", requestId = randomUUID() } = {}) {
  const id = chatId || (await newChat(person)).id;
  return collect(person.messages.sendMessage({ requestId, chatId: id, text }));
}

/** Sends a message, reads more than eight bytes of its reply and leaves. */
async function begin(text: string, person = ana) {
  const chat = await newChat(person);
  const request = { requestId: randomUUID(), chatId: chat.id, text };
  const leave = new AbortController();
  const stream = person.messages.sendMessage(request, { signal: leave.signal });
  let reply = "";
  let length = 0;
  for await (const { event } of stream) {
    if (event.case === "accepted") reply = event.value.reply!.id;
    if (event.case === "delta") length += Buffer.byteLength(event.value.text);
    if (length > 8) break;
  }
  leave.abort();
  return { chat, request, reply };
}

async function reasonOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => ConnectError.from(thrown),
  );
  return { code: error?.code, reason: error?.findDetails(ErrorDetailSchema)[0]?.reason };
}

async function storedReply(id: string) {
  const [row] = await app.deps.db.select().from(messages).where(eq(messages.id, id));
  return row!;
}

async function chunksOf(id: string) {
  return app.deps.db.select().from(replyChunks).where(eq(replyChunks.messageId, id));
}

describe("sending a message", () => {
  test("streams accepted, the deltas, finished and the title, and stores all of it", async () => {
    const events = await send("Hello");
    expect(events[0]!.case).toBe("accepted");
    const [accepted] = all(events, "accepted");
    expect(accepted!.message).toMatchObject({ role: Role.USER, text: "Hello", parentId: "" });
    expect(accepted!.reply!.parentId).toBe(accepted!.message!.id);
    expect(assemble(events)).toBe(fakeGreeting);
    const [finished] = all(events, "finished");
    expect(finished!.message).toMatchObject({ status: Status.COMPLETE, text: fakeGreeting });
    expect(finished!.message!.usage!.completionTokens).toBeGreaterThan(0);
    expect(all(events, "titled")[0]!.chat!.title).toBe(fakeTitle);
    const { messages: listed } = await ana.messages.listMessages({ chatId: accepted!.chat!.id });
    expect(listed.map((message) => message.text)).toEqual(["Hello", fakeGreeting]);
    expect(await chunksOf(accepted!.reply!.id)).toEqual([]);
  });

  test("follows the newest message and gives the model the conversation so far", async () => {
    const first = await send("My name is Bia");
    const chatId = all(first, "accepted")[0]!.chat!.id;
    const second = await send("sentinel:echo", { chatId });
    expect(JSON.parse(assemble(second))).toEqual([
      { role: "user", content: "My name is Bia" },
      { role: "assistant", content: fakeGreeting },
      { role: "user", content: "sentinel:echo" },
    ]);
    expect(all(second, "titled")).toEqual([]);
  });

  test("puts the system prompt before the conversation and asks with the chat's options", async () => {
    const { chat } = await ana.chats.createChat({
      model: "fake:1b",
      systemPrompt: "Be brief.",
      options: { temperature: 0.5, maxTokens: 5 },
    });
    const events = await send("sentinel:tokens=20", { chatId: chat!.id });
    const asked = app.ollama.requests.findLast((request) => request.kind === "chat")!;
    expect(asked.body.messages![0]).toEqual({ role: "system", content: "Be brief." });
    expect(asked.body.options).toMatchObject({ temperature: 0.5, num_predict: 5 });
    expect(all(events, "finished")[0]!.message!.truncated).toBe(true);
  });

  test("keeps thinking apart from the text", async () => {
    const chat = await newChat(ana, "fake-think:1b");
    const events = await send("sentinel:thinking", { chatId: chat.id });
    const [finished] = all(events, "finished");
    expect(finished!.message!.thinking).toBe("Let me think about it.");
    expect(finished!.message!.text).toBe(fakeGreeting);
    const thought = all(events, "delta").map((delta) => delta.thinking);
    expect(thought.join("")).toBe("Let me think about it.");
  });

  test("replaces NUL characters, which PostgreSQL refuses", async () => {
    const [finished] = all(await send("sentinel:nul"), "finished");
    expect(finished!.message).toMatchObject({
      status: Status.COMPLETE,
      text: "before \uFFFD between\uFFFDafter",
    });
  });

  test("fifty at once with one request id store one message and ask the model once", async () => {
    const chat = await newChat();
    const requestId = randomUUID();
    const before = app.ollama.calls();
    const streams = Array.from({ length: 50 }, () =>
      send("sentinel:tokens=30,delay=1", { chatId: chat.id, requestId }),
    );
    const answers = await Promise.all(streams);
    expect(app.ollama.calls() - before).toBe(1);
    const replies = new Set(answers.map((events) => all(events, "accepted")[0]!.reply!.id));
    expect(replies.size).toBe(1);
    expect(new Set(answers.map((events) => assemble(events)))).toEqual(
      new Set([makePieces(30).join("")]),
    );
    const [row] = await app.deps.db
      .select({ n: count() })
      .from(messages)
      .where(eq(messages.chatId, chat.id));
    expect(row!.n).toBe(2);
  });

  test("with a request id of an ended reply streams the same reply again", async () => {
    const requestId = randomUUID();
    const first = await send("Hello", { requestId });
    const before = app.ollama.calls();
    const chatId = all(first, "accepted")[0]!.chat!.id;
    const again = await send("Hello", { chatId, requestId });
    expect(all(again, "accepted")[0]!.reply!.id).toBe(all(first, "accepted")[0]!.reply!.id);
    expect(assemble(again)).toBe(fakeGreeting);
    expect(app.ollama.calls()).toBe(before);
  });

  test("is refused in somebody else's chat, and nothing is stored", async () => {
    const bob = await app.signIn("Bob");
    const chat = await newChat(ana);
    const refused = await reasonOf(send("Hello", { person: bob, chatId: chat.id }));
    expect(refused).toEqual({ code: Code.NotFound, reason: ErrorReason.NOT_FOUND });
    expect((await ana.messages.listMessages({ chatId: chat.id })).messages).toEqual([]);
  });

  test("to a model that is not installed is refused, and nothing is stored", async () => {
    const chat = await newChat();
    const request = { requestId: randomUUID(), chatId: chat.id, text: "Hi", model: "nobody:1b" };
    expect(await reasonOf(collect(ana.messages.sendMessage(request)))).toEqual({
      code: Code.FailedPrecondition,
      reason: ErrorReason.MODEL_MISSING,
    });
    expect((await ana.messages.listMessages({ chatId: chat.id })).messages).toEqual([]);
  });

  test("below a reply that is under way is refused", async () => {
    const { chat, reply } = await begin("sentinel:tokens=200,delay=20");
    expect(await reasonOf(send("And?", { chatId: chat.id }))).toEqual({
      code: Code.FailedPrecondition,
      reason: ErrorReason.REPLY_RUNNING,
    });
    await ana.messages.stopReply({ messageId: reply });
  });

  test("below a message of another chat is refused", async () => {
    const other = all(await send("Hello"), "accepted")[0]!.reply!.id;
    const chat = await newChat();
    const request = { requestId: randomUUID(), chatId: chat.id, parentId: other, text: "Hi" };
    expect(await reasonOf(collect(ana.messages.sendMessage(request)))).toEqual({
      code: Code.FailedPrecondition,
      reason: ErrorReason.BAD_PARENT,
    });
  });

  test("waits in line and is told its place", async () => {
    const first = await begin("sentinel:tokens=200,delay=20");
    const chat = await newChat();
    const stream = ana.messages.sendMessage({
      requestId: randomUUID(),
      chatId: chat.id,
      text: "Hello",
    });
    const events: Event[] = [];
    for await (const { event } of stream) {
      events.push(event);
      if (event.case === "queued") await ana.messages.stopReply({ messageId: first.reply });
    }
    expect(all(events, "queued")[0]).toMatchObject({ position: 1, length: 1 });
    expect(assemble(events)).toBe(fakeGreeting);
  });

  test("beyond the limit of one user is refused, however fast it comes", async () => {
    const eager = await app.signIn("Eager");
    const limit = MAX_RUNNING_REPLIES;
    const asked = Array.from({ length: limit + 8 }, async () => {
      const { chat } = await eager.chats.createChat({ model: "fake:1b", title: "Eager" });
      return reasonOf(send("sentinel:tokens=2,delay=40", { person: eager, chatId: chat!.id }));
    });
    const refused = (await Promise.all(asked)).filter(({ code }) => code !== undefined);
    expect(refused).toEqual(
      Array.from({ length: 8 }, () => ({
        code: Code.ResourceExhausted,
        reason: ErrorReason.TOO_MANY_REPLIES,
      })),
    );
    expect(all(await send("Hello", { person: eager }), "finished")).toHaveLength(1);
  }, 30_000);

  test("to a model that is being loaded tells so", async () => {
    const events = await send("sentinel:slow-load=700");
    expect(all(events, "loading")[0]).toMatchObject({ model: "fake:1b" });
    expect(assemble(events)).toBe(fakeGreeting);
  });
});

describe("following a reply", () => {
  test("goes on from every byte offset exactly, and refuses those within a character", async () => {
    const events = await send("sentinel:multibyte");
    const messageId = all(events, "accepted")[0]!.reply!.id;
    const whole = Buffer.from(multibyteText);
    const offsets = Array.from({ length: whole.length + 1 }, (_, offset) => offset);
    for (const offset of offsets) {
      const rest = collect(ana.messages.followReply({ messageId, offset: BigInt(offset) }));
      const inside = offset < whole.length && (whole[offset]! & 0xc0) === 0x80;
      if (inside) expect((await reasonOf(rest)).reason).toBe(ErrorReason.BAD_OFFSET);
      else expect(assemble(await rest, offset)).toBe(whole.subarray(offset).toString());
    }
    const beyond = ana.messages.followReply({ messageId, offset: BigInt(whole.length + 1) });
    expect(await reasonOf(collect(beyond))).toEqual({
      code: Code.OutOfRange,
      reason: ErrorReason.BAD_OFFSET,
    });
  });

  test("under way gives many followers the same bytes, wherever each began", async () => {
    const { reply } = await begin("sentinel:multibyte,tokens=120,delay=2");
    const offsets = [0, 1, 2, 4, 5, 0];
    const texts = await Promise.all(
      offsets.map((offset) => textAtEnd(ana.messages, reply, offset)),
    );
    const whole = Buffer.from((await storedReply(reply)).text);
    expect(whole.length).toBeGreaterThan(120);
    for (const [index, offset] of offsets.entries()) {
      expect(texts[index]).toBe(whole.subarray(offset).toString());
    }
  });

  test("with an interval gets fewer and larger deltas, and the same bytes", async () => {
    const { reply } = await begin("sentinel:multibyte,tokens=120,delay=2");
    const deltaInterval = durationFromMs(50);
    const often = collect(ana.messages.followReply({ messageId: reply }));
    const seldom = collect(ana.messages.followReply({ messageId: reply, deltaInterval }));
    const [many, few] = await Promise.all([often, seldom]);
    expect(assemble(few)).toBe(assemble(many));
    expect(all(few, "delta").length).toBeLessThan(all(many, "delta").length / 3);
  });

  test("that is left by all goes on to its end", async () => {
    const { reply } = await begin("sentinel:tokens=60,delay=5");
    await expect
      .poll(async () => (await storedReply(reply)).status, { timeout: 5000 })
      .toBe("complete");
    expect((await storedReply(reply)).text).toBe(makePieces(60).join(""));
  });

  test("of somebody else is refused", async () => {
    const bob = await app.signIn("Bob");
    const messageId = all(await send("Hello"), "accepted")[0]!.reply!.id;
    const refused = await reasonOf(collect(bob.messages.followReply({ messageId })));
    expect(refused.code).toBe(Code.NotFound);
  });

  test("ends for those whose session has ended", async () => {
    const guest = await app.signIn("Guest");
    const { chat, reply } = await begin("sentinel:tokens=500,delay=20", guest);
    const following = reasonOf(collect(guest.messages.followReply({ messageId: reply })));
    await sleep(50);
    await guest.auth.logout({});
    expect(await following).toEqual({
      code: Code.Unauthenticated,
      reason: ErrorReason.SIGN_IN_REQUIRED,
    });
    app.deps.replies.abandon(chat.id);
  });
});

async function textAtEnd(client: Client<typeof MessageService>, messageId: string, offset: number) {
  return assemble(await collect(client.followReply({ messageId, offset: BigInt(offset) })), offset);
}

describe("stopping a reply", () => {
  test("keeps what was written and frees the model at once", async () => {
    const { reply } = await begin("sentinel:tokens=500,delay=10");
    const { message } = await ana.messages.stopReply({ messageId: reply });
    expect(message!.status).toBe(Status.STOPPED);
    expect(makePieces(500).join("")).toContain(message!.text);
    expect(message!.text).not.toBe("");
    await expect
      .poll(() => app.ollama.requests.findLast((r) => r.kind === "chat")!.aborted)
      .toBe(true);
    const again = await ana.messages.stopReply({ messageId: reply });
    expect(again.message!.text).toBe(message!.text);
  });

  test("of somebody else is refused and goes on", async () => {
    const bob = await app.signIn("Bob");
    const { reply } = await begin("sentinel:tokens=500,delay=10");
    const refused = await reasonOf(bob.messages.stopReply({ messageId: reply }));
    expect(refused.code).toBe(Code.NotFound);
    expect((await storedReply(reply)).status).toBe("queued");
    await ana.messages.stopReply({ messageId: reply });
  });

  test("happens when its chat is deleted, and the text is there after the deletion is undone", async () => {
    const { chat, reply } = await begin("sentinel:tokens=500,delay=10");
    await ana.chats.deleteChat({ chatId: chat.id });
    await expect.poll(async () => (await storedReply(reply)).status).toBe("stopped");
    await ana.chats.undeleteChat({ chatId: chat.id });
    const { messages: listed } = await ana.messages.listMessages({ chatId: chat.id });
    expect(listed[1]!.text).not.toBe("");
  });
});

describe("regenerating a reply", () => {
  test("adds a sibling and keeps the first", async () => {
    const first = await send("Hello");
    const old = all(first, "accepted")[0]!.reply!;
    const request = { requestId: randomUUID(), messageId: old.id };
    const events = await collect(ana.messages.regenerateReply(request));
    const [accepted] = all(events, "accepted");
    expect(accepted!.reply!.parentId).toBe(old.parentId);
    expect(accepted!.reply!.id).not.toBe(old.id);
    expect(assemble(events)).toBe(fakeGreeting);
    const again = await collect(ana.messages.regenerateReply(request));
    expect(all(again, "accepted")[0]!.reply!.id).toBe(accepted!.reply!.id);
    const { messages: listed } = await ana.messages.listMessages({ chatId: old.chatId });
    expect(listed).toHaveLength(3);
  });

  test("of somebody else is refused", async () => {
    const bob = await app.signIn("Bob");
    const old = all(await send("Hello"), "accepted")[0]!.reply!;
    const request = { requestId: randomUUID(), messageId: old.id };
    expect((await reasonOf(collect(bob.messages.regenerateReply(request)))).code).toBe(
      Code.NotFound,
    );
  });
});

describe("a reply that fails", () => {
  test.each([
    ["error-before", ErrorReason.MODEL_FAILED, ""],
    ["error-midway", ErrorReason.MODEL_FAILED, makePieces(5).join("")],
    ["cut", ErrorReason.MODEL_UNAVAILABLE, makePieces(5).join("")],
    ["busy", ErrorReason.MODEL_UNAVAILABLE, ""],
  ])("by sentinel:%s keeps its text and says why", async (sentinel, reason, text) => {
    const [finished] = all(await send(`sentinel:${sentinel}`), "finished");
    expect(finished!.message).toMatchObject({ status: Status.FAILED, text, error: { reason } });
  });

  test("because Ollama is away leaves the message stored and can be asked for again", async () => {
    await using away = await testApp({ config: { ollamaHost: "http://127.0.0.1:9" } });
    const eva = await away.signIn("Eva");
    const events = await send("Hello?", { person: eva });
    const [finished] = all(events, "finished");
    expect(finished!.message).toMatchObject({
      status: Status.FAILED,
      error: { reason: ErrorReason.MODEL_UNAVAILABLE },
    });
    expect(all(events, "titled")[0]!.chat!.title).toBe("Hello?");
  });

  test("with a text that is too long for the context says how long it may be", async () => {
    const [finished] = all(await send("word ".repeat(9000)), "finished");
    expect(finished!.message!.error).toMatchObject({ reason: ErrorReason.CONTEXT_EXCEEDED });
    expect(Number(finished!.message!.error!.metadata["limit"])).toBeGreaterThan(0);
  });
});

describe("the title", () => {
  test("is the first words of the question when the model makes none", async () => {
    const events = await send("Tell me, please: sentinel:no-title and nothing more than that");
    expect(all(events, "titled")[0]!.chat!.title).toBe(
      "Tell me, please: sentinel:no-title and nothing more than…",
    );
  });

  test("that the user has given stays", async () => {
    const { chat } = await ana.chats.createChat({ model: "fake:1b", title: "Mine" });
    const events = await send("Hello", { chatId: chat!.id });
    expect(all(events, "titled")).toEqual([]);
    expect((await ana.chats.getChat({ chatId: chat!.id })).chat!.title).toBe("Mine");
  });

  test("is asked for with the same context size as the answer, or the model would be loaded again", async () => {
    await send("Hello");
    const asked = app.ollama.requests.filter((r) => r.kind === "chat" || r.kind === "title");
    const sizes = new Set(asked.map((request) => request.body.options!.num_ctx));
    expect(sizes.size).toBe(1);
  });
});

describe("a long conversation", () => {
  test("is cut to the context, and the reply tells from where on the model saw it", async () => {
    let chatId = "";
    let last: Event[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      last = await send(`${"word ".repeat(400)} ${turn}`, { chatId });
      chatId = all(last, "accepted")[0]!.chat!.id;
    }
    const start = all(last, "finished")[0]!.message!.contextStartId;
    const { messages: listed } = await ana.messages.listMessages({ chatId });
    expect(start).not.toBe("");
    expect(listed.findIndex((message) => message.id === start)).toBeGreaterThan(0);
    expect(all(last, "finished")[0]!.message!.status).toBe(Status.COMPLETE);
  });
});
