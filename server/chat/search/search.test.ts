import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { chats, messages, searchEntries } from "#db/schema/index.ts";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { eq, sql } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SEARCH_WALK, SEARCHED_LENGTH } from "../../limits.ts";
import { newId } from "../../new-id.ts";
import { type Person, type TestApp, testApp } from "../../testing/app.ts";
import { failureOf } from "../../testing/failure.ts";

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
afterAll(() => app[Symbol.asyncDispose]());

async function newChat(title = "", person = ana) {
  return (await person.chats.createChat({ title, model: "fake:1b" })).chat!.id;
}

type Fields = Partial<typeof messages.$inferInsert>;

/** Stores a message as it would stand there after its end. */
async function write(chatId: string, text: string, fields: Fields = {}) {
  const id = newId();
  await app.deps.db.insert(messages).values({
    id,
    chatId,
    userId: ana.id,
    role: "user",
    status: "complete",
    text,
    thinking: "",
    model: "",
    options: {},
    ...fields,
  });
  return id;
}

async function search(query: string, person = ana) {
  return (await person.chats.searchMessages({ query })).results;
}

const marked = (result: { snippet: { text: string; match: boolean }[] }) =>
  result.snippet.filter((part) => part.match).map((part) => part.text);

/** The texts among these in which a query is found, by somebody who has only them. */
async function foundIn(query: string, texts: string[]) {
  const person = await app.signIn("Solo");
  const chatId = await newChat("", person);
  const ids = new Map<string, string>();
  for (const text of texts) ids.set(await write(chatId, text, { userId: person.id }), text);
  const results = await search(query, person);
  return results.map(({ messageId }) => ids.get(messageId)!).toSorted();
}

const all = (text: string) => text.split("|").toSorted();

describe("a word is found", () => {
  test.each([
    ["cancao", "canção|Canções|CANÇÃO|cancoes|cancao", "cansado"],
    ["canções", "canção|canções|cancoes|cancao", "cantor"],
    ["running", "run|Running|runs", "ruin"],
    ["run", "running", "rung"],
    ["correr", "correndo|correu|correram", "correio"],
    ["animal", "animais|animal", "antes"],
    ["papéis", "papel|papeis", "pai"],
    ["homem", "homens", "hotel"],
    ["comunicação", "comunicacao|comunicações|comunicar", "cominho"],
    ["CAFÉ", "um cafe|cafés", "faca"],
    ["do", "do it|fazer do zero", "dodo"],
    ["a", "a casa|a house", "as"],
    ["grpc", "o gRPC é|grpc.io", "rpc"],
    ["42", "a resposta é 42|x=42;", "420"],
    ["abc123", "id ABC123.", "abc 123"],
    ["getUserName", "call getUserName()", "get user name"],
    ["foo_bar", "x.foo_bar = 1|foo bar", "foo baz bar"],
    ["bar", "x.foo_bar = 1|http://bar.org/x", "baz"],
    ["https://example.org/a?b=1", "veja https://example.org/a?b=1.", "https://example.org"],
    ["don't", "I don’t know|don't", "do not"],
    ["c++", "em C++ e C", "cc"],
    ["日本語", "日本語 の", "日本"],
    ["nova canção", "a canção é nova", "canção|nova"],
    ['"uma canção"', "UMA CANÇÃO nova|uma cancao", "uma nova canção|canção uma"],
    ['"to be or not"', "To be, or not to be", "to be not or"],
    ["canção -nova", "canção velha", "canção nova"],
    ['canção -"muito nova"', "canção nova e muito", "canção muito nova"],
    ["-nova", "velha", "nova"],
    ['canção "', "canção", "cantor"],
  ])("%s", async (query, texts, others) => {
    expect(await foundIn(query, [...all(texts), ...all(others)])).toEqual(all(texts));
  });
});

