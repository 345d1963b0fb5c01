import type { Db } from "#db/connect.ts";
import { auditEvents } from "#db/schema/index.ts";
import { newId } from "../new-id.ts";
import type { Actor, Stranger } from "./actor.ts";

export type AuditEvent = typeof auditEvents.$inferSelect;

/** What is done, to what, and the changing parts; prosa.admin.v1.AuditKind says which belong to it. */
export type Deed = {
  kind: AuditEvent["kind"];
  subject?: { id?: string; name: string } | undefined;
  details?: Record<string, string>;
};

/** Describes a deed, once: a transaction that is repeated then writes the same event, not another. */
export function auditEvent(
  by: Actor | Stranger,
  { kind, subject, details = {} }: Deed,
): AuditEvent {
  return {
    id: newId(),
    kind,
    actorId: by.id,
    actorName: by.name,
    subjectId: subject?.id ?? null,
    subject: subject?.name ?? "",
    details,
    address: by.address,
    device: by.device,
    createTime: new Date(),
  };
}

/** Writes an event into the transaction of the deed. */
export async function writeEvent(tx: Db, event: AuditEvent): Promise<void> {
  await tx.insert(auditEvents).values(event).onConflictDoNothing();
}

export type Audit = ReturnType<typeof createAudit>;

/** Writes down deeds that have no transaction, since they are not done in the database. */
export function createAudit(db: Db) {
  return (by: Actor, deed: Deed): Promise<void> => writeEvent(db, auditEvent(by, deed));
}
