import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { Role, Theme } from "#proto/prosa/user/v1/user_pb.ts";
import { encodePageToken } from "#db/keyset.ts";
import { invitations, users } from "#db/schema/index.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";

const password = "long enough";
const account = (email = `${randomUUID()}@example.org`) => ({ email, password, displayName: "Cy" });

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
afterAll(() => app[Symbol.asyncDispose]());

const again = ({ email, password }: Person, device = "Firefox") =>
  app.stranger.auth
    .login({ email, password }, { headers: { "user-agent": device } })
    .then(({ sessionToken }) => app.withToken(sessionToken));

describe("registering", () => {
  test("the first account is the administrator, and the next is a member", async () => {
    await using fresh = await testApp();
    const { auth } = fresh.stranger;
    expect(await auth.getRegistrationPolicy({})).toMatchObject({ firstAccount: true });
    expect((await auth.register(account())).user!.role).toBe(Role.ADMIN);
    expect(await auth.getRegistrationPolicy({})).toMatchObject({ firstAccount: false });
    expect((await auth.register(account())).user!.role).toBe(Role.MEMBER);
  });

  test("of twenty first accounts at once exactly one is the administrator", async () => {
    await using fresh = await testApp();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => fresh.stranger.auth.register(account())),
    );
    const roles = all.map(({ user }) => user!.role);
    expect(roles.filter((role) => role === Role.ADMIN)).toHaveLength(1);
    expect(roles.filter((role) => role === Role.MEMBER)).toHaveLength(19);
  }, 30_000);

  test("the account is as it was asked for, and its session can be used", async () => {
    const given = { ...account(), displayName: "  Zoë Ω  ", locale: "pt-BR" };
    const { user, sessionToken } = await app.stranger.auth.register(given);
    expect(user).toMatchObject({
      email: given.email,
      displayName: "Zoë Ω",
      locale: "pt-BR",
      theme: Theme.SYSTEM,
    });
    expect((await app.withToken(sessionToken).users.getCurrentUser({})).user).toEqual(user);
    expect((await app.stranger.auth.register(account())).user!.locale).toBe("en");
  });

  test("an e-mail has one account, in whatever case it is written", async () => {
    const { email } = account();
    await app.stranger.auth.register(account(email));
    for (const other of [email, email.toUpperCase()]) {
      const failure = await failureOf(app.stranger.auth.register(account(other)));
      expect(failure).toMatchObject({ code: "AlreadyExists", reason: "EMAIL_TAKEN" });
    }
    const { user } = await app.stranger.auth.login({ email: email.toUpperCase(), password });
    expect(user!.email).toBe(email);
  });

  test("of two registrations of one e-mail at once one succeeds", async () => {
    const given = account();
    const both = await Promise.allSettled([
      app.stranger.auth.register(given),
      app.stranger.auth.register({ ...given, email: given.email.toUpperCase() }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("what breaks the rules is refused by the field", async () => {
    const wrong = { email: "no address", password: "short", displayName: " \t ", locale: "fr" };
    const failure = await failureOf(app.stranger.auth.register(wrong));
    expect(failure.code).toBe("InvalidArgument");
    expect(new Set(failure.fields)).toEqual(
      new Set(["email", "password", "display_name", "locale"]),
    );
  });
});

describe("the policy of registration", () => {
  test.each([
    ["open", "127.0.0.1", RegistrationPolicy.OPEN],
    ["open", "0.0.0.0", RegistrationPolicy.OPEN],
    ["closed", "127.0.0.1", RegistrationPolicy.CLOSED],
    ["invite", "127.0.0.1", RegistrationPolicy.INVITE],
    [undefined, "127.0.0.1", RegistrationPolicy.OPEN],
    [undefined, "::1", RegistrationPolicy.OPEN],
    [undefined, "0.0.0.0", RegistrationPolicy.CLOSED],
    [undefined, "192.0.2.1", RegistrationPolicy.CLOSED],
  ] as const)("%s on %s", async (registration, host, expected) => {
    await using fresh = await testApp({ config: { registration, host } });
    const { auth } = fresh.stranger;
    const before = await auth.getRegistrationPolicy({});
    expect(before).toMatchObject({ firstAccount: true, policy: RegistrationPolicy.OPEN });
    await auth.register(account());
    expect((await auth.getRegistrationPolicy({})).policy).toBe(expected);
    const second = auth.register(account());
    if (expected === RegistrationPolicy.OPEN) {
      expect((await second).user!.role).toBe(Role.MEMBER);
      return;
    }
    const closed = expected === RegistrationPolicy.CLOSED;
    expect(await failureOf(second)).toMatchObject({
      code: "PermissionDenied",
      reason: closed ? "REGISTRATION_CLOSED" : "INVITATION_REQUIRED",
    });
    expect(await fresh.deps.db.$count(users)).toBe(1);
  });
});

describe("an invitation", () => {
  let house: TestApp;
  let admin: Person;

  beforeAll(async () => {
    house = await testApp({ config: { registration: "invite" } });
    admin = await house.signIn("Ana");
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const join = (invitation: string, email?: string) =>
    house.stranger.auth.register({ ...account(email), invitation });

  test("lets one person in, once, and is stored hashed", async () => {
    const { code } = await admin.auth.createInvitation({});
    const stored = JSON.stringify(await house.deps.db.select().from(invitations));
    expect(stored).not.toContain(code);
    expect((await join(code)).user!.role).toBe(Role.MEMBER);
    expect(await failureOf(join(code))).toMatchObject({
      code: "PermissionDenied",
      reason: "INVITATION_REQUIRED",
    });
  });

  test("lets in one of two who use it at once", async () => {
    const { code } = await admin.auth.createInvitation({});
    const before = await house.deps.db.$count(users);
    const both = await Promise.allSettled([join(code), join(code)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await house.deps.db.$count(users)).toBe(before + 1);
  });

  test("is worth nothing when it is made up or has expired", async () => {
    const { code, expireTime } = await admin.auth.createInvitation({});
    const days = (Number(expireTime!.seconds) * 1000 - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 1);
    await house.deps.db.update(invitations).set({ expireTime: new Date(Date.now() - 1) });
    for (const wrong of [code, "", "made-up"]) {
      expect(await failureOf(join(wrong))).toMatchObject({ reason: "INVITATION_REQUIRED" });
    }
  });

  test("goes before the e-mail, so that strangers do not learn who has an account", async () => {
    const { email } = admin;
    for (const wrong of ["", "made-up"]) {
      expect(await failureOf(join(wrong, email))).toMatchObject({ reason: "INVITATION_REQUIRED" });
    }
    await using closed = await testApp({ config: { registration: "closed" } });
    const owner = await closed.signIn("Ana");
    const failure = await failureOf(closed.stranger.auth.register(account(owner.email)));
    expect(failure).toMatchObject({ reason: "REGISTRATION_CLOSED" });
  });

  test("is not used up by a registration that fails", async () => {
    const { code } = await admin.auth.createInvitation({});
    expect(await failureOf(join(code, admin.email))).toMatchObject({ reason: "EMAIL_TAKEN" });
    expect((await join(code)).user).toBeDefined();
  });
});

describe("signing in", () => {
  test("gives a session of its own each time", async () => {
    const [first, second] = [await again(ana), await again(ana)];
    expect((await first.users.getCurrentUser({})).user!.id).toBe(ana.id);
    await first.auth.logout({});
    expect((await second.users.getCurrentUser({})).user!.id).toBe(ana.id);
  });

  test("fifteen wrong passwords of a stranger leave the owner able to sign in", async () => {
    const bia = await app.signIn("Bia");
    for (let count = 0; count < 15; count++) {
      const failure = await failureOf(
        app.stranger.auth.login({ email: bia.email, password: "wrong" }),
      );
      expect(failure.reason).toBe("WRONG_CREDENTIALS");
    }
    expect((await again(bia)).auth).toBeDefined();
  }, 20_000);

  test("guesses that come all at once are counted as well", async () => {
    const eva = await app.signIn("Eva");
    const wrong = { email: eva.email, password: "wrong" };
    const all = await Promise.all(
      Array.from({ length: 40 }, () => failureOf(app.stranger.auth.login(wrong))),
    );
    const refused = all.filter(({ reason }) => reason === "TOO_MANY_ATTEMPTS");
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused.length).toBeLessThanOrEqual(25);
    for (const failure of refused) {
      expect(failure.code).toBe("ResourceExhausted");
      expect(failure.retryDelay).toBeGreaterThan(0);
    }
  }, 20_000);

  test("strangers elsewhere cannot lock the owner out at a known address", async () => {
    const iris = await app.signIn("Iris");
    for (let host = 0; host < 100; host++) {
      for (let count = 0; count < 10; count++) {
        app.deps.attempts.countWrongPassword(iris.email, `10.0.0.${host}`, false);
      }
    }
    const here = await again(iris);
    for (const { auth } of [here, iris]) await auth.logout({});
    expect((await again(iris)).auth).toBeDefined();
    const { checkPassword } = app.deps.attempts;
    expect(() => checkPassword(iris.email, "10.0.1.1", false)).toThrow("Too many attempts");
  });
});

describe("logging out", () => {
  test("ends this session at once and no other", async () => {
    const here = await again(ana);
    await here.users.getCurrentUser({});
    await here.auth.logout({});
    expect(await failureOf(here.users.getCurrentUser({}))).toMatchObject({
      reason: "SIGN_IN_REQUIRED",
    });
    expect((await ana.users.getCurrentUser({})).user!.id).toBe(ana.id);
  });

  test("ends the open streams of this session, while the reply goes on", async () => {
    const [here, there] = [await again(ana), await again(ana)];
    const { chat } = await here.chats.createChat({ title: "Long" });
    const text = "sentinel:tokens=1000,delay=50";
    const sent = { chatId: chat!.id, requestId: randomUUID(), text };
    let reply = "";
    const following = Promise.withResolvers<void>();
    const reading = failureOf(
      (async () => {
        for await (const { event } of here.messages.sendMessage(sent)) {
          if (event.case === "accepted") reply = event.value.reply!.id;
          if (event.case === "delta") following.resolve();
        }
      })(),
    );
    await following.promise;
    const elsewhere = there.messages.followReply({ messageId: reply })[Symbol.asyncIterator]();
    await elsewhere.next();
    await here.auth.logout({});
    expect(await reading).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    expect((await elsewhere.next()).value!.event.case).toBe("delta");
    await there.messages.stopReply({ messageId: reply });
  });
});

describe("sessions", () => {
  test("are listed newest first and page by page, with the asking one marked", async () => {
    const uma = await app.signIn("Uma");
    for (const device of ["second", "third", "fourth"]) await again(uma, device);
    const here = await again(uma, "x".repeat(1000));
    const seen = [];
    const sizes = [];
    let pageToken = "";
    do {
      const page = await here.auth.listSessions({ pageSize: 2, pageToken });
      seen.push(...page.sessions);
      sizes.push(page.sessions.length);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(sizes).toEqual([2, 2, 1]);
    expect(seen.map(({ device }) => device).slice(1, 4)).toEqual(["fourth", "third", "second"]);
    expect(seen[0]!.device).toBe("x".repeat(256));
    expect(seen.map(({ current }) => current)).toEqual([true, false, false, false, false]);
    expect((await here.auth.listSessions({ pageSize: 1000 })).sessions).toEqual(seen);
    expect((await here.auth.listSessions({})).sessions).toEqual(seen);
  });

  test("are not listed by tokens of another list or made up ones", async () => {
    for (const pageToken of [
      "x",
      "bm9uc2Vuc2U",
      encodePageToken(["nonsense"]),
      encodePageToken(["-".repeat(36)]),
      encodePageToken([randomUUID(), randomUUID()]),
      encodePageToken(["2026-01-01T00:00:00.000Z", randomUUID()]),
    ]) {
      const failure = await failureOf(ana.auth.listSessions({ pageToken }));
      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "BAD_PAGE_TOKEN" });
    }
  });

  test("can be ended from another device, at once", async () => {
    const lost = await again(ana);
    const { user } = await lost.users.getCurrentUser({});
    const { sessions } = await lost.auth.listSessions({});
    const { id } = sessions.find(({ current }) => current)!;
    await ana.auth.revokeSession({ sessionId: id });
    const failure = await failureOf(lost.users.getCurrentUser({}));
    expect(failure).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    expect(user!.id).toBe(ana.id);
    expect(await failureOf(ana.auth.revokeSession({ sessionId: id }))).toMatchObject({
      code: "NotFound",
      metadata: { resource: "session" },
    });
  });
});

describe("changing the password", () => {
  test("ends all other sessions at once and keeps this one", async () => {
    const rita = await app.signIn("Rita");
    const others = [await again(rita), await again(rita)];
    for (const { users } of others) await users.getCurrentUser({});
    const change = { currentPassword: rita.password, newPassword: "a new password" };
    await rita.auth.changePassword(change);
    for (const { users } of others) {
      const failure = await failureOf(users.getCurrentUser({}));
      expect(failure).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    }
    expect((await rita.users.getCurrentUser({})).user!.id).toBe(rita.id);
    expect(await failureOf(again(rita))).toMatchObject({ reason: "WRONG_CREDENTIALS" });
    expect((await again({ ...rita, password: "a new password" })).auth).toBeDefined();
  });

  test("needs the current one, and a wrong one changes nothing", async () => {
    const sara = await app.signIn("Sara");
    const other = await again(sara);
    const change = { currentPassword: "wrong", newPassword: "a new password" };
    const failure = await failureOf(sara.auth.changePassword(change));
    expect(failure).toMatchObject({ code: "Unauthenticated", reason: "WRONG_CREDENTIALS" });
    expect((await sara.users.getCurrentUser({})).user!.id).toBe(sara.id);
    expect((await other.users.getCurrentUser({})).user!.id).toBe(sara.id);
    expect((await again(sara)).auth).toBeDefined();
  });
});

test("a password changes only together with the end of the other sessions", async () => {
  await using fresh = await testApp();
  const rosa = await fresh.signIn("Rosa");
  const { email } = rosa;
  await fresh.stranger.auth.login({ email, password: rosa.password });
  await fresh.deps.db.execute(`
    create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'not now'; end $$;
    create trigger refuse before delete on sessions execute function refuse();`);
  const change = { currentPassword: rosa.password, newPassword: "a new password" };
  expect(await failureOf(rosa.auth.changePassword(change))).toMatchObject({ code: "Internal" });
  const both = [rosa.password, change.newPassword].map((word) =>
    fresh.stranger.auth.login({ email, password: word }),
  );
  const [old, renewed] = await Promise.allSettled(both);
  expect([old!.status, renewed!.status]).toEqual(["fulfilled", "rejected"]);
});

describe("the profile", () => {
  test("changes in the fields that are given and in no other", async () => {
    const tea = await app.signIn("Tea");
    const before = (await tea.users.getCurrentUser({})).user!;
    for (const change of [
      { displayName: " Teodora " },
      { locale: "pt-BR" },
      { theme: Theme.DARK },
      {},
      { displayName: "Tea", locale: "en", theme: Theme.LIGHT },
    ]) {
      const expected = { ...(await tea.users.getCurrentUser({})).user!, ...change };
      expected.displayName = expected.displayName.trim();
      expect((await tea.users.updateCurrentUser(change)).user).toEqual(expected);
      expect((await tea.users.getCurrentUser({})).user).toEqual(expected);
    }
    expect((await tea.users.getCurrentUser({})).user!.createTime).toEqual(before.createTime);
  });

  test("keeps out what breaks the rules, and of somebody else nothing changes", async () => {
    const before = (await ana.users.getCurrentUser({})).user;
    for (const [wrong, field] of [
      [{ displayName: "" }, "display_name"],
      [{ displayName: "two\nlines" }, "display_name"],
      [{ displayName: "x".repeat(81) }, "display_name"],
      [{ locale: "" }, "locale"],
      [{ theme: 0 }, "theme"],
      [{ theme: 77 }, "theme"],
    ] as const) {
      const failure = await failureOf(ana.users.updateCurrentUser(wrong as { locale: string }));
      expect(failure).toMatchObject({ code: "InvalidArgument", fields: [field] });
    }
    const vera = await app.signIn("Vera");
    await vera.users.updateCurrentUser({ displayName: "Somebody" });
    expect((await ana.users.getCurrentUser({})).user).toEqual(before);
  });
});