describe("filters", () => {
  let person: Person;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    person = await app.signIn("Filo");
    const chatId = await newChat("Filtros", person);
    const put = async (name: string, text: string, day: string, model = "") => {
      const createTime = new Date(`${day}T12:00:00Z`);
      const role = model ? "assistant" : "user";
      ids[await write(chatId, text, { userId: person.id, createTime, model, role })] = name;
    };
    await put("march", "limão", "2026-03-31");
    await put("small", "limão", "2026-04-01", "llama3.2:1b");
    await put("large", "limões", "2026-04-02", "Llama3.2:3b");
    await put("host", "limão", "2026-04-03", "hf.co/A/B:q4");
  });

  test.each([
    ["limao model:llama3.2", ["large", "small"]],
    ["limao MODEL:LLAMA3.2:1B", ["small"]],
    ["limao model:llama3.2:1b model:hf.co/a/b", ["host", "small"]],
    ["limao -model:llama3.2", ["host", "march"]],
    ["model:llama3.2:3b", ["large"]],
    ["model:llama", []],
    ["limao after:2026-04-02", ["host", "large"]],
    ["limao before:2026-04-01", ["march"]],
    ["after:2026-04-01 before:2026-04-02", ["small"]],
    ["after:2026-04-01 before:2026-04-01", []],
    ["limao after:9999-12-31", []],
    ["model:o'brien\\", []],
  ])("%s", async (query, names) => {
    const results = await search(query, person);
    expect(results.map(({ messageId }) => ids[messageId])).toEqual(names);
  });
});

test("a result tells where and when the words stand, and marks them", async () => {
  const chatId = await newChat("Sobre sabiás");
  const createTime = new Date("2026-01-02T03:04:05.678Z");
  const text = "Um sabiá\n canta; os Sabiás cantam.";
  const id = await write(chatId, text, { createTime, role: "assistant", model: "fake:1b" });
  const [title, found, ...others] = await search("sabia");
  expect(others).toEqual([]);
  expect(title).toMatchObject({ messageId: "", role: Role.UNSPECIFIED, model: "" });
  expect(title!.createTime).toEqual(title!.chat!.createTime);
  expect(marked(title!)).toEqual(["sabiás"]);
  expect(found).toMatchObject({ messageId: id, role: Role.ASSISTANT, model: "fake:1b" });
  expect(found!.chat).toEqual((await ana.chats.getChat({ chatId })).chat);
  expect(timestampDate(found!.createTime!)).toEqual(createTime);
  expect(marked(found!)).toEqual(["sabiá", "Sabiás"]);
  expect(found!.snippet.map((part) => part.text).join("")).toBe(
    "Um sabiá canta; os Sabiás cantam.",
  );
});

test("nobody finds what is somebody else's", async () => {
  const bia = await app.signIn("Bia");
  const chatId = await newChat("Segredo inconfessavel");
  await write(chatId, "inconfessavel");
  expect(await search("inconfessavel")).toHaveLength(2);
  expect(await search("inconfessavel", bia)).toEqual([]);
  expect(await search("-nada", bia)).toEqual([]);
  expect(await search(`"user ${ana.id}"`, bia)).toEqual([]);
});

test("a deleted chat is not found until it is brought back, and a purged one never", async () => {
  const chatId = await newChat("Jabuticaba");
  await write(chatId, "jabuticabas");
  expect(await search("jabuticaba")).toHaveLength(2);
  await ana.chats.deleteChat({ chatId });
  expect(await search("jabuticaba")).toEqual([]);
  await ana.chats.undeleteChat({ chatId });
  expect(await search("jabuticaba")).toHaveLength(2);
  await app.deps.db.delete(chats).where(eq(chats.id, chatId));
  const left = await app.deps.db.$count(searchEntries, eq(searchEntries.chatId, chatId));
  expect(left).toBe(0);
});

