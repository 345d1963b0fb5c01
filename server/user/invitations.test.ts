import type { Invitation } from "#proto/prosa/user/v1/invitation_pb.ts";
import { encodePageToken } from "#db/keyset.ts";
import { invitations } from "#db/schema/index.ts";
import { eq } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";

const password = "a long enough password";
const invited = (invitation: string, displayName = "Cy") => ({
  ...{ invitation, displayName, password },
  email: `${randomUUID()}@example.org`,
});

let app: TestApp;
let admin: Person;

beforeAll(async () => {
  app = await testApp({ config: { registration: "invite" } });
  admin = await app.signIn("Ana");
});
afterAll(() => app[Symbol.asyncDispose]());

async function newest(): Promise<Invitation> {
  const {
    invitations: [first],
  } = await admin.auth.listInvitations({ pageSize: 1 });
  return first!;
}

test("administrators see who made an invitation, and who used it and when", async () => {
  const { code, expireTime } = await admin.auth.createInvitation({});
  const made = await newest();
  expect(made).toMatchObject({ creatorName: "Ana", usedByName: "", expireTime });
  expect(made.useTime).toBeUndefined();
  expect(JSON.stringify(made, (_, value) => (typeof value === "bigint" ? 0 : value))).not.toContain(
    code,
  );
  const { sessionToken } = await app.stranger.auth.register(invited(code, "Bia"));
  const used = await newest();
  expect(used).toMatchObject({ id: made.id, usedByName: "Bia" });
  expect(used.useTime).toBeDefined();
  // What was used stays when its guest has left.
  await app.withToken(sessionToken).users.deleteCurrentUser({ password });
  expect(await newest()).toMatchObject({ id: made.id, usedByName: "" });
});

test("they are listed newest first and page by page", async () => {
  for (let count = 0; count < 5; count++) await admin.auth.createInvitation({});
  const all = (await admin.auth.listInvitations({})).invitations.map(({ id }) => id);
  expect(all).toEqual(all.toSorted().toReversed());
  const seen: string[] = [];
  let pageToken = "";
  do {
    const page = await admin.auth.listInvitations({ pageSize: 2, pageToken });
    expect(page.invitations.length).toBeLessThanOrEqual(2);
    seen.push(...page.invitations.map(({ id }) => id));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(seen).toEqual(all);
  for (const made of ["x", encodePageToken(["nonsense"])]) {
    const failure = await failureOf(admin.auth.listInvitations({ pageToken: made }));
    expect(failure).toMatchObject({ reason: "BAD_PAGE_TOKEN" });
  }
});

test("one that is taken back makes no account and is gone; one that was used stays", async () => {
  const { code } = await admin.auth.createInvitation({});
  const { id } = await newest();
  await admin.auth.revokeInvitation({ invitationId: id });
  expect(await app.deps.db.$count(invitations, eq(invitations.id, id))).toBe(0);
  expect(await failureOf(app.stranger.auth.register(invited(code)))).toMatchObject({
    reason: "INVITATION_REQUIRED",
  });
  const second = await admin.auth.createInvitation({});
  await app.stranger.auth.register(invited(second.code));
  const used = await newest();
  for (const invitationId of [id, used.id, randomUUID()]) {
    expect(await failureOf(admin.auth.revokeInvitation({ invitationId }))).toMatchObject({
      code: "NotFound",
      metadata: { resource: "invitation" },
    });
  }
  expect(await newest()).toEqual(used);
});

test("of one that is taken back and used at once either happens, and not both", async () => {
  for (let round = 0; round < 5; round++) {
    const { code } = await admin.auth.createInvitation({});
    const { id } = await newest();
    const both = await Promise.allSettled([
      admin.auth.revokeInvitation({ invitationId: id }),
      app.stranger.auth.register(invited(code)),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  }
}, 30_000);

test("members neither see nor take back invitations", async () => {
  const { code } = await admin.auth.createInvitation({});
  const { sessionToken } = await app.stranger.auth.register(invited(code));
  await admin.auth.createInvitation({});
  const { id } = await newest();
  const { auth } = app.withToken(sessionToken);
  for (const call of [auth.listInvitations({}), auth.revokeInvitation({ invitationId: id })]) {
    expect(await failureOf(call)).toMatchObject({ reason: "ADMIN_REQUIRED" });
  }
  expect((await newest()).id).toBe(id);
});
