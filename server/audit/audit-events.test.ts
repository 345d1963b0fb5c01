import { AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { encodePageToken } from "#db/keyset.ts";
import { auditEvents } from "#db/schema/index.ts";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AUDIT_LIFETIME } from "../limits.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { actorWith } from "../testing/actor.ts";
import { failureOf } from "../testing/failure.ts";
import { strangerFrom } from "./actor.ts";
import { auditEvent, writeEvent } from "./audit-event.ts";
import { purgeAuditEvents } from "./audit-events.ts";

let app: TestApp;
let admin: Person;
let member: Person;

beforeAll(async () => {
  app = await testApp();
  admin = await app.signIn("Ana");
  member = await app.signIn("Bia");
});
afterAll(() => app[Symbol.asyncDispose]());

const db = () => app.deps.db;
const here = { address: "127.0.0.1", device: "a test" };

async function failedSignIns(many: number): Promise<string[]> {
  const events = Array.from({ length: many }, () =>
    auditEvent(strangerFrom(here), { kind: "sign_in_failed" }),
  );
  for (const event of events) await writeEvent(db(), event);
  return events.map(({ id }) => id);
}

test("the log is read newest first and page by page, whole or by who and what", async () => {
  const models = ["a", "b", "c", "d", "e"];
  for (const name of models) {
    const deed = { kind: "model_loaded" as const, subject: { name } };
    await writeEvent(db(), auditEvent(actorWith(name === "c" ? member : admin), deed));
  }
  const read = async (filters: { kind?: AuditKind; actorId?: string }) => {
    const seen: string[] = [];
    const sizes: number[] = [];
    let pageToken = "";
    do {
      const page = await admin.admin.listAuditEvents({ ...filters, pageSize: 2, pageToken });
      seen.push(...page.events.map(({ subject }) => subject));
      sizes.push(page.events.length);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return { seen, sizes };
  };
  const kind = AuditKind.MODEL_LOADED;
  expect(await read({ kind })).toEqual({ seen: models.toReversed(), sizes: [2, 2, 1] });
  const mine = await read({ kind, actorId: admin.id });
  expect(mine).toEqual({ seen: ["e", "d", "b", "a"], sizes: [2, 2] });
  expect((await read({ actorId: member.id })).seen).toEqual(["c", "Bia"]);
  const all = await read({});
  expect(all.seen.slice(0, 5)).toEqual(models.toReversed());
  expect(all.seen).toHaveLength(await db().$count(auditEvents));
});

test("made up page tokens, actors and kinds are refused, and members as a whole", async () => {
  for (const pageToken of ["x", encodePageToken(["nonsense"])]) {
    const failure = await failureOf(admin.admin.listAuditEvents({ pageToken }));
    expect(failure).toMatchObject({ reason: "BAD_PAGE_TOKEN" });
  }
  for (const filters of [{ actorId: "x" }, { kind: 0 as AuditKind }, { kind: 999 as AuditKind }]) {
    const failure = await failureOf(admin.admin.listAuditEvents(filters));
    expect(failure).toMatchObject({ code: "InvalidArgument" });
  }
  const denied = await failureOf(member.admin.listAuditEvents({}));
  expect(denied).toMatchObject({ reason: "ADMIN_REQUIRED" });
});

test("a transaction that is repeated writes its event once", async () => {
  const event = auditEvent(actorWith(admin), { kind: "signed_out" });
  await writeEvent(db(), event);
  await writeEvent(db(), event);
  expect(await db().$count(auditEvents, eq(auditEvents.id, event.id))).toBe(1);
});

test("events are kept for as long as is said, and no longer", async () => {
  const at = async (age: number) => {
    const event = auditEvent(actorWith(admin), { kind: "signed_out" });
    await writeEvent(db(), { ...event, createTime: new Date(Date.now() - age) });
    return event.id;
  };
  const [old, young] = [await at(AUDIT_LIFETIME + 1000), await at(AUDIT_LIFETIME - 60_000)];
  await purgeAuditEvents(db());
  expect(await db().$count(auditEvents, eq(auditEvents.id, old))).toBe(0);
  expect(await db().$count(auditEvents, eq(auditEvents.id, young))).toBe(1);
  const { retention } = await admin.admin.listAuditEvents({});
  expect(Number(retention!.seconds) * 1000).toBe(AUDIT_LIFETIME);
});

test("of failed attempts, which strangers make, only the newest are kept, and all of the rest", async () => {
  const others = await db().$count(auditEvents);
  const ids = await failedSignIns(5);
  await purgeAuditEvents(db(), 5);
  expect(await db().$count(auditEvents)).toBe(others + 5);
  await purgeAuditEvents(db(), 2);
  const left = await db()
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(eq(auditEvents.kind, "sign_in_failed"))
    .orderBy(auditEvents.id);
  expect(left.map(({ id }) => id)).toEqual(ids.slice(-2));
  expect(await db().$count(auditEvents)).toBe(others + 2);
});