test("a title and a message are found by what they say now", async () => {
  const chatId = await newChat("Primeiro pitanga");
  const id = await write(chatId, "pitanga vermelha");
  await ana.chats.updateChat({ chatId, title: "Agora caqui" });
  await app.deps.db.update(messages).set({ text: "caqui maduro" }).where(eq(messages.id, id));
  expect(await search("pitanga")).toEqual([]);
  expect(await search("caqui")).toHaveLength(2);
  await app.deps.db.update(messages).set({ text: "" }).where(eq(messages.id, id));
  await app.deps.db.update(chats).set({ title: "" }).where(eq(chats.id, chatId));
  expect(await search("caqui")).toEqual([]);
  await app.deps.db.update(messages).set({ text: "caqui" }).where(eq(messages.id, id));
  await app.deps.db.delete(messages).where(eq(messages.id, id));
  expect(await search("caqui")).toEqual([]);
});

test("a reply is found when it has ended, and not before", async () => {
  const chatId = await newChat("Espera");
  const request = { chatId, requestId: randomUUID(), text: "sentinel:tokens=60,delay=20" };
  const seen: number[] = [];
  let replyId = "";
  let last = "";
  for await (const { event } of ana.messages.sendMessage(request)) {
    if (event.case === "accepted") replyId = event.value.reply!.id;
    if (event.case === "delta" && seen.length === 0) {
      seen.push((await search("model:fake:1b")).filter((one) => one.messageId === replyId).length);
    }
    if (event.case === "finished") last = event.value.message!.text.split(/\W+/u).find(Boolean)!;
  }
  seen.push((await search(`${last} model:fake`)).filter((one) => one.messageId === replyId).length);
  expect(seen).toEqual([0, 1]);
});

describe("pages", () => {
  test("are stable under equal times, newest first, and lose and repeat nothing", async () => {
    const person = await app.signIn("Page");
    const chatId = await newChat("", person);
    const createTime = new Date("2026-05-05T05:05:05.555Z");
    const ids: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      ids.push(await write(chatId, `abacate ${n}`, { userId: person.id, createTime }));
    }
    const found: string[] = [];
    const sizes: number[] = [];
    let pageToken = "";
    do {
      const page = await person.chats.searchMessages({ query: "abacate", pageSize: 10, pageToken });
      sizes.push(page.results.length);
      found.push(...page.results.map(({ messageId }) => messageId));
      pageToken = page.nextPageToken;
      // What comes meanwhile is newer than the page and moves nothing.
      await write(chatId, "abacate", { userId: person.id });
    } while (pageToken !== "");
    expect(sizes).toEqual([10, 10, 5]);
    expect(found).toEqual(ids.toReversed());
  });

  test("that end with the last hit have no token", async () => {
    const person = await app.signIn("Exact");
    const chatId = await newChat("", person);
    for (let n = 0; n < 4; n += 1) await write(chatId, "mamão", { userId: person.id });
    const page = await person.chats.searchMessages({ query: "mamao", pageSize: 4 });
    expect([page.results.length, page.nextPageToken]).toEqual([4, ""]);
  });

  test.each(["x", "bm90aGluZw", Buffer.from('["a","b"]').toString("base64url")])(
    "refuse a token that is none: %s",
    async (pageToken) => {
      const failure = await failureOf(ana.chats.searchMessages({ query: "a", pageToken }));
      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "BAD_PAGE_TOKEN" });
    },
  );
});

