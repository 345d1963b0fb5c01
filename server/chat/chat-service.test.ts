import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { chats, messages } from "#db/schema/index.ts";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DELETE_BATCH, DELETED_CHAT_LIFETIME } from "../limits.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { fakeGreeting } from "../testing/fake-answer.ts";
import { startFakeOllama } from "../testing/fake-ollama.ts";
import { failureOf } from "../testing/failure.ts";
import { writeLongChat, watchDeletions } from "../testing/long-chat.ts";
import { purgeDeletedChats } from "./purge.ts";

let app: TestApp;
let ana: Person;
let bia: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
  bia = await app.signIn("Bia");
});
afterAll(() => app[Symbol.asyncDispose]());

const notFound = { code: "NotFound", reason: "NOT_FOUND", metadata: { resource: "chat" } };

async function newChat(title = "A walk", person = ana) {
  return (await person.chats.createChat({ title })).chat!;
}

async function send(chatId: string, text: string, person = ana) {
  const request = { chatId, requestId: randomUUID(), text };
  for await (const { event } of person.messages.sendMessage(request)) {
    if (event.case === "finished") return event.value.message!;
  }
  throw new Error("no answer");
}

/** All pages of a list and how long they were. */
async function pages<T>(read: (pageToken: string) => Promise<{ items: T[]; next: string }>) {
  const all: T[] = [];
  const sizes: number[] = [];
  let pageToken = "";
  do {
    const { items, next } = await read(pageToken);
    all.push(...items);
    sizes.push(items.length);
    pageToken = next;
  } while (pageToken !== "");
  return { all, sizes };
}

describe("a new chat", () => {
  test("is as it was asked for", async () => {
    const options = { temperature: 0.5, topP: 0.9, topK: 40, seed: 7, maxTokens: 100 };
    const given = { title: "  Trees  ", model: "fake:1b", systemPrompt: "Be kind.", options };
    const { chat } = await ana.chats.createChat(given);
    expect(chat).toMatchObject({ ...given, title: "Trees" });
    expect(chat!.createTime).toEqual(chat!.updateTime);
    expect((await ana.chats.getChat({ chatId: chat!.id })).chat).toEqual(chat);
  });

  test("has no title and the default model when none is given", async () => {
    const { chat } = await ana.chats.createChat({});
    const { defaultModel } = await ana.models.listModels({});
    expect(chat).toMatchObject({ title: "", model: defaultModel, systemPrompt: "" });
  });

  test("is made once for one request id, however often and at once", async () => {
    const request = { requestId: randomUUID(), title: "Once" };
    const all = await Promise.all(Array.from({ length: 10 }, () => ana.chats.createChat(request)));
    expect(new Set(all.map(({ chat }) => chat!.id)).size).toBe(1);
    const other = await bia.chats.createChat(request);
    expect(other.chat!.id).not.toBe(all[0]!.chat!.id);
  });

  test("can be made while Ollama is away, and asks for a model later", async () => {
    await using ollama = await startFakeOllama();
    await using house = await testApp({ ollama });
    const cora = await house.signIn("Cora");
    await ollama.close();
    expect((await cora.chats.createChat({})).chat!.model).toBe("");
    expect((await cora.chats.createChat({ model: "later:1b" })).chat!.model).toBe("later:1b");
  });
});

describe("changing a chat", () => {
  test("changes what is given and nothing else, and keeps its place in the list", async () => {
    const chat = await newChat();
    for (const change of [
      { title: "Trees" },
      { model: "fake-think:1b" },
      { systemPrompt: "Be kind." },
      { systemPrompt: "" },
      { options: { temperature: 1 } },
      { options: {} },
      {},
    ]) {
      const before = (await ana.chats.getChat({ chatId: chat.id })).chat!;
      const { chat: after } = await ana.chats.updateChat({ chatId: chat.id, ...change });
      const { options, ...others } = { options: undefined, ...change };
      expect(after).toMatchObject({ ...before, ...others, options: options ?? before.options });
      if (options !== undefined) expect(after!.options!.temperature).toBe(options.temperature);
      expect(after!.updateTime).toEqual(before.updateTime);
    }
  });

  test("is not for others", async () => {
    const chat = await newChat();
    const change = { chatId: chat.id, title: "Stolen" };
    expect(await failureOf(bia.chats.updateChat(change))).toMatchObject(notFound);
    expect((await ana.chats.getChat({ chatId: chat.id })).chat).toEqual(chat);
  });
});

