import type { Db } from "#db/connect.ts";
import { invitations } from "#db/schema/index.ts";
import { and, eq, gt, isNull } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { INVITATION_LIFETIME } from "../limits.ts";
import { createToken, hashToken } from "./tokens.ts";

export async function createInvitation(db: Db, createdBy: string) {
  const code = createToken();
  const expireTime = new Date(Date.now() + INVITATION_LIFETIME);
  await db
    .insert(invitations)
    .values({ id: newId(), codeHash: hashToken(code), createdBy, expireTime });
  return { code, expireTime };
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
