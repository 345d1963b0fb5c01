import { invitations, messages, sessions, users } from "#db/schema/index.ts";
import { encodePageToken } from "#db/keyset.ts";
import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { Role, type User } from "#proto/prosa/user/v1/user_pb.ts";
import { eq, sql } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DELETE_BATCH } from "../limits.ts";
import { type Clients, type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { watchDeletions, writeLongChat } from "../testing/long-chat.ts";

// Many people register here, and hashing their passwords takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
afterAll(() => app[Symbol.asyncDispose]());

const logIn = ({ email, password }: Person, from: TestApp = app) =>
  from.stranger.auth.login({ email, password });

const lastAdmin = { code: "FailedPrecondition", reason: "LAST_ADMIN" };

/** Asks for a long reply; `ended` is how the stream that follows it fails. */
async function longReply(person: Clients, until: "accepted" | "delta" = "delta") {
  const { chat } = await person.chats.createChat({ title: "Long", model: "fake:1b" });
  const text = "sentinel:tokens=1000,delay=20";
  const flowing = Promise.withResolvers<string>();
  const ended = failureOf(
    (async () => {
      let reply = "";
      const sent = { chatId: chat!.id, requestId: randomUUID(), text };
      for await (const { event } of person.messages.sendMessage(sent)) {
        if (event.case === "accepted") reply = event.value.reply!.id;
        if (event.case === until) flowing.resolve(reply);
      }
    })(),
  );
  ended.catch(() => undefined);
  return { reply: await flowing.promise, ended };
}

describe("the users of the server", () => {
  test("are listed to administrators, oldest first and page by page", async () => {
    await using fresh = await testApp();
    const people = [];
    for (const name of ["Ana", "Bia", "Cora", "Dora", "Eva"]) people.push(await fresh.signIn(name));
    const [admin, member] = people as [Person, Person];
    const seen: User[] = [];
    const sizes = [];
    let pageToken = "";
    do {
      const page = await admin.users.listUsers({ pageSize: 2, pageToken });
      seen.push(...page.users);
      sizes.push(page.users.length);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(sizes).toEqual([2, 2, 1]);
    expect(seen.map(({ id }) => id)).toEqual(people.map(({ id }) => id));
    expect(seen.map(({ role }) => role)).toEqual([Role.ADMIN, 1, 1, 1, 1]);
    expect((await admin.users.listUsers({ pageSize: 1000 })).users).toEqual(seen);
    expect(await failureOf(member.users.listUsers({}))).toMatchObject({ reason: "ADMIN_REQUIRED" });
  });

  test("are not listed by made up page tokens", async () => {
    for (const pageToken of ["x", encodePageToken(["nonsense"])]) {
      const failure = await failureOf(ana.users.listUsers({ pageToken }));
      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "BAD_PAGE_TOKEN" });
    }
  });
});

