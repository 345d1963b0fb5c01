import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { auditEvents } from "#db/schema/index.ts";
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { AUDIT_LIFETIME, MAX_FAILED_ATTEMPTS_KEPT } from "../limits.ts";
import { afterId } from "../page-token.ts";
import type { AuditEvent } from "./audit-event.ts";

type Filters = { actorId?: string | undefined; kind?: AuditEvent["kind"] | undefined };

/** A page of what people did, newest first. */
export async function listAuditEvents(
  db: Db,
  filters: Filters,
  page: { size: number; token: string },
) {
  const after = afterId(page.token);
  const rows = await selectAuditEvents(db, { ...filters, size: page.size, after });
  const full = rows.length > page.size;
  const shown = full ? rows.slice(0, page.size) : rows;
  return { events: shown, next: full ? encodePageToken([shown.at(-1)!.id]) : "" };
}

export function selectAuditEvents(
  db: Db,
  { actorId, kind, size, after }: Filters & { size: number; after: string | undefined },
) {
  return db
    .select()
    .from(auditEvents)
    .where(
      and(
        actorId === undefined ? undefined : eq(auditEvents.actorId, actorId),
        kind === undefined ? undefined : eq(auditEvents.kind, kind),
        after === undefined ? undefined : lt(auditEvents.id, after),
      ),
    )
    .orderBy(desc(auditEvents.id))
    .limit(size + 1);
}

/** Kinds that strangers can make as many of as they like. */
const ATTEMPTS = ["sign_in_failed", "password_refused"] as const;

/** Removes what is older than AUDIT_LIFETIME, and of failed attempts all but the newest. */
export async function purgeAuditEvents(db: Db, keep = MAX_FAILED_ATTEMPTS_KEPT): Promise<void> {
  await purgeOldEvents(db);
  for (const kind of ATTEMPTS) await purgeBeyond(db, kind, keep);
}

export function purgeOldEvents(db: Db) {
  return db
    .delete(auditEvents)
    .where(lt(auditEvents.createTime, new Date(Date.now() - AUDIT_LIFETIME)));
}

export function purgeBeyond(db: Db, kind: AuditEvent["kind"], keep: number) {
  const newestTooMany = db
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(eq(auditEvents.kind, kind))
    .orderBy(desc(auditEvents.id))
    .offset(keep)
    .limit(1);
  return db
    .delete(auditEvents)
    .where(and(eq(auditEvents.kind, kind), sql`${auditEvents.id} <= (${newestTooMany})`));
}
