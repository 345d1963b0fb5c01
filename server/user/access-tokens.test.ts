import { accessTokens as table } from "#db/schema/index.ts";
import { encodePageToken } from "#db/keyset.ts";
import { type AccessToken, Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { timestampDate, timestampMs } from "@bufbuild/protobuf/wkt";
import { eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { MAX_ACCESS_TOKENS, SESSION_CACHE } from "../limits.ts";
import { type Clients, type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { hashToken } from "./tokens.ts";

const MINUTE = 60_000;

let app: TestApp;
let ana: Person;
let bia: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
  bia = await app.signIn("Bia");
});
afterEach(async () => {
  vi.useRealTimers();
  await app.deps.db.delete(table);
});
afterAll(() => app[Symbol.asyncDispose]());

const at = (time: number) => vi.useFakeTimers({ toFake: ["Date"], now: time });

async function make(person: Person, scope: Scope = Scope.READ, seconds?: number) {
  const lifetime = seconds === undefined ? {} : { lifetime: { seconds: BigInt(seconds) } };
  const made = await person.auth.createAccessToken({ name: " A program ", scope, ...lifetime });
  return { ...app.withToken(made.token), token: made.token, described: made.accessToken! };
}

async function list(person: Person, pageSize = 0) {
  const all: AccessToken[] = [];
  let pageToken = "";
  do {
    const page = await person.auth.listAccessTokens({ pageSize, pageToken });
    all.push(...page.accessTokens);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return all;
}

describe("an access token", () => {
  test("stands for its user, is described as it was asked for, and is stored hashed", async () => {
    const { users, token, described } = await make(ana, Scope.WRITE, 3600);
    expect(token).toMatch(/^prosa_[A-Za-z0-9_-]{43}$/);
    expect(described).toMatchObject({ name: "A program", scope: Scope.WRITE });
    expect(timestampMs(described.expireTime!) - timestampMs(described.createTime!)).toBe(3600_000);
    expect((await users.getCurrentUser({})).user!.id).toBe(ana.id);
    const [row] = await app.deps.db.select().from(table);
    expect(JSON.stringify(row)).not.toContain(token.slice("prosa_".length));
    expect(row!.tokenHash).toHaveLength(32);
  });

  test("is no session: it is not listed as one and marks none as its own", async () => {
    const { auth } = await make(ana);
    const { sessions } = await auth.listSessions({});
    expect(sessions.map(({ current }) => current)).toEqual([false]);
  });

  test("goes on when the password changes", async () => {
    const eva = await app.signIn("Eva");
    const { users } = await make(eva);
    await users.getCurrentUser({});
    await eva.auth.changePassword({ currentPassword: eva.password, newPassword: "a new password" });
    expect((await users.getCurrentUser({})).user!.id).toBe(eva.id);
  });

  test("shows when it was used, written at most once a minute", async () => {
    const began = Date.now();
    const { users, described } = await make(ana);
    expect(described.lastUsedTime).toBeUndefined();
    const lastUsed = async () => timestampDate((await list(ana))[0]!.lastUsedTime!).getTime();
    at(began + 1000);
    await users.getCurrentUser({});
    expect(await lastUsed()).toBe(began + 1000);
    at(began + MINUTE / 2);
    await users.getCurrentUser({});
    expect(await lastUsed()).toBe(began + 1000);
    at(began + 2 * MINUTE);
    await users.getCurrentUser({});
    expect(await lastUsed()).toBe(began + 2 * MINUTE);
  });

  test("ends when it is revoked, at once and for nobody else's word", async () => {
    const { users, described } = await make(ana);
    await users.getCurrentUser({});
    const revoke = (person: Clients) =>
      person.auth.revokeAccessToken({ accessTokenId: described.id });
    const foreign = await failureOf(revoke(bia));
    expect(foreign).toMatchObject({ code: "NotFound", metadata: { resource: "access token" } });
    expect((await users.getCurrentUser({})).user!.id).toBe(ana.id);
    await revoke(ana);
    expect(await failureOf(users.getCurrentUser({}))).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    expect(await failureOf(revoke(ana))).toEqual(foreign);
  });

  test("ends at its time, even while it is still remembered", async () => {
    const began = Date.now();
    const { users, described } = await make(ana, Scope.READ, 3600);
    const end = timestampMs(described.expireTime!);
    at(end - 1);
    expect((await users.getCurrentUser({})).user!.id).toBe(ana.id);
    at(end);
    expect(await failureOf(users.getCurrentUser({}))).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    expect(end - began).toBeGreaterThan(SESSION_CACHE);
  });

  test("of nobody is not looked for again for a moment", async () => {
    const { token, described, users } = await make(ana);
    const began = Date.now();
    at(began);
    await ana.auth.revokeAccessToken({ accessTokenId: described.id });
    expect(await failureOf(users.getCurrentUser({}))).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    const tokenHash = hashToken(token);
    const other = await make(ana);
    await app.deps.db.update(table).set({ tokenHash }).where(eq(table.id, other.described.id));
    expect(await failureOf(users.getCurrentUser({}))).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    at(began + SESSION_CACHE);
    expect((await users.getCurrentUser({})).user!.id).toBe(ana.id);
  });

  test("asks for a name, a scope and a lifetime that can be", async () => {
    const good = { name: "x", scope: Scope.READ };
    for (const [wrong, field] of [
      [{ ...good, name: " " }, "name"],
      [{ ...good, name: "x".repeat(81) }, "name"],
      [{ ...good, scope: Scope.UNSPECIFIED }, "scope"],
      [{ ...good, scope: 9 as Scope }, "scope"],
      [{ ...good, lifetime: { seconds: 0n } }, "lifetime"],
      [{ ...good, lifetime: { seconds: 366n * 86_400n + 1n } }, "lifetime"],
    ] as const) {
      const failure = await failureOf(ana.auth.createAccessToken(wrong));
      expect(failure).toMatchObject({ code: "InvalidArgument", fields: [field] });
    }
    expect(await list(ana)).toEqual([]);
  });
});

describe("the list of access tokens", () => {
  test("has one's own, newest first and page by page", async () => {
    const ids = [];
    for (let count = 0; count < 5; count++) ids.unshift((await make(ana)).described.id);
    await make(bia);
    expect((await list(ana, 2)).map(({ id }) => id)).toEqual(ids);
    expect((await list(ana)).map(({ id }) => id)).toEqual(ids);
    expect((await ana.auth.listAccessTokens({ pageSize: 2 })).accessTokens).toHaveLength(2);
  });

  test("leaves out what has expired, which is purged after a while", async () => {
    const { described } = await make(ana, Scope.READ, 60);
    const stays = await make(ana, Scope.READ, 7200);
    const forever = await make(ana);
    at(Date.now() + 61_000);
    const left = [forever.described.id, stays.described.id];
    expect((await list(ana)).map(({ id }) => id)).toEqual(left);
    expect(await app.deps.db.$count(table, eq(table.id, described.id))).toBe(1);
    await app.deps.accessTokens.purgeExpired();
    const rows = await app.deps.db.select({ id: table.id }).from(table);
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(left));
  });

  test("is not read by tokens of another list or made up ones", async () => {
    for (const pageToken of ["x", encodePageToken(["nonsense"]), encodePageToken(["a", "b"])]) {
      const failure = await failureOf(ana.auth.listAccessTokens({ pageToken }));
      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "BAD_PAGE_TOKEN" });
    }
  });

  test("holds no more than its limit, also of many that are made at once", async () => {
    const attempts = Array.from({ length: MAX_ACCESS_TOKENS + 10 }, () => make(ana));
    const made = await Promise.allSettled(attempts);
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(MAX_ACCESS_TOKENS);
    expect(await failureOf(make(ana))).toMatchObject({
      code: "ResourceExhausted",
      reason: "TOO_MANY_TOKENS",
      metadata: { limit: String(MAX_ACCESS_TOKENS) },
    });
    await make(bia);
    const [{ id }] = (await list(ana)) as [AccessToken];
    const past = new Date(Date.now() - 1);
    await app.deps.db.update(table).set({ expireTime: past }).where(eq(table.id, id));
    await make(ana);
    expect(await failureOf(make(ana))).toMatchObject({ reason: "TOO_MANY_TOKENS" });
  }, 20_000);
});