describe("the list of chats", () => {
  test("is paged, newest activity first, with nothing twice and nothing left out", async () => {
    const cora = await app.signIn("Cora");
    const made: string[] = [];
    for (let count = 0; count < 7; count++) made.push((await newChat(`${count}`, cora)).id);
    await send(made[2]!, "Hello", cora);
    await newChat("not hers", bia);
    const { all, sizes } = await pages(async (pageToken) => {
      const page = await cora.chats.listChats({ pageSize: 3, pageToken });
      return { items: page.chats, next: page.nextPageToken };
    });
    expect(sizes).toEqual([3, 3, 1]);
    const others = made.toReversed().filter((id) => id !== made[2]);
    expect(all.map(({ id }) => id)).toEqual([made[2], ...others]);
    expect((await cora.chats.listChats({ pageSize: 7 })).nextPageToken).toBe("");
    expect((await cora.chats.listChats({ pageSize: 2 ** 31 - 1 })).chats).toEqual(all);
  });

  test("tells chats of one moment apart", async () => {
    const dora = await app.signIn("Dora");
    for (let count = 0; count < 5; count++) await newChat(`${count}`, dora);
    const moment = new Date("2026-01-01T00:00:00.123Z");
    await app.deps.db.update(chats).set({ updateTime: moment }).where(eq(chats.userId, dora.id));
    const { all, sizes } = await pages(async (pageToken) => {
      const page = await dora.chats.listChats({ pageSize: 2, pageToken });
      return { items: page.chats, next: page.nextPageToken };
    });
    expect(sizes).toEqual([2, 2, 1]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    expect(timestampDate(all[0]!.updateTime!)).toEqual(moment);
  });

  test("has fifty at once unless asked otherwise, and a hundred at most", async () => {
    const eva = await app.signIn("Eva");
    const template = await newChat("many", eva);
    const [row] = await app.deps.db.select().from(chats).where(eq(chats.id, template.id));
    const copies = Array.from({ length: 120 }, () => ({ ...row!, id: randomUUID() }));
    await app.deps.db.insert(chats).values(copies);
    for (const [pageSize, expected] of [
      [0, 50],
      [1, 1],
      [1000, 100],
    ] as const) {
      expect((await eva.chats.listChats({ pageSize })).chats).toHaveLength(expected);
    }
  });
});

describe("the list of messages", () => {
  test("is paged in the order of creation", async () => {
    const chat = await newChat();
    for (const text of ["one", "two", "three"]) await send(chat.id, text);
    const { all, sizes } = await pages(async (pageToken) => {
      const page = await ana.messages.listMessages({ chatId: chat.id, pageSize: 4, pageToken });
      return { items: page.messages, next: page.nextPageToken };
    });
    expect(sizes).toEqual([4, 2]);
    const texts = all.map(({ text }) => text);
    expect(texts).toEqual(["one", fakeGreeting, "two", fakeGreeting, "three", fakeGreeting]);
    expect(all.map(({ parentId }) => parentId)).toEqual(
      ["", ...all.map(({ id }) => id)].slice(0, 6),
    );
  });
});

describe("a deleted chat", () => {
  test("is gone for its owner, and comes back whole", async () => {
    const chat = await newChat();
    await send(chat.id, "Hello");
    const before = (await ana.messages.listMessages({ chatId: chat.id })).messages;
    await ana.chats.deleteChat({ chatId: chat.id });
    for (const call of [
      () => ana.chats.getChat({ chatId: chat.id }),
      () => ana.chats.updateChat({ chatId: chat.id, title: "No" }),
      () => ana.messages.listMessages({ chatId: chat.id }),
      () => send(chat.id, "Hello?"),
    ]) {
      expect(await failureOf(call())).toMatchObject(notFound);
    }
    const listed = (await ana.chats.listChats({ pageSize: 100 })).chats.map(({ id }) => id);
    expect(listed).not.toContain(chat.id);
    expect((await ana.chats.undeleteChat({ chatId: chat.id })).chat!.title).toBe("A walk");
    expect((await ana.messages.listMessages({ chatId: chat.id })).messages).toEqual(before);
  });

  test("may be deleted and brought back twice, and by nobody else", async () => {
    const chat = await newChat();
    for (const call of [bia.chats.deleteChat, bia.chats.undeleteChat]) {
      expect(await failureOf(call({ chatId: chat.id }))).toMatchObject(notFound);
    }
    await ana.chats.deleteChat({ chatId: chat.id });
    await ana.chats.deleteChat({ chatId: chat.id });
    expect(await failureOf(bia.chats.undeleteChat({ chatId: chat.id }))).toMatchObject(notFound);
    await ana.chats.undeleteChat({ chatId: chat.id });
    await ana.chats.undeleteChat({ chatId: chat.id });
    expect((await ana.chats.getChat({ chatId: chat.id })).chat!.id).toBe(chat.id);
  });

  test("has its replies stopped, their text kept and the model freed", async () => {
    const chat = await newChat();
    const text = "sentinel:tokens=1000,delay=10";
    const request = { chatId: chat.id, requestId: randomUUID(), text, model: "fake:1b" };
    const stream = ana.messages.sendMessage(request);
    let last;
    for await (const { event } of stream) {
      if (event.case === "delta" && last === undefined) {
        last = event;
        await ana.chats.deleteChat({ chatId: chat.id });
      }
      if (event.case === "finished") last = event;
    }
    expect(last).toMatchObject({ value: { message: { status: Status.STOPPED } } });
    await expect.poll(() => app.ollama.requests.at(-1)!.aborted).toBe(true);
    await ana.chats.undeleteChat({ chatId: chat.id });
    const stored = (await ana.messages.listMessages({ chatId: chat.id })).messages[1]!;
    expect(stored.status).toBe(Status.STOPPED);
    expect(stored.text).not.toBe("");
  });

  test("is gone for good after its time, with its messages, and others are not", async () => {
    const [old, young, kept] = [await newChat(), await newChat(), await newChat()];
    await send(old.id, "Hello");
    await ana.chats.deleteChat({ chatId: old.id });
    await ana.chats.deleteChat({ chatId: young.id });
    const past = new Date(Date.now() - DELETED_CHAT_LIFETIME - 1000);
    await app.deps.db.update(chats).set({ deleteTime: past }).where(eq(chats.id, old.id));
    expect(await failureOf(ana.chats.undeleteChat({ chatId: old.id }))).toMatchObject(notFound);
    await purgeDeletedChats(app.deps.db);
    expect(await app.deps.db.$count(chats, eq(chats.id, old.id))).toBe(0);
    expect(await app.deps.db.$count(messages, eq(messages.chatId, old.id))).toBe(0);
    await ana.chats.undeleteChat({ chatId: young.id });
    expect((await ana.chats.getChat({ chatId: kept.id })).chat).toEqual(kept);
  });

  test("is purged in statements that are each short, however long it is", async () => {
    const { database } = app.database;
    const id = await writeLongChat(database, ana.id, 2 * DELETE_BATCH + 1);
    const past = new Date(Date.now() - DELETED_CHAT_LIFETIME - 1000);
    await app.deps.db.update(chats).set({ deleteTime: past }).where(eq(chats.id, id));
    const deletions = await watchDeletions(database);
    await purgeDeletedChats(app.deps.db);
    expect(await deletions.read()).toEqual([DELETE_BATCH, DELETE_BATCH, 1]);
    expect(await app.deps.db.$count(chats, eq(chats.id, id))).toBe(0);
  }, 30_000);
});
