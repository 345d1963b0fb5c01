import { ImportFormat, ImportProblem } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { chats, messages } from "#db/schema/index.ts";
import { eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  DELETED_CHAT_LIFETIME,
  MAX_EXPORTS_PER_USER,
  MAX_REPLY_BYTES,
  TRANSFER_BATCH,
} from "../../limits.ts";
import { newId } from "../../new-id.ts";
import { actorWith } from "../../testing/actor.ts";
import { type Person, type TestApp, testApp } from "../../testing/app.ts";
import { failureOf } from "../../testing/failure.ts";
import { exportChats } from "./export-chats.ts";
import { exportFile, importFile } from "../../testing/transfer.ts";

let app: TestApp;
// Whole files go to a real database and back.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  app = await testApp({ config: { rateLimit: false } });
});
afterAll(() => app[Symbol.asyncDispose]());

async function send(person: Person, chatId: string, text: string) {
  const request = { chatId, requestId: randomUUID(), text };
  for await (const { event } of person.messages.sendMessage(request)) {
    if (event.case === "finished") return event.value.message!;
  }
  throw new Error("no answer");
}

const db = () => app.deps.db;
const lines = (file: string) => file.trimEnd().split("\n");
const recordsOf = (file: string) => lines(file).map((line) => JSON.parse(line));
const summary = (created: number, messages: number, skipped = 0, failed = 0) => ({
  createdChats: created,
  createdMessages: messages,
  skippedChats: skipped,
  failedRecords: failed,
});
const problemsOf = ({ failures }: Awaited<ReturnType<typeof importFile>>) =>
  failures.map(({ position, problem, title }) => [Number(position), problem, title]);

/** Somebody with two chats that hold everything that a message can have. */
async function personWithEverything() {
  const person = await app.signIn("Ana");
  const options = { temperature: 0.3, topP: 0.9, topK: 40, seed: 7, maxTokens: 100 };
  const given = { title: "Trees é 😀", systemPrompt: "Be kind.", model: "fake-think:1b", options };
  const chatId = (await person.chats.createChat(given)).chat!.id;
  await send(person, chatId, "sentinel:thinking,tokens=20");
  const whole = await send(person, chatId, 'Hello "you" \\ \n\t\u2028 😀');
  await send(person, chatId, "sentinel:error-midway");
  const again = { requestId: randomUUID(), messageId: whole.id };
  for await (const _ of person.messages.regenerateReply(again));
  const change = { rating: "bad" as const, edited: true, truncated: true, contextStartId: null };
  await db().update(messages).set(change).where(eq(messages.id, whole.id));
  const [first] = await db().select().from(messages).where(eq(messages.chatId, chatId)).limit(1);
  await db().update(messages).set({ contextStartId: first!.id }).where(eq(messages.id, whole.id));
  await person.chats.createChat({ title: "Empty" });
  return { person, chatId };
}

/** A chat with many messages, made without a model. */
async function longChat(
  userId: string,
  count: number,
  text = (index: number) => `Message ${index}`,
) {
  const chatId = newId();
  const common = { chatId, userId, thinking: "", model: "fake:1b", options: {} };
  const chat = {
    id: chatId,
    userId,
    title: "Long",
    model: "fake:1b",
    systemPrompt: "",
    options: {},
  };
  await db().insert(chats).values(chat);
  let parentId: string | null = null;
  const rows: (typeof messages.$inferInsert)[] = [];
  for (let index = 0; index < count; index++) {
    const id = newId();
    const role = index % 2 === 0 ? "user" : "assistant";
    rows.push({ ...common, id, parentId, role, status: "complete", text: text(index) });
    parentId = id;
  }
  for (let at = 0; at < rows.length; at += TRANSFER_BATCH) {
    await db()
      .insert(messages)
      .values(rows.slice(at, at + TRANSFER_BATCH));
  }
  return chatId;
}