describe("a stream that was opened with an access token", () => {
  /** Asks for a long reply, and resolves when text has come; `ended` is how the stream fails. */
  async function follow(clients: Clients) {
    const { chat } = await ana.chats.createChat({ title: "Long" });
    const text = "sentinel:tokens=1000,delay=50";
    const sent = { chatId: chat!.id, requestId: randomUUID(), text };
    let reply = "";
    for await (const { event } of ana.messages.sendMessage(sent)) {
      if (event.case !== "accepted") continue;
      reply = event.value.reply!.id;
      break;
    }
    const flowing = Promise.withResolvers<void>();
    const ended = failureOf(
      (async () => {
        for await (const { event } of clients.messages.followReply({ messageId: reply })) {
          if (event.case === "delta" && event.value.text !== "") flowing.resolve();
        }
      })(),
    );
    await Promise.race([flowing.promise, ended]);
    return { ended, stop: () => ana.messages.stopReply({ messageId: reply }) };
  }

  test("ends when the token is revoked, while the reply goes on", async () => {
    const key = await make(ana);
    const { ended, stop } = await follow(key);
    await ana.auth.revokeAccessToken({ accessTokenId: key.described.id });
    expect(await ended).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    expect((await stop()).message!.text).not.toBe("");
  });

  test("ends when the token expires in the middle of it", async () => {
    const { ended, stop } = await follow(await make(ana, Scope.READ, 1));
    expect(await ended).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    await stop();
  });

  test("does not end when another token is revoked, nor at a time far away", async () => {
    const [year, other] = [await make(ana, Scope.READ, 31_622_400), await make(ana)];
    const { ended, stop } = await follow(year);
    await ana.auth.revokeAccessToken({ accessTokenId: other.described.id });
    await stop();
    await expect(ended).rejects.toThrow("the call did not fail");
  });
});