describe("what is older than the newest that are looked at is found by the index of words", () => {
  // Within the weeks that are looked up first, before them, and before 1970.
  const weeksAgo = [0, 3, 5, 15, 30, 70, 100, 1000, 4000];
  const timeOf = (weeks: number) => new Date(Date.now() - weeks * 7 * 86_400_000);
  const dayOf = (weeks: number) => timeOf(weeks).toISOString().slice(0, 10);
  let person: Person;
  let written: string[];

  beforeAll(async () => {
    person = await app.signIn("Much");
    const chatId = await newChat("", person);
    written = [];
    for (const weeks of weeksAgo)
      written.push(
        await write(chatId, "carambola", { userId: person.id, createTime: timeOf(weeks) }),
      );
    await app.deps.db.execute(sql`
      insert into messages (id, chat_id, user_id, role, status, text, thinking, model, options)
      select gen_random_uuid(), ${chatId}, ${person.id}, 'user', 'complete', 'banana', '', '', '{}'
      from generate_series(1, ${SEARCH_WALK + 10})`);
  });

  test("newest first", async () => {
    const results = await search("carambola", person);
    expect(results.map(({ messageId }) => messageId)).toEqual(written);
    expect(await search("banana", person)).toHaveLength(50);
    expect(await search("carambola -carambola", person)).toEqual([]);
  });

  test("page by page", async () => {
    const ids: string[] = [];
    let pageToken = "";
    do {
      const request = { query: "carambola", pageSize: 2, pageToken };
      const page = await person.chats.searchMessages(request);
      ids.push(...page.results.map(({ messageId }) => messageId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(ids).toEqual(written);
  });

  test.each([
    ["since a day of the last weeks", `after:${dayOf(3)}`, 0, 1],
    ["since a day long ago", `after:${dayOf(50)}`, 0, 4],
    ["since a day very long ago", `after:${dayOf(2000)}`, 0, 7],
    ["until a day", `before:${dayOf(4)}`, 2, 8],
    ["between two days", `after:${dayOf(2000)} before:${dayOf(50)}`, 5, 7],
  ])("%s", async (_, days, first, last) => {
    const results = await search(`carambola ${days}`, person);
    expect(results.map(({ messageId }) => messageId)).toEqual(written.slice(first, last + 1));
  });
});

describe("a long text is stored whatever it holds", () => {
  const words = (length: number, next: (at: number) => string) => {
    let text = "";
    for (let at = 0; text.length < length; at += 1) text += `${next(at)} `;
    return text;
  };
  test.each([
    ["different words", words(1024 * 1024, (at) => (at * 2654435761).toString(36))],
    ["one word", "x".repeat(300_000)],
    [
      "letters of four bytes",
      words(250_000, (at) => `𐐀${String.fromCodePoint(0x10400 + (at % 80))}${at}`),
    ],
    ["words of many forms", words(500_000, (at) => `ø${at.toString(36)}íssimamente-${at}ações`)],
    ["hyphens", "a-".repeat(500_000)],
    ["dots", "a.".repeat(500_000)],
    ["marks", `a${"\u0301".repeat(500_000)}`],
  ])("%s", async (_, text) => {
    const chatId = await newChat("Longo");
    const id = await write(chatId, `maracujá ${text}`);
    const [row] = await app.deps.db.select().from(messages).where(eq(messages.id, id));
    expect(row!.text).toBe(`maracujá ${text}`);
    const results = await search("maracujas");
    expect(results[0]!.messageId).toBe(id);
    expect(marked(results[0]!)).toEqual(["maracujá"]);
  });

  test("and can be found by its first hundred thousand characters", async () => {
    const chatId = await newChat("Fim");
    const text = (before: number) => `${"a ".repeat(before / 2)}graviola`;
    const within = await write(chatId, text(SEARCHED_LENGTH - 10));
    await write(chatId, text(SEARCHED_LENGTH));
    const results = await search("graviola");
    expect(results.map(({ messageId }) => messageId)).toEqual([within]);
    expect(marked(results[0]!)).toEqual(["graviola"]);
  });
});

test("a query that cannot be used is told which part of it", async () => {
  const failure = await failureOf(search("limão after:ontem"));
  expect(failure).toMatchObject({
    code: "InvalidArgument",
    reason: "BAD_QUERY",
    metadata: { part: "after:ontem" },
  });
  for (const query of ["", "   ", "a\0b", "x".repeat(1025)]) {
    expect(await failureOf(search(query))).toMatchObject({
      code: "InvalidArgument",
      fields: ["query"],
    });
  }
});