describe("an administrator", () => {
  test("can be made and unmade, with effect at once", async () => {
    const bia = await app.signIn("Bia");
    await bia.users.getCurrentUser({});
    const made = await ana.users.updateUser({ userId: bia.id, role: Role.ADMIN });
    expect(made.user).toMatchObject({ id: bia.id, role: Role.ADMIN, disabled: false });
    expect((await bia.users.listUsers({})).users.length).toBeGreaterThan(1);
    const { code } = await bia.auth.createInvitation({});
    await ana.users.updateUser({ userId: bia.id, role: Role.MEMBER });
    expect(await failureOf(bia.users.listUsers({}))).toMatchObject({ reason: "ADMIN_REQUIRED" });
    expect((await bia.users.getCurrentUser({})).user!.role).toBe(Role.MEMBER);
    expect(code).not.toBe("");
    expect(await app.deps.db.$count(invitations, eq(invitations.createdBy, bia.id))).toBe(0);
  });

  test("changes only what is given, and finds nobody under an id of nothing", async () => {
    const bia = await app.signIn("Bia");
    const before = (await bia.users.getCurrentUser({})).user;
    expect((await ana.users.updateUser({ userId: bia.id })).user).toEqual(before);
    expect(await failureOf(ana.users.updateUser({ userId: randomUUID() }))).toMatchObject({
      code: "NotFound",
      metadata: { resource: "user" },
    });
  });

  test("must remain: the last one is neither demoted nor disabled nor leaves", async () => {
    await using fresh = await testApp();
    const [admin, bia] = [await fresh.signIn("Ana"), await fresh.signIn("Bia")];
    const { password } = admin;
    for (const change of [{ role: Role.MEMBER }, { disabled: true }]) {
      const failure = await failureOf(admin.users.updateUser({ userId: admin.id, ...change }));
      expect(failure).toMatchObject(lastAdmin);
    }
    const { reply } = await longReply(admin);
    expect(await failureOf(admin.users.deleteCurrentUser({ password }))).toMatchObject(lastAdmin);
    expect((await admin.messages.stopReply({ messageId: reply })).message!.text).not.toBe("");

    // One who cannot sign in is none.
    await admin.users.updateUser({ userId: bia.id, role: Role.ADMIN, disabled: true });
    const demote = () => admin.users.updateUser({ userId: admin.id, role: Role.MEMBER });
    expect(await failureOf(demote())).toMatchObject(lastAdmin);
    await admin.users.updateUser({ userId: bia.id, disabled: false });
    expect((await demote()).user!.role).toBe(Role.MEMBER);
    expect(await failureOf(demote())).toMatchObject({ reason: "ADMIN_REQUIRED" });
  });

  test("must remain of several who unmake each other at once", async () => {
    await using fresh = await testApp();
    const first = await fresh.signIn("Ana");
    const admins = [first];
    for (const name of ["Bia", "Cora", "Dora"]) {
      const person = await fresh.signIn(name);
      await first.users.updateUser({ userId: person.id, role: Role.ADMIN });
      admins.push(person);
    }
    await Promise.allSettled([
      ...admins.map((person) => person.users.updateUser({ userId: person.id, role: Role.MEMBER })),
      ...admins.map((person) => person.users.updateUser({ userId: person.id, disabled: true })),
      ...admins.map(({ users, password }) => users.deleteCurrentUser({ password })),
    ]);
    const rows = await fresh.deps.db.select().from(users);
    const left = rows.filter(({ role, disabled }) => role === "admin" && !disabled);
    expect(left.length).toBeGreaterThanOrEqual(1);
  });
});