describe("an export", () => {
  test("taken in by somebody else is exported again to the byte, and changes nothing again", async () => {
    const { person } = await personWithEverything();
    const file = await exportFile(person);
    const bia = await app.signIn("Bia");
    const count = lines(file).length;
    expect(await importFile(bia, file)).toMatchObject(summary(2, count - 3));
    expect(await exportFile(bia)).toBe(file);
    expect(await importFile(bia, file)).toMatchObject(summary(0, 0, 2));
    expect(await importFile(person, file)).toMatchObject(summary(0, 0, 2));
    expect(await exportFile(bia)).toBe(file);
    expect(await exportFile(person)).toBe(file);
  });

  test("holds everything that a chat and its messages have", async () => {
    const { person, chatId } = await personWithEverything();
    const [header, { chat }, ...rest] = recordsOf(await exportFile(person));
    expect(header).toEqual({ header: { format: "prosa", version: 1 } });
    expect(chat).toMatchObject({
      sourceId: chatId,
      title: "Trees é 😀",
      systemPrompt: "Be kind.",
      options: { temperature: 0.3, topP: 0.9, topK: 40, seed: 7, maxTokens: 100 },
      messageCount: 7,
    });
    const found = rest.slice(0, 7).map(({ message }) => message);
    expect(found.map(({ parent = 0 }) => parent)).toEqual([0, 1, 2, 3, 4, 5, 3]);
    expect(found[1]).toMatchObject({ role: "ROLE_ASSISTANT", status: "STATUS_COMPLETE" });
    expect(found[1].thinking).not.toBe("");
    expect(found[3]).toMatchObject({ rating: "RATING_BAD", edited: true, truncated: true });
    expect(found[3]).toMatchObject({ contextStart: 1, usage: {}, timings: {} });
    expect(found[5]).toMatchObject({ status: "STATUS_FAILED", error: { message: /./ } });
    expect(rest[7].chat).toMatchObject({ title: "Empty" });
  });

  test("has the oldest chat first, and none that is deleted or somebody else's", async () => {
    const cora = await app.signIn("Cora");
    const titles: string[] = [];
    for (let index = 0; index < 120; index++) {
      const { chat } = await cora.chats.createChat({ title: `Chat ${index}` });
      const createTime = new Date(Date.UTC(2020, 0, 200 - Math.floor(index / 2)));
      await db().update(chats).set({ createTime }).where(eq(chats.id, chat!.id));
      if (index % 7 === 0) await cora.chats.deleteChat({ chatId: chat!.id });
      else titles.push(`Chat ${index}`);
    }
    const found = recordsOf(await exportFile(cora))
      .slice(1)
      .map(({ chat }) => chat);
    const foundTitles: string[] = found.map(({ title }) => title);
    expect(foundTitles.toSorted()).toEqual(titles.toSorted());
    const times: string[] = found.map(({ createTime }) => createTime);
    expect(times).toEqual(times.toSorted());
    expect(lines(await exportFile(await app.signIn("Dora")))).toHaveLength(1);
  });

  test("of a chat with very many messages, large and small, comes back whole", async () => {
    const eva = await app.signIn("Eva");
    const large = "é".repeat(400_000);
    await longChat(eva.id, TRANSFER_BATCH * 2 + 1, (index) =>
      index % 100 === 7 ? large : `${index}`,
    );
    await longChat(eva.id, 2_001);
    const file = await exportFile(eva);
    const fred = await app.signIn("Fred");
    const count = TRANSFER_BATCH * 2 + 1 + 2_001;
    expect(await importFile(fred, file, ImportFormat.PROSA, 262_144)).toMatchObject(
      summary(2, count),
    );
    expect(await exportFile(fred)).toBe(file);
  });

  test("has a reply under way as interrupted, with its text so far", async () => {
    const gil = await app.signIn("Gil");
    const { chat } = await gil.chats.createChat({ title: "Slow" });
    const request = {
      chatId: chat!.id,
      requestId: randomUUID(),
      text: "sentinel:tokens=500,delay=20",
    };
    let read = "";
    for await (const { event } of gil.messages.sendMessage(request)) {
      if (event.case === "delta") read += event.value.text;
      if (read.length > 20) break;
    }
    const { message } = recordsOf(await exportFile(gil)).at(-1);
    expect(message.status).toBe("STATUS_INTERRUPTED");
    expect(message.text.startsWith(read)).toBe(true);
    await gil.chats.deleteChat({ chatId: chat!.id });
  });

  test("brings titles with whatever one may hold back as they are", async () => {
    const gina = await app.signIn("Gina");
    const titles = ["a\u007fb\u0085c\u009f", "\u200d\u2028\ufeffz", "😀".repeat(200)];
    for (const title of titles) await gina.chats.createChat({ title });
    const file = await exportFile(gina);
    const hans = await app.signIn("Hans");
    expect(await importFile(hans, file)).toMatchObject(summary(3, 0));
    expect(await exportFile(hans)).toBe(file);
  });

  test("of a reply that grew too long comes back whole", async () => {
    const guto = await app.signIn("Guto");
    const { chat } = await guto.chats.createChat({ title: "Endless" });
    const reply = await send(guto, chat!.id, `sentinel:long=${MAX_REPLY_BYTES + 5000}`);
    expect(reply.error!.reason).toBe(ErrorReason.REPLY_TOO_LONG);
    expect(Buffer.byteLength(reply.thinking + reply.text)).toBe(MAX_REPLY_BYTES);
    const file = await exportFile(guto);
    const helga = await app.signIn("Helga");
    expect(await importFile(helga, file, ImportFormat.PROSA, 262_144)).toMatchObject(summary(1, 2));
    expect(await exportFile(helga)).toBe(file);
  });

  test("reads no further than its reader, who may leave", async () => {
    const hal = await app.signIn("Hal");
    const chatId = await longChat(hal.id, 1_000);
    const { signal } = new AbortController();
    const asOfNow = app.deps.replies.asOfNow;
    const records = exportChats(
      { db: db(), asOfNow, audit: app.deps.audit },
      actorWith(hal),
      signal,
    );
    for (let seen = 0; seen < 5; seen++) await records.next();
    await db().update(messages).set({ text: "Changed" }).where(eq(messages.chatId, chatId));
    const texts: string[] = [];
    for await (const record of records) if (record.kind === "message") texts.push(record.text);
    expect(texts.filter((text) => text === "Changed").length).toBeGreaterThan(700);
    expect(texts[0]).toBe("Message 3");
    let seen = 0;
    for await (const _ of hal.chats.exportChats({})) if (++seen === 5) break;
    expect(lines(await exportFile(hal))).toHaveLength(1_002);
  });

  test("is one of a few at once for each user", async () => {
    const hugo = await app.signIn("Hugo");
    await longChat(hugo.id, 1_000, () => "x".repeat(2_000));
    const leaving = new AbortController();
    const open = (options = {}) => hugo.chats.exportChats({}, options)[Symbol.asyncIterator]();
    const exports = [open({ signal: leaving.signal })];
    while (exports.length < MAX_EXPORTS_PER_USER) exports.push(open());
    for (const one of exports) await one.next();
    const refused = { reason: "TOO_MANY_ATTEMPTS", retryDelay: 5000 };
    expect(await failureOf(exportFile(hugo))).toMatchObject(refused);
    expect(lines(await exportFile(await app.signIn("Ina")))).toHaveLength(1);
    leaving.abort();
    const exportAgain = async () => lines(await exportFile(hugo).catch(() => "")).length;
    await expect.poll(exportAgain, { timeout: 10_000 }).toBe(1_002);
    for (const one of exports.slice(1)) while (!(await one.next()).done);
  });

  test("ends when its session does", async () => {
    const ivo = await app.signIn("Ivo");
    await longChat(ivo.id, 1_000, () => "x".repeat(2_000));
    const reading = (async function* () {
      let seen = 0;
      for await (const record of ivo.chats.exportChats({})) {
        if (++seen === 5) await ivo.auth.logout({});
        yield record;
      }
    })();
    expect(await failureOf(reading)).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
  });

  test("ends with an error when messages that it has counted are deleted under way", async () => {
    const jana = await app.signIn("Jana");
    const chatId = await longChat(jana.id, 1_000, () => "x".repeat(10_000));
    const reading = (async function* () {
      let seen = 0;
      for await (const record of jana.chats.exportChats({})) {
        if (++seen === 5) await db().delete(messages).where(eq(messages.chatId, chatId));
        yield record;
      }
    })();
    expect(await failureOf(reading)).toMatchObject({ reason: "NOT_FOUND" });
  });
});

