import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../server/testing/database.ts";
import { causedBy } from "./failure.ts";
import { chats, users } from "./schema/index.ts";
import { runDetached, runUntil } from "./scope.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ connections: 1 });
});
afterAll(() => database[Symbol.asyncDispose]());

const db = () => database.database.db;
const slow = () => db().execute(sql`select pg_sleep(0.4)`);
const failure = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => error,
  );
const person = (email: string) => ({
  id: crypto.randomUUID(),
  email,
  displayName: "Ana",
  passwordHash: "",
  role: "member" as const,
  locale: "en",
  theme: "system" as const,
});
const countOf = async (email: string) =>
  (await db().select().from(users).where(eq(users.email, email))).length;

test("a query is given up before its answer, and its connection is used again", async () => {
  const call = new AbortController();
  let answered = false;
  const asked = runUntil(call.signal, () => failure(slow().finally(() => (answered = true))));
  const reason = new Error("too late");
  call.abort(reason);
  expect(causedBy(await asked, reason)).toBe(true);
  expect(answered).toBe(true);
  expect(await countOf("nobody@example.org")).toBe(0);
});

test("a wait for a connection ends, and the next in line gets it", async () => {
  const first = slow();
  const busy = Promise.resolve(first);
  const call = new AbortController();
  const waiting = runUntil(call.signal, () => failure(db().select().from(users)));
  const next = failure(db().select().from(chats));
  const reason = new Error("left");
  call.abort(reason);
  expect(causedBy(await waiting, reason)).toBe(true);
  await busy;
  expect(await next).toBeUndefined();
});

test("a transaction is rolled back and not waited for", async () => {
  const call = new AbortController();
  const inserted = Promise.withResolvers<void>();
  let ended = false;
  const asked = runUntil(call.signal, () =>
    failure(
      db().transaction(async (tx) => {
        await tx.insert(users).values(person("half@example.org"));
        inserted.resolve();
        await tx.execute(sql`select pg_sleep(0.4)`);
      }),
    ),
  );
  await inserted.promise;
  const reason = new Error("too late");
  const probe = countOf("half@example.org").then((count) => {
    ended = true;
    return count;
  });
  call.abort(reason);
  expect(causedBy(await asked, reason)).toBe(true);
  // The only connection is still busy with the statement and the rollback.
  expect(ended).toBe(false);
  expect(await probe).toBe(0);
});

test("what is detached outlives its call", async () => {
  const call = new AbortController();
  const work = runUntil(call.signal, () => runDetached(() => failure(slow())));
  call.abort(new Error("left"));
  expect(await work).toBeUndefined();
});
