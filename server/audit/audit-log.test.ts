import { type AuditEvent, AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { Role } from "#proto/prosa/user/v1/user_pb.ts";
import { auditEvents } from "#db/schema/index.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { exportFile, importFile } from "../testing/transfer.ts";

const password = "a long enough password";
const WRONG = "correct horse battery staple";

let app: TestApp;
let admin: Person;

beforeAll(async () => {
  app = await testApp();
  admin = await app.signIn("Ana");
});
afterAll(() => app[Symbol.asyncDispose]());

/** The newest event of a kind, as administrators see it. */
async function newest(kind: AuditKind): Promise<AuditEvent> {
  const { events } = await admin.admin.listAuditEvents({ kind, pageSize: 1 });
  if (events[0] === undefined) throw new Error(`no event of kind ${kind}`);
  return events[0];
}

const count = async () => app.deps.db.$count(auditEvents);

/** Who did it, by their id and the name of that time. */
const by = ({ id }: { id: string }, name: string) => ({ actorId: id, actorName: name });

describe("signing in and out", () => {
  test("is written down with who, when and from where", async () => {
    const bia = await app.signIn("Bia");
    expect(await newest(AuditKind.REGISTERED)).toMatchObject({
      ...by(bia, "Bia"),
      details: { role: "member", policy: "open" },
    });
    const headers = { "user-agent": "Firefox" };
    const login = { email: bia.email, password };
    const { sessionToken } = await app.stranger.auth.login(login, { headers });
    const signedIn = await newest(AuditKind.SIGNED_IN);
    expect(signedIn).toMatchObject({ ...by(bia, "Bia"), device: "Firefox", subject: "" });
    expect(signedIn.createTime).toBeDefined();
    await app.withToken(sessionToken).auth.logout({});
    expect(await newest(AuditKind.SIGNED_OUT)).toMatchObject(by(bia, "Bia"));
    const second = await app.stranger.auth.login(login, { headers });
    const [other] = (await app.withToken(second.sessionToken).auth.listSessions({})).sessions;
    await bia.auth.revokeSession({ sessionId: other!.id });
    expect(await newest(AuditKind.SESSION_REVOKED)).toMatchObject({
      ...by(bia, "Bia"),
      subject: "Firefox",
    });
  });

  test("that fails names the account, and nothing that was typed", async () => {
    const cora = await app.signIn("Cora");
    await failureOf(app.stranger.auth.login({ email: cora.email, password: WRONG }));
    expect(await newest(AuditKind.SIGN_IN_FAILED)).toMatchObject({
      ...{ actorId: "", actorName: "", subjectId: cora.id, subject: "Cora" },
      details: { reason: "WRONG_CREDENTIALS" },
    });
    const secret = `${randomUUID()}@example.org`;
    await failureOf(app.stranger.auth.login({ email: secret, password: WRONG }));
    const unknown = await newest(AuditKind.SIGN_IN_FAILED);
    expect(unknown).toMatchObject({ actorId: "", subjectId: "", subject: "" });
    await admin.users.updateUser({ userId: cora.id, disabled: true });
    await failureOf(app.stranger.auth.login({ email: cora.email, password }));
    expect(await newest(AuditKind.SIGN_IN_FAILED)).toMatchObject({
      subjectId: cora.id,
      details: { reason: "ACCOUNT_DISABLED" },
    });
    const rows = JSON.stringify(await app.deps.db.select().from(auditEvents));
    for (const typed of [secret, WRONG, password]) expect(rows).not.toContain(typed);
  });
});

describe("what people do to their accounts is written down", () => {
  test("a new password, and a wrong one where it is to be confirmed", async () => {
    const dora = await app.signIn("Dora");
    await app.stranger.auth.login({ email: dora.email, password });
    const change = { currentPassword: password, newPassword: "another password" };
    await failureOf(dora.auth.changePassword({ ...change, currentPassword: WRONG }));
    expect(await newest(AuditKind.PASSWORD_REFUSED)).toMatchObject(by(dora, "Dora"));
    await dora.auth.changePassword(change);
    expect(await newest(AuditKind.PASSWORD_CHANGED)).toMatchObject({
      ...by(dora, "Dora"),
      details: { sessions: "1" },
    });
  });

  test("an access token that is made and revoked, but not the token", async () => {
    const token = { name: "A program", scope: Scope.READ };
    const made = await admin.auth.createAccessToken(token);
    expect(await newest(AuditKind.ACCESS_TOKEN_CREATED)).toMatchObject({
      ...by(admin, "Ana"),
      ...{ subject: "A program", subjectId: made.accessToken!.id, details: { scope: "read" } },
    });
    await admin.auth.revokeAccessToken({ accessTokenId: made.accessToken!.id });
    expect(await newest(AuditKind.ACCESS_TOKEN_REVOKED)).toMatchObject({ subject: "A program" });
    const rows = JSON.stringify(await app.deps.db.select().from(auditEvents));
    expect(rows).not.toContain(made.token);
  });

  test("chats that come and go", async () => {
    const eva = await app.signIn("Eva");
    await eva.chats.createChat({ title: "A secret title" });
    const file = await exportFile(eva);
    expect(await newest(AuditKind.CHATS_EXPORTED)).toMatchObject(by(eva, "Eva"));
    await importFile(await app.signIn("Fay"), file, ImportFormat.PROSA);
    expect(await newest(AuditKind.CHATS_IMPORTED)).toMatchObject({
      actorName: "Fay",
      details: { created: "1", skipped: "0", failed: "0" },
    });
    const rows = JSON.stringify(await app.deps.db.select().from(auditEvents));
    expect(rows).not.toContain("A secret title");
  });

  test("the deletion of an account, whose deeds stay under its name", async () => {
    const gil = await app.signIn("Gil");
    await gil.users.deleteCurrentUser({ password });
    expect(await newest(AuditKind.ACCOUNT_DELETED)).toMatchObject(by(gil, "Gil"));
    const { events } = await admin.admin.listAuditEvents({ actorId: gil.id });
    expect(events.map(({ kind }) => kind)).toEqual([
      AuditKind.ACCOUNT_DELETED,
      AuditKind.REGISTERED,
    ]);
  });
});

describe("what administrators do is written down", () => {
  test("roles and disabled accounts, once for each change that is one", async () => {
    const hal = await app.signIn("Hal");
    const change = (to: { role?: Role; disabled?: boolean }) =>
      admin.users.updateUser({ userId: hal.id, ...to });
    const deed = { ...by(admin, "Ana"), subjectId: hal.id, subject: "Hal" };
    await change({ role: Role.ADMIN });
    const details = { from: "member", to: "admin" };
    expect(await newest(AuditKind.ROLE_CHANGED)).toMatchObject({ ...deed, details });
    await change({ disabled: true });
    expect(await newest(AuditKind.USER_DISABLED)).toMatchObject(deed);
    await change({ disabled: false });
    expect(await newest(AuditKind.USER_ENABLED)).toMatchObject(deed);
    const before = await count();
    await change({ role: Role.ADMIN, disabled: false });
    expect(await count()).toBe(before);
    await change({ role: Role.MEMBER });
    expect(await newest(AuditKind.ROLE_CHANGED)).toMatchObject({ details: { to: "member" } });
  });

  test("invitations and settings", async () => {
    await admin.auth.createInvitation({});
    const made = await newest(AuditKind.INVITATION_CREATED);
    expect(made).toMatchObject(by(admin, "Ana"));
    await admin.auth.revokeInvitation({ invitationId: made.subjectId });
    const { subjectId } = await newest(AuditKind.INVITATION_REVOKED);
    expect(subjectId).toBe(made.subjectId);
    await admin.admin.updateSettings({ registrationPolicy: RegistrationPolicy.INVITE });
    await admin.admin.updateSettings({ registrationPolicy: RegistrationPolicy.OPEN });
    expect(await newest(AuditKind.SETTING_CHANGED)).toMatchObject({
      ...by(admin, "Ana"),
      ...{ subject: "registration", details: { from: "invite", to: "open" } },
    });
    const before = await count();
    await admin.admin.updateSettings({ registrationPolicy: RegistrationPolicy.OPEN });
    expect(await count()).toBe(before);
  });

  test("models that come, go and move", async () => {
    const subject = "new:1b";
    for await (const _ of admin.models.pullModel({ model: subject }));
    expect(await newest(AuditKind.MODEL_PULLED)).toMatchObject({ ...by(admin, "Ana"), subject });
    await admin.models.loadModel({ model: subject });
    expect(await newest(AuditKind.MODEL_LOADED)).toMatchObject({ subject });
    await admin.models.unloadModel({ model: subject });
    expect(await newest(AuditKind.MODEL_UNLOADED)).toMatchObject({ subject });
    await admin.models.deleteModel({ model: subject });
    expect(await newest(AuditKind.MODEL_DELETED)).toMatchObject({ subject });
    const before = await count();
    await failureOf(admin.models.deleteModel({ model: subject }));
    await admin.models.cancelPull({ model: subject });
    expect(await count()).toBe(before);
  });

  test("a reply that they stop", async () => {
    const ivo = await app.signIn("Ivo");
    const { chat } = await ivo.chats.createChat({ title: "Long", model: "fake:1b" });
    const text = "sentinel:tokens=2000,delay=20";
    const sent = { chatId: chat!.id, requestId: randomUUID(), text };
    for await (const { event } of ivo.messages.sendMessage(sent)) {
      const id = event.case === "accepted" ? event.value.reply!.id : "";
      if (id === "") continue;
      await expect.poll(() => app.deps.underWay.find(id)).toBeDefined();
      await admin.admin.stopRunningReply({ replyId: id });
    }
    expect(await newest(AuditKind.REPLY_STOPPED)).toMatchObject({
      ...by(admin, "Ana"),
      ...{ subjectId: ivo.id, subject: "Ivo", details: { model: "fake:1b" } },
    });
  });
});

test("a deed that is not done is not written down", async () => {
  const before = await count();
  const unknown = randomUUID();
  for (const call of [
    () => admin.users.updateUser({ userId: unknown, disabled: true }),
    () => admin.users.updateUser({ userId: admin.id, role: Role.MEMBER }),
    () => admin.auth.revokeInvitation({ invitationId: unknown }),
    () => admin.auth.revokeAccessToken({ accessTokenId: unknown }),
    () => admin.auth.revokeSession({ sessionId: unknown }),
    () => admin.admin.stopRunningReply({ replyId: unknown }),
    () => app.stranger.auth.register({ email: admin.email, password, displayName: "Again" }),
  ]) {
    expect((await failureOf(call())).code).not.toBe("Internal");
  }
  expect(await count()).toBe(before);
});