describe("a disabled user", () => {
  test("is out at once, and their replies go on", async () => {
    const cora = await app.signIn("Cora");
    const second = await logIn(cora);
    const { reply, ended } = await longReply(cora);
    await ana.users.updateUser({ userId: cora.id, disabled: true });
    expect(await ended).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    for (const token of [cora.token, second.sessionToken]) {
      const failure = await failureOf(app.withToken(token).users.getCurrentUser({}));
      expect(failure).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    }
    await ana.users.updateUser({ userId: cora.id, disabled: false });
    const back = app.withToken((await logIn(cora)).sessionToken);
    const { message } = await back.messages.stopReply({ messageId: reply });
    expect(message!.text).not.toBe("");
  });

  test("learns so with the right password, and nothing with a wrong one", async () => {
    const dora = await app.signIn("Dora");
    await ana.users.updateUser({ userId: dora.id, disabled: true });
    expect(await failureOf(logIn(dora))).toMatchObject({
      code: "PermissionDenied",
      reason: "ACCOUNT_DISABLED",
    });
    const wrong = await failureOf(logIn({ ...dora, password: "wrong" }));
    const nobody = { ...dora, email: `${randomUUID()}@example.org` };
    expect(wrong).toMatchObject({ code: "Unauthenticated", reason: "WRONG_CREDENTIALS" });
    expect(wrong).toEqual(await failureOf(logIn(nobody)));
    expect(await app.deps.db.$count(sessions, eq(sessions.userId, dora.id))).toBe(0);
  });

  test("has access tokens that do nothing until the account is enabled again", async () => {
    const eva = await app.signIn("Eva");
    const { token } = await eva.auth.createAccessToken({ name: "x", scope: Scope.WRITE });
    const program = app.withToken(token);
    const { reply, ended } = await longReply(program);
    await ana.users.updateUser({ userId: eva.id, disabled: true });
    expect(await ended).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    expect(await failureOf(program.users.getCurrentUser({}))).toMatchObject({
      code: "PermissionDenied",
      reason: "ACCOUNT_DISABLED",
    });
    await ana.users.updateUser({ userId: eva.id, disabled: false });
    expect((await program.messages.stopReply({ messageId: reply })).message!.text).not.toBe("");
  });

  test("gets no session while the account is just being disabled", async () => {
    const fay = await app.signIn("Fay");
    let signingIn: ReturnType<typeof failureOf> | undefined;
    await app.deps.db.transaction(async (tx) => {
      await tx.update(users).set({ disabled: true }).where(eq(users.id, fay.id));
      signingIn = failureOf(logIn(fay));
      signingIn.catch(() => undefined);
      await expect.poll(waiting, { timeout: 8000 }).toBe(1);
    });
    expect(await signingIn).toMatchObject({ reason: "ACCOUNT_DISABLED" });
  });

  /** How many transactions of this database wait for another one. */
  async function waiting() {
    const [row] = await app.deps.db.execute<{ count: number }>(sql`
      select count(*)::int from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    return row!.count;
  }
});

describe("deleting one's account", () => {
  const remnants = async (userId: string) => {
    const counts = await app.deps.db.execute<{ count: number }>(sql`
      select count(*)::int from users where id = ${userId}
      union all select count(*)::int from sessions where user_id = ${userId}
      union all select count(*)::int from access_tokens where user_id = ${userId}
      union all select count(*)::int from chats where user_id = ${userId}
      union all select count(*)::int from messages where user_id = ${userId}
      union all select count(*)::int from invitations where created_by = ${userId}
      union all select count(*)::int from reply_chunks where message_id in
        (select id from messages where user_id = ${userId})`);
    return counts.reduce((sum, { count }) => sum + count, 0);
  };

  test("takes everything along and ends all that is open, for nobody else", async () => {
    const [gil, hana] = [await app.signIn("Gil"), await app.signIn("Hana")];
    const { token } = await gil.auth.createAccessToken({ name: "x", scope: Scope.WRITE });
    const program = app.withToken(token);
    // The second one waits for the model, which answers one at a time.
    const open = [await longReply(gil), await longReply(program, "accepted")];
    const kept = await hana.chats.createChat({ title: "Hers" });
    await gil.users.deleteCurrentUser({ password: gil.password });
    await Promise.allSettled(open.map(({ ended }) => ended));
    expect(await remnants(gil.id)).toBe(0);
    for (const caller of [gil, program]) {
      const failure = await failureOf(caller.users.getCurrentUser({}));
      expect(failure).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    }
    expect(await failureOf(logIn(gil))).toMatchObject({ reason: "WRONG_CREDENTIALS" });
    const { chat } = await hana.chats.getChat({ chatId: kept.chat!.id });
    expect(chat!.title).toBe("Hers");
  });

  test("with very many messages takes statements that are each short", async () => {
    await using fresh = await testApp();
    const { database } = fresh.database;
    const [only, next] = [await fresh.signIn("Ana"), await fresh.signIn("Bia")];
    await fresh.deps.db.update(users).set({ role: "admin" });
    for (let chat = 0; chat < 3; chat++) await writeLongChat(database, only.id, DELETE_BATCH);
    await writeLongChat(database, next.id, 2);
    const deletions = await watchDeletions(database);
    await only.users.deleteCurrentUser({ password: only.password });
    expect(await deletions.read()).toEqual([DELETE_BATCH, DELETE_BATCH, DELETE_BATCH]);
    expect(await fresh.deps.db.$count(messages)).toBe(2);
  }, 30_000);

  test("keeps everything when it fails in the end", async () => {
    await using fresh = await testApp();
    const [only, next] = [await fresh.signIn("Ana"), await fresh.signIn("Bia")];
    await next.chats.createChat({ title: "Hers" });
    await writeLongChat(fresh.database.database, next.id, 2);
    // The other administrator leaves after this one was found to be allowed to.
    await fresh.deps.db.update(users).set({ role: "admin" });
    const { stopAll } = fresh.deps.replies;
    fresh.deps.replies.stopAll = async (userId) => {
      await fresh.deps.db.update(users).set({ role: "member" }).where(eq(users.id, only.id));
      await stopAll(userId);
    };
    const failure = await failureOf(next.users.deleteCurrentUser({ password: next.password }));
    expect(failure).toMatchObject({ reason: "LAST_ADMIN" });
    expect((await next.chats.listChats({})).chats).toHaveLength(2);
    expect(await fresh.deps.db.$count(messages)).toBe(2);
  });

  test("needs the password, with the limits of changing it, and changes nothing with a wrong one", async () => {
    const ida = await app.signIn("Ida");
    await ida.chats.createChat({ title: "Stays" });
    const wrong = () => failureOf(ida.users.deleteCurrentUser({ password: "wrong" }));
    expect(await wrong()).toMatchObject({ code: "Unauthenticated", reason: "WRONG_CREDENTIALS" });
    const many = await Promise.all(Array.from({ length: 25 }, wrong));
    expect(many.some(({ reason }) => reason === "TOO_MANY_ATTEMPTS")).toBe(true);
    expect((await ida.chats.listChats({})).chats).toHaveLength(1);
  });

  test("leaves a server without users as it was in the beginning", async () => {
    await using fresh = await testApp();
    const only = await fresh.signIn("Ana");
    const { reply } = await longReply(only);
    expect(reply).not.toBe("");
    await only.users.deleteCurrentUser({ password: only.password });
    const { firstAccount } = await fresh.stranger.auth.getRegistrationPolicy({});
    expect(firstAccount).toBe(true);
    const next = await fresh.signIn("Bia");
    expect((await next.users.getCurrentUser({})).user!.role).toBe(Role.ADMIN);
  });

  test("leaves an administrator when somebody registers at the same moment", async () => {
    for (let round = 0; round < 5; round++) {
      await using fresh = await testApp();
      const only = await fresh.signIn("Ana");
      const { password } = only;
      await Promise.allSettled([only.users.deleteCurrentUser({ password }), fresh.signIn("Bia")]);
      expect(await fresh.deps.db.$count(users, eq(users.role, "admin"))).toBe(1);
    }
  });

  test("takes the browser's cookie away", async () => {
    const jon = await app.signIn("Jon");
    let cookie: string | null = null;
    const onHeader = (headers: Headers) => (cookie = headers.get("set-cookie"));
    await jon.users.deleteCurrentUser({ password: jon.password }, { onHeader });
    expect(cookie).toMatch(/^prosa_session=; Path=\/; Max-Age=0;/);
  });

  test("lets an administrator go while another one remains", async () => {
    const [kim, lia] = [await app.signIn("Kim"), await app.signIn("Lia")];
    for (const { id } of [kim, lia]) await ana.users.updateUser({ userId: id, role: Role.ADMIN });
    const { code } = await kim.auth.createInvitation({});
    expect(code).not.toBe("");
    await kim.users.deleteCurrentUser({ password: kim.password });
    expect(await remnants(kim.id)).toBe(0);
    expect(await app.deps.db.$count(invitations)).toBe(0);
    await lia.users.deleteCurrentUser({ password: lia.password });
  });
});
