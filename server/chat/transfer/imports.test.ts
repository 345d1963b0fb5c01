import { ImportFormat, ImportProblem } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { chats, sessions } from "#db/schema/index.ts";
import { runUntil } from "#db/scope.ts";
import { eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AppError } from "../../errors.ts";
import { createChannel } from "../../events/channel.ts";
import { MAX_IMPORTS, TRANSFER_BATCH } from "../../limits.ts";
import { type Person, type TestApp, testApp } from "../../testing/app.ts";
import { actorWith } from "../../testing/actor.ts";
import { failureOf } from "../../testing/failure.ts";
import { exportFile, importFile, partsOf, requestsOf } from "../../testing/transfer.ts";
import type { ImportPart } from "./import-parts.ts";
import { createImports, type StreamPart } from "./imports.ts";
import { fromRecordJson } from "./transfer-convert.ts";

let app: TestApp;
// Whole files go to a real database and back.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  app = await testApp({ config: { rateLimit: false } });
});
afterAll(() => app[Symbol.asyncDispose]());

const PROSA = ImportFormat.PROSA;
const header = '{"header":{"format":"prosa","version":1}}';

/** A file of chats with a number of messages each. */
function fileOf(names: string[], messages = 2) {
  const said = Array.from({ length: messages }, (_, index) => {
    const role = index % 2 === 0 ? "ROLE_USER" : "ROLE_ASSISTANT";
    return JSON.stringify({ message: { parent: index, role, text: `Text ${index}` } });
  });
  const records = names.flatMap((name) => [
    JSON.stringify({ chat: { sourceId: name, title: name, messageCount: messages } }),
    ...said,
  ]);
  return `${[header, ...records].join("\n")}\n`;
}

const stored = (person: Person) =>
  app.deps.db.select().from(chats).where(eq(chats.userId, person.id));
const titles = async (person: Person) =>
  (await person.chats.listChats({ pageSize: 100 })).chats.map(({ title }) => title).toSorted();

type Request = {
  part: { case: "format"; value: ImportFormat } | { case: "data"; value: Uint8Array };
};

/** A stream that a test feeds as it goes. */
function openStream(person: Person, signal?: AbortSignal) {
  const requests = createChannel<Request>();
  const call = person.chats.importChats(requests, signal === undefined ? {} : { signal });
  call.catch(() => {});
  return {
    call,
    format: (value: ImportFormat = PROSA) => requests.push({ part: { case: "format", value } }),
    data: (text: string) => requests.push({ part: { case: "data", value: Buffer.from(text) } }),
    end: requests.end,
  };
}

const until = (check: () => Promise<boolean>) =>
  expect.poll(check, { timeout: 10_000, interval: 10 }).toBe(true);

/** Waits until an import that was left has given its place back, which is after it has tidied up. */
const untilFree = (person: Person) =>
  until(() =>
    importFile(person, `${header}\n`).then(
      () => true,
      () => false,
    ),
  );