describe("an import", () => {
  const header = '{"header":{"format":"prosa","version":1}}';
  const chat = (sourceId: string, messageCount: number, more = {}) =>
    JSON.stringify({ chat: { sourceId, title: `T ${sourceId}`, messageCount, ...more } });
  const user = (parent = 0, text = "Hi") =>
    JSON.stringify({ message: { parent, role: "ROLE_USER", text } });
  const reply = (parent: number, more = {}) =>
    JSON.stringify({ message: { parent, role: "ROLE_ASSISTANT", text: "Yes", ...more } });
  const { NOT_JSON, UNKNOWN_SHAPE, TOO_LARGE, CUT_SHORT, BAD_VALUE, UNKNOWN_VERSION } =
    ImportProblem;

  test("brings back a chat that its user has deleted, as it was, and counts it as created", async () => {
    const { person, chatId } = await personWithEverything();
    const file = await exportFile(person);
    await person.chats.deleteChat({ chatId });
    expect(await importFile(person, file)).toMatchObject(summary(1, 7, 1));
    expect(await exportFile(person)).toBe(file);
    await person.chats.deleteChat({ chatId });
    const deleteTime = new Date(Date.now() - DELETED_CHAT_LIFETIME - 1000);
    await db().update(chats).set({ deleteTime }).where(eq(chats.id, chatId));
    expect(await importFile(person, file)).toMatchObject(summary(1, 7, 1));
    expect(await exportFile(person)).toBe(file);
    expect(await failureOf(person.chats.getChat({ chatId }))).toMatchObject({
      reason: "NOT_FOUND",
    });
  });

  test("names each bad record, and takes every good chat", async () => {
    const person = await app.signIn("Kai");
    const file = [
      header,
      ...[chat("a", 2), user(), reply(1)],
      "{nonsense",
      ...[chat("b", 2), user(), "{}"],
      reply(1),
      ...[chat("c", 2), user()],
      ...[chat("d", 2), user(), reply(2)],
      ...[chat("e", 1), reply(0)],
      ...[chat("f", 2), user(), user(1)],
      ...[chat("g", 2), user(), reply(1, { options: { temperature: 9 } })],
      ...[chat("h", 1), user(0, "x".repeat(1024 * 1024 + 1))],
      ...[chat("", 1), user()],
      ...[chat("i", -1)],
      '{"chat":{"sourceId":5}}',
      '{"somethingNew":1}',
      ...[chat("j", 1), user(), user()],
      "",
      ...[chat("k", 2), user(), reply(1)],
    ].join("\r\n");
    const result = await importFile(person, `\uFEFF${file}`, ImportFormat.PROSA, 997);
    expect(problemsOf(result)).toEqual([
      [5, NOT_JSON, ""],
      [8, UNKNOWN_SHAPE, "T b"],
      [10, BAD_VALUE, "T c"],
      [14, BAD_VALUE, "T d"],
      [16, BAD_VALUE, "T e"],
      [19, BAD_VALUE, "T f"],
      [22, BAD_VALUE, "T g"],
      [24, TOO_LARGE, "T h"],
      [25, BAD_VALUE, "T"],
      [27, BAD_VALUE, "T i"],
      [28, UNKNOWN_SHAPE, ""],
      [29, UNKNOWN_SHAPE, ""],
      [32, BAD_VALUE, ""],
    ]);
    expect(result).toMatchObject(summary(3, 5, 0, 13));
    const records = recordsOf(await exportFile(person));
    const found: string[] = records.flatMap(({ chat }) => chat?.sourceId ?? []);
    expect(found.toSorted()).toEqual(["a", "j", "k"]);
  });

  test("of a file that is cut keeps what stands before, and nothing half", async () => {
    const { person } = await personWithEverything();
    const file = await exportFile(person);
    const bytes = Buffer.from(file);
    const first = Buffer.byteLength(lines(file).slice(0, -1).join("\n")) + 1;
    for (const length of [first - 500, first - 20, first + 10]) {
      const lea = await app.signIn("Lea");
      const result = await importFile(lea, bytes.subarray(0, length));
      expect(result.failures.map(({ problem }) => problem)).toEqual([CUT_SHORT]);
      expect(result.createdChats).toBe(length > first ? 1 : 0);
      const rows = await db().select().from(chats).where(eq(chats.userId, lea.id));
      expect(rows).toHaveLength(result.createdChats);
    }
  });

  test("of a long chat that is cut leaves nothing of it behind", async () => {
    const mia = await app.signIn("Mia");
    await longChat(mia.id, TRANSFER_BATCH * 2 + 50);
    const cut = lines(await exportFile(mia))
      .slice(0, -1)
      .join("\n");
    const nina = await app.signIn("Nina");
    const result = await importFile(nina, cut);
    expect(problemsOf(result)).toEqual([[2, CUT_SHORT, "Long"]]);
    expect(await db().select().from(chats).where(eq(chats.userId, nina.id))).toEqual([]);
  });

  test("refuses a version that it does not know, and files of other programs", async () => {
    const oto = await app.signIn("Oto");
    const newer = ['{"header":{"format":"prosa","version":2}}', chat("a", 1), user()].join("\n");
    expect(problemsOf(await importFile(oto, newer))).toEqual([[1, UNKNOWN_VERSION, ""]]);
    const other = '{"header":{"format":"verse","version":1}}';
    expect(problemsOf(await importFile(oto, other))).toEqual([[1, UNKNOWN_SHAPE, ""]]);
    expect(await importFile(oto, "")).toMatchObject(summary(0, 0));
    expect(await importFile(oto, "\n \n")).toMatchObject(summary(0, 0));
  });

  test("names the first hundred failures and counts the others", async () => {
    const pia = await app.signIn("Pia");
    const result = await importFile(pia, "x\n".repeat(150));
    expect(result).toMatchObject(summary(0, 0, 0, 150));
    expect(result.failures).toHaveLength(100);
  });

  test("stores what PostgreSQL cannot hold in another way", async () => {
    const rui = await app.signIn("Rui");
    const file = [header, chat("a", 1), user(0, "a\u0000b")].join("\n");
    expect(await importFile(rui, file)).toMatchObject(summary(1, 1));
    expect(recordsOf(await exportFile(rui)).at(-1).message.text).toBe("a\uFFFDb");
  });

  test("takes the same chat twice in one file once", async () => {
    const sol = await app.signIn("Sol");
    const file = [header, chat("a", 1), user(), chat("a", 1), user()].join("\n");
    expect(await importFile(sol, file)).toMatchObject(summary(1, 1, 1));
  });
});
