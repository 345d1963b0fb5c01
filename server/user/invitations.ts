import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { invitations, users } from "#db/schema/index.ts";
import { and, desc, eq, gt, isNull, lt } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Actor } from "../audit/actor.ts";
import { auditEvent, writeEvent } from "../audit/audit-event.ts";
import { notFound } from "../errors.ts";
import { INVITATION_LIFETIME } from "../limits.ts";
import { newId } from "../new-id.ts";
import { afterId } from "../page-token.ts";
import { createToken, hashToken } from "./tokens.ts";

/** An invitation with the names of who made it and who used it; null where there is nobody. */
export type Invitation = Awaited<ReturnType<typeof selectInvitations>>[number];

export async function createInvitation(db: Db, by: Actor) {
  const code = createToken();
  const id = newId();
  const expireTime = new Date(Date.now() + INVITATION_LIFETIME);
  await db.transaction(async (tx) => {
    await tx
      .insert(invitations)
      .values({ id, codeHash: hashToken(code), createdBy: by.id, expireTime });
    await writeEvent(tx, auditEvent(by, { kind: "invitation_created", subject: { id, name: "" } }));
  });
  return { code, expireTime };
}

/** A page of the invitations of this server, newest first. */
export async function listInvitations(db: Db, page: { size: number; token: string }) {
  const rows = await selectInvitations(db, { size: page.size, after: afterId(page.token) });
  const full = rows.length > page.size;
  const shown = full ? rows.slice(0, page.size) : rows;
  return { invitations: shown, next: full ? encodePageToken([shown.at(-1)!.id]) : "" };
}

export function selectInvitations(db: Db, page: { size: number; after: string | undefined }) {
  const creator = alias(users, "creator");
  const guest = alias(users, "guest");
  return db
    .select({
      id: invitations.id,
      createTime: invitations.createTime,
      expireTime: invitations.expireTime,
      useTime: invitations.useTime,
      creatorName: creator.displayName,
      usedByName: guest.displayName,
    })
    .from(invitations)
    .leftJoin(creator, eq(creator.id, invitations.createdBy))
    .leftJoin(guest, eq(guest.id, invitations.usedBy))
    .where(page.after === undefined ? undefined : lt(invitations.id, page.after))
    .orderBy(desc(invitations.id))
    .limit(page.size + 1);
}

/** Takes an invitation back that nobody has used. */
export async function revokeInvitation(db: Db, by: Actor, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const revoked = await tx
      .delete(invitations)
      .where(and(eq(invitations.id, id), isNull(invitations.useTime)))
      .returning({ id: invitations.id });
    if (revoked.length === 0) throw notFound("invitation");
    await writeEvent(tx, auditEvent(by, { kind: "invitation_revoked", subject: { id, name: "" } }));
  });
}

/** Makes what a user has handed out worthless, where nobody has used it yet. */
export async function revokeInvitations(db: Db, createdBy: string): Promise<void> {
  await db
    .delete(invitations)
    .where(and(eq(invitations.createdBy, createdBy), isNull(invitations.useTime)));
}

/** Whether somebody may still register with the code. */
export async function isInvitation(db: Db, code: string): Promise<boolean> {
  const usable = await db.select({ id: invitations.id }).from(invitations).where(isUsable(code));
  return usable.length > 0;
}

/** Uses up an invitation for a user; false when it is unknown, used or expired. */
export async function useInvitation(db: Db, code: string, userId: string): Promise<boolean> {
  const used = await db
    .update(invitations)
    .set({ useTime: new Date(), usedBy: userId })
    .where(isUsable(code))
    .returning({ id: invitations.id });
  return used.length > 0;
}

function isUsable(code: string) {
  return and(
    eq(invitations.codeHash, hashToken(code)),
    isNull(invitations.useTime),
    gt(invitations.expireTime, new Date()),
  );
}