describe("a stream that imports", () => {
  test("must begin with the format, name it once and know it", async () => {
    const person = await app.signIn("Ana");
    const early = openStream(person);
    early.data(header);
    const expected = (field: string) => ({ reason: "OUT_OF_ORDER", metadata: { expected: field } });
    expect(await failureOf(early.call)).toMatchObject(expected("format"));
    const empty = openStream(person);
    empty.end();
    expect(await failureOf(empty.call)).toMatchObject(expected("format"));
    const twice = openStream(person);
    twice.format();
    twice.format();
    expect(await failureOf(twice.call)).toMatchObject(expected("data"));
    for (const value of [0, 99]) {
      const unknown = openStream(person);
      unknown.format(value as ImportFormat);
      expect(await failureOf(unknown.call)).toMatchObject({ code: "InvalidArgument" });
    }
    const large = person.chats.importChats(requestsOf("x".repeat(300_000), PROSA, 262_145));
    expect(await failureOf(large)).toMatchObject({ code: "InvalidArgument" });
  });

  test("that begins wrongly is listened to no longer", async () => {
    const parts = createChannel<StreamPart>();
    parts.push({ case: "data", value: Buffer.from(header) });
    const { signal } = new AbortController();
    const call = createImports(app.deps.db).stream(
      actorWith({ id: "someone" }),
      parts,
      fromRecordJson,
      signal,
    );
    await expect(call).rejects.toMatchObject({ reason: "OUT_OF_ORDER" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("that is silent for too long is ended, and what was stored stays", async () => {
    const person = await app.signIn("Bia");
    const imports = createImports(app.deps.db, { idle: 50 });
    const parts = createChannel<StreamPart>();
    parts.push({ case: "format", value: "prosa" });
    parts.push({ case: "data", value: Buffer.from(`${fileOf(["a"])}{"chat":`) });
    const { signal } = new AbortController();
    const call = imports.stream(actorWith(person), parts, fromRecordJson, signal);
    await expect(call).rejects.toMatchObject({ reason: "STREAM_IDLE" });
    expect(await titles(person)).toEqual(["a"]);
    // Its place is free again.
    const next = createChannel<StreamPart>();
    next.push({ case: "format", value: "prosa" });
    next.end();
    expect(await imports.stream(actorWith(person), next, fromRecordJson, signal)).toMatchObject({
      createdChats: 0,
    });
  });

  test("that only sends empty pieces is silent", async () => {
    const person = await app.signIn("Bel");
    const parts = createChannel<StreamPart>();
    parts.push({ case: "format", value: "prosa" });
    const ending = new AbortController();
    void (async () => {
      for (let sent = 0; sent < 1000 && !ending.signal.aborted; sent++) {
        parts.push({ case: "data", value: new Uint8Array() });
        await sleep(5);
      }
      parts.end();
    })();
    const { signal } = new AbortController();
    const call = createImports(app.deps.db, { idle: 500 });
    await expect(
      call.stream(actorWith(person), parts, fromRecordJson, signal),
    ).rejects.toMatchObject({
      reason: "STREAM_IDLE",
    });
    ending.abort();
  });

  test("that is left keeps whole chats and nothing of one that is not", async () => {
    const person = await app.signIn("Cora");
    const leaving = new AbortController();
    const stream = openStream(person, leaving.signal);
    stream.format();
    const half = fileOf(["long"], TRANSFER_BATCH * 3).slice(header.length + 1);
    stream.data(fileOf(["a", "b"]) + half.slice(0, half.length / 2));
    await until(async () => (await stored(person)).some(({ sourceId }) => sourceId === null));
    expect(await titles(person)).toEqual(["a", "b"]);
    leaving.abort();
    expect(await failureOf(stream.call)).toMatchObject({ code: "Canceled" });
    await untilFree(person);
    expect(await stored(person)).toHaveLength(2);
    expect(await importFile(person, fileOf(["a", "b"]) + half)).toMatchObject({
      createdChats: 1,
      createdMessages: TRANSFER_BATCH * 3,
      skippedChats: 2,
    });
  });

  test("that comes to its deadline keeps nothing of a chat that is not whole", async () => {
    const person = await app.signIn("Caio");
    const call = new AbortController();
    const parts = createChannel<StreamPart>();
    parts.push({ case: "format", value: "prosa" });
    const half = fileOf(["long"], TRANSFER_BATCH * 3).slice(0, -100);
    parts.push({ case: "data", value: Buffer.from(half) });
    const importing = runUntil(call.signal, () =>
      createImports(app.deps.db).stream(actorWith(person), parts, fromRecordJson, call.signal),
    );
    importing.catch(() => {});
    await until(async () => (await stored(person)).length === 1);
    call.abort(new Error("too late"));
    await expect(importing).rejects.toThrow();
    expect(await stored(person)).toEqual([]);
  });

  test("ends with its session", async () => {
    const person = await app.signIn("Dora");
    const stream = openStream(person);
    stream.format();
    stream.data(fileOf(["a"]));
    await until(async () => (await stored(person)).length === 1);
    await person.auth.logout({});
    expect(await failureOf(stream.call)).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    expect(await app.deps.db.select().from(sessions).where(eq(sessions.userId, person.id))).toEqual(
      [],
    );
  });

  test("is one at a time for each user, and a few for all", async () => {
    const people: Person[] = [];
    for (let count = 0; count <= MAX_IMPORTS; count++) people.push(await app.signIn(`P${count}`));
    const streams = people.slice(0, MAX_IMPORTS).map((person) => openStream(person));
    for (const stream of streams) stream.format();
    for (const [index, stream] of streams.entries()) {
      stream.data(fileOf(["a"]));
      await until(async () => (await stored(people[index]!)).length === 1);
    }
    const refused = { reason: "TOO_MANY_IMPORTS", retryDelay: 5000 };
    const own = await failureOf(importFile(people[0]!, header));
    expect(own).toMatchObject({ ...refused, metadata: { limit: "1" } });
    const all = await failureOf(importFile(people.at(-1)!, header));
    expect(all).toMatchObject({ ...refused, metadata: { limit: String(MAX_IMPORTS) } });
    for (const stream of streams) {
      stream.end();
      await stream.call;
    }
    expect(await importFile(people.at(-1)!, fileOf(["a"]))).toMatchObject({ createdChats: 1 });
  });
});

describe("an import in single calls", () => {
  const contents = fileOf(["a", "b", "c"]);

  test("does what a stream does, and tells how far it is", async () => {
    const person = await app.signIn("Eva");
    const seen: number[] = [];
    for (const part of partsOf(contents, PROSA, 100)) {
      const { summary } = await person.chats.importChatsPart(part);
      seen.push(summary!.createdChats);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(3);
    const streamed = await app.signIn("Fred");
    await importFile(streamed, contents);
    const without = (file: string) => file.replaceAll(/,?"(create|update)Time":"[^"]*"/g, "");
    expect(without(await exportFile(person))).toBe(without(await exportFile(streamed)));
  });

  test("answers a piece that comes again as before, also at the same time and after the last", async () => {
    const person = await app.signIn("Gil");
    const answers = [];
    for (const part of partsOf(contents, PROSA, 100)) {
      const both = [person.chats.importChatsPart(part), person.chats.importChatsPart(part)];
      const [first, second] = await Promise.all(both);
      expect(second).toEqual(first);
      expect(await person.chats.importChatsPart(part)).toEqual(first);
      answers.push(first);
    }
    expect(answers.at(-1)!.summary).toMatchObject({ createdChats: 3, createdMessages: 6 });
    expect(await titles(person)).toEqual(["a", "b", "c"]);
  });

  test("refuses gaps and another format", async () => {
    const person = await app.signIn("Hal");
    const [first, , third] = partsOf(contents, PROSA, 100);
    await person.chats.importChatsPart(first!);
    const order = (expected: string) => ({ reason: "OUT_OF_ORDER", metadata: { expected } });
    expect(await failureOf(person.chats.importChatsPart(third!))).toMatchObject(order("offset"));
    const other = { ...first!, offset: 100n, format: ImportFormat.CHATGPT };
    expect(await failureOf(person.chats.importChatsPart(other))).toMatchObject(order("format"));
  });

  test("is nobody else's, and is not known after its end or a restart", async () => {
    const [ivo, jana] = [await app.signIn("Ivo"), await app.signIn("Jana")];
    const [first, second, ...rest] = partsOf(contents, PROSA, 100);
    await ivo.chats.importChatsPart(first!);
    const lost = { code: "Aborted", reason: "IMPORT_LOST" };
    expect(await failureOf(jana.chats.importChatsPart(second!))).toMatchObject(lost);
    for (const part of [second!, ...rest]) await ivo.chats.importChatsPart(part);
    const beyond = { ...second!, offset: BigInt(contents.length) };
    expect(await failureOf(ivo.chats.importChatsPart(beyond))).toMatchObject(lost);
    const never = { ...second!, importId: randomUUID() };
    expect(await failureOf(ivo.chats.importChatsPart(never))).toMatchObject(lost);
  });

  test("is remembered after its last piece until the next one begins", async () => {
    const person = await app.signIn("Jo");
    const last = async () => {
      const [part] = partsOf(contents, PROSA, contents.length);
      return { part: part!, answer: await person.chats.importChatsPart(part!) };
    };
    const first = await last();
    expect(await person.chats.importChatsPart(first.part)).toEqual(first.answer);
    const second = await last();
    expect(await person.chats.importChatsPart(second.part)).toEqual(second.answer);
    // What is forgotten begins anew.
    const again = await person.chats.importChatsPart(first.part);
    expect(again.summary).toMatchObject({ createdChats: 0, skippedChats: 3 });
  });

  test("is given up by a last piece without bytes, and frees its place", async () => {
    const person = await app.signIn("Kai");
    const long = fileOf(["a"]) + fileOf(["long"], TRANSFER_BATCH * 2).slice(header.length + 1);
    const [first] = partsOf(long.slice(0, -100), PROSA, long.length);
    await person.chats.importChatsPart({ ...first!, last: false });
    expect(await failureOf(importFile(person, contents))).toMatchObject({
      reason: "TOO_MANY_IMPORTS",
    });
    const nothing = {
      ...first!,
      offset: BigInt(first!.data.length),
      data: new Uint8Array(),
      last: true,
    };
    const { summary } = await person.chats.importChatsPart(nothing);
    expect(summary!.failures.map(({ problem }) => problem)).toEqual([ImportProblem.CUT_SHORT]);
    expect(await stored(person)).toHaveLength(1);
    expect(await importFile(person, contents)).toMatchObject({ createdChats: 2, skippedChats: 1 });
  });

  test("gives way to the next one of its user while it waits for a piece, and to nobody else's", async () => {
    const [mia, noa] = [await app.signIn("Mia"), await app.signIn("Noa")];
    const [first, second] = partsOf(contents, PROSA, 200);
    await mia.chats.importChatsPart(first!);
    await noa.chats.importChatsPart(first!);
    const again = { ...first!, importId: randomUUID() };
    expect(await mia.chats.importChatsPart(again)).toMatchObject({ summary: { createdChats: 0 } });
    expect(await failureOf(mia.chats.importChatsPart(second!))).toMatchObject({
      code: "Aborted",
      reason: "IMPORT_LOST",
    });
    await noa.chats.importChatsPart(second!);
    const rest = contents.slice(200);
    const { importId } = again;
    const end = { importId, format: PROSA, offset: 200n, data: Buffer.from(rest), last: true };
    expect(await mia.chats.importChatsPart(end)).toMatchObject({ summary: { createdChats: 3 } });
  });

  test("does not give way while a piece of it is being taken in", async () => {
    const person = await app.signIn("Oto");
    const [first] = partsOf(fileOf(["long"], TRANSFER_BATCH * 5), PROSA, 10_000_000);
    const taken = person.chats.importChatsPart(first!);
    await until(async () => (await stored(person)).length > 0);
    const other = { ...partsOf(contents, PROSA, 100)[0]!, importId: randomUUID() };
    const refused = await failureOf(person.chats.importChatsPart(other));
    expect(refused).toMatchObject({ reason: "TOO_MANY_IMPORTS" });
    expect(await taken).toMatchObject({ summary: { createdChats: 1 } });
  });

  test("is forgotten when no piece comes for too long, with what was stored of half a chat", async () => {
    const person = await app.signIn("Lea");
    const imports = createImports(app.deps.db, { idle: 50 });
    const data = Buffer.from(fileOf(["long"], TRANSFER_BATCH * 2).slice(0, -100));
    const part = { importId: randomUUID(), format: "prosa" as const, offset: 0, data, last: false };
    await imports.part(actorWith(person), part, fromRecordJson);
    await until(async () => (await stored(person)).length === 0);
    const next = { ...part, offset: data.length };
    await expect(async () =>
      imports.part(actorWith(person), next, fromRecordJson),
    ).rejects.toMatchObject({
      reason: "IMPORT_LOST",
    });
    expect(await importFile(person, contents)).toMatchObject({ createdChats: 3 });
  });

  test("is forgotten also while empty and repeated pieces come", async () => {
    const person = await app.signIn("Leo");
    const imports = createImports(app.deps.db, { idle: 200 });
    const data = Buffer.from(header);
    const part = { importId: randomUUID(), format: "prosa" as const, offset: 0, data, last: false };
    const empty = { ...part, offset: data.length, data: new Uint8Array() };
    await imports.part(actorWith(person), part, fromRecordJson);
    const reasonOf = async (piece: ImportPart) => {
      try {
        await imports.part(actorWith(person), piece, fromRecordJson);
        return "";
      } catch (error) {
        return (error as AppError).reason;
      }
    };
    expect(await reasonOf(part)).toBe("");
    await expect.poll(() => reasonOf(empty), { interval: 10, timeout: 10_000 }).toBe("IMPORT_LOST");
  });
});
