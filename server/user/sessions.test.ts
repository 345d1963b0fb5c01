import { sessions as table } from "#db/schema/index.ts";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTopics, type Topics } from "../events/topic.ts";
import { SESSION_CACHE, SESSION_LIFETIME } from "../limits.ts";
import { actorWith } from "../testing/actor.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { type Callers, createCallers, credentialEnded } from "./callers.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { createToken, hashToken } from "./tokens.ts";

const MINUTE = 60_000;
const here = { address: "192.0.2.1", device: "Firefox" };

let app: TestApp;
let ana: Person;
let topics: Topics;
let callers: Callers;
let sessions: Sessions;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
beforeEach(() => {
  topics = createTopics();
  callers = createCallers();
  sessions = createSessions(app.deps.db, topics, callers);
});
afterEach(async () => {
  vi.useRealTimers();
  await app.deps.db.delete(table);
});
afterAll(() => app[Symbol.asyncDispose]());

async function start() {
  const token = await sessions.create(app.deps.db, ana.id, here);
  const [row] = (await sessions.list(ana.id, { size: 1, token: "" })).sessions;
  return { token, id: row!.id };
}

async function stored(id: string) {
  const [row] = await app.deps.db.select().from(table).where(eq(table.id, id));
  return row;
}

function at(time: number) {
  vi.useFakeTimers({ toFake: ["Date"], now: time });
}

test("a session is found by its token, which is stored hashed", async () => {
  const { token, id } = await start();
  expect(await sessions.find(token, here.address)).toMatchObject({
    credential: { kind: "session", id },
    user: { id: ana.id },
  });
  const row = await stored(id);
  expect(row).toMatchObject(here);
  expect(JSON.stringify(row)).not.toContain(token);
  expect(row!.tokenHash).toHaveLength(32);
});

test("other tokens find nobody", async () => {
  const { token } = await start();
  for (const other of ["", "x", createToken(), token.toLowerCase(), `${token}=`, ` ${token}`]) {
    expect(await sessions.find(other, here.address)).toBeUndefined();
  }
});

test("a token that is unknown is not looked for again for a moment", async () => {
  const token = createToken();
  const began = Date.now();
  at(began);
  expect(await sessions.find(token, here.address)).toBeUndefined();
  const { id } = await start();
  await app.deps.db
    .update(table)
    .set({ tokenHash: hashToken(token) })
    .where(eq(table.id, id));
  expect(await sessions.find(token, here.address)).toBeUndefined();
  at(began + SESSION_CACHE);
  expect(await sessions.find(token, here.address)).toMatchObject({ credential: { id } });
});

test("a session ends thirty days after its last use, and each use moves the end", async () => {
  const began = Date.now();
  const { token, id } = await start();
  at(began + SESSION_LIFETIME - MINUTE);
  expect(await sessions.find(token, "198.51.100.1")).toBeDefined();
  expect(await stored(id)).toMatchObject({ address: "198.51.100.1", lastSeenTime: new Date() });
  at(began + 2 * SESSION_LIFETIME - 2 * MINUTE);
  expect(await sessions.find(token, here.address)).toBeDefined();
  at(began + 3 * SESSION_LIFETIME);
  expect(await sessions.find(token, here.address)).toBeUndefined();
});

test("the last use is written at most once a minute", async () => {
  const began = Date.now();
  const { token, id } = await start();
  const before = await stored(id);
  at(began + MINUTE / 2);
  await sessions.find(token, "198.51.100.1");
  expect(await stored(id)).toEqual(before);
  at(began + 2 * MINUTE);
  await sessions.find(token, "198.51.100.1");
  expect((await stored(id))!.lastSeenTime).toEqual(new Date(began + 2 * MINUTE));
});

test("a session that was found is trusted for a moment, and not longer", async () => {
  const began = Date.now();
  at(began);
  const { token, id } = await start();
  await sessions.find(token, here.address);
  await app.deps.db.delete(table).where(eq(table.id, id));
  at(began + SESSION_CACHE - 1);
  expect(await sessions.find(token, here.address)).toBeDefined();
  at(began + SESSION_CACHE);
  expect(await sessions.find(token, here.address)).toBeUndefined();
});

test("a session that is ended is not trusted any longer, and whoever waits for it hears so", async () => {
  const { token, id } = await start();
  const other = await start();
  const heard: string[] = [];
  topics.subscribe(credentialEnded(id), () => heard.push("ended"));
  topics.subscribe(credentialEnded(other.id), () => heard.push("other"));
  await sessions.find(token, here.address);
  expect(await sessions.revoke(actorWith(ana), id, "session_revoked")).toBe(true);
  expect(await sessions.find(token, here.address)).toBeUndefined();
  expect(heard).toEqual(["ended"]);
  expect(await sessions.find(other.token, here.address)).toBeDefined();
  expect(await sessions.revoke(actorWith(ana), id, "session_revoked")).toBe(false);
});

test("a session that ends while it is looked for is not trusted afterwards", async () => {
  for (let round = 0; round < 20; round++) {
    const { token, id } = await start();
    await Promise.all([
      sessions.find(token, here.address),
      sessions.revoke(actorWith(ana), id, "session_revoked"),
    ]);
    expect(await sessions.find(token, here.address)).toBeUndefined();
  }
});

test("nobody ends the session of another", async () => {
  const bia = await app.signIn("Bia");
  const { token, id } = await start();
  expect(await sessions.revoke(actorWith(bia), id, "session_revoked")).toBe(false);
  expect(await sessions.find(token, here.address)).toBeDefined();
});

test("all but one session can be ended", async () => {
  const [first, second, third] = [await start(), await start(), await start()];
  for (const { token } of [first, second, third]) await sessions.find(token, here.address);
  sessions.ended(await sessions.deleteOthers(app.deps.db, ana.id, second.id));
  expect(await sessions.find(first.token, here.address)).toBeUndefined();
  expect(await sessions.find(second.token, here.address)).toBeDefined();
  expect(await sessions.find(third.token, here.address)).toBeUndefined();
});

test("a change of the user is seen at once by those who are signed in", async () => {
  const { token } = await start();
  await sessions.find(token, here.address);
  await app.deps.db.execute(`update users set display_name = 'Anna' where id = '${ana.id}'`);
  callers.userChanged(ana.id);
  expect((await sessions.find(token, here.address))!.user.displayName).toBe("Anna");
});

test("only what has expired is purged", async () => {
  const old = await start();
  const past = new Date(Date.now() - 1);
  await app.deps.db.update(table).set({ expireTime: past }).where(eq(table.id, old.id));
  const current = await start();
  const heard: string[] = [];
  topics.subscribe(credentialEnded(old.id), () => heard.push("ended"));
  await sessions.purgeExpired();
  expect(await stored(old.id)).toBeUndefined();
  expect(await stored(current.id)).toBeDefined();
  expect(heard).toEqual(["ended"]);
});

test("an account is known where it has a session, and nowhere else", async () => {
  await start();
  expect(await sessions.knows(ana.id, here.address)).toBe(true);
  expect(await sessions.knows(ana.id, "198.51.100.1")).toBe(false);
});
