import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { sessions, users } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { and, eq, gt, ne } from "drizzle-orm";
import type { Actor } from "../audit/actor.ts";
import { auditEvent, type Deed, writeEvent } from "../audit/audit-event.ts";
import { AppError, notFound } from "../errors.ts";
import type { Topics } from "../events/topic.ts";
import { afterId } from "../page-token.ts";
import { accountClosed, type Callers, type User } from "./callers.ts";
import { revokeInvitations } from "./invitations.ts";
import { lockAccounts } from "./accounts-lock.ts";

type Deps = { db: Db; callers: Callers; topics: Topics };

/** A page of the users of this server, oldest first. */
export async function listUsers(db: Db, page: { size: number; token: string }) {
  const rows = await selectUsers(db, { size: page.size, after: afterId(page.token) });
  const full = rows.length > page.size;
  const shown = full ? rows.slice(0, page.size) : rows;
  return { users: shown, next: full ? encodePageToken([shown.at(-1)!.id]) : "" };
}

export function selectUsers(db: Db, page: { size: number; after: string | undefined }) {
  return db
    .select()
    .from(users)
    .where(page.after === undefined ? undefined : gt(users.id, page.after))
    .orderBy(users.id)
    .limit(page.size + 1);
}

/** Changes what a user may do; of a disabled one all sessions end, while replies under way go on. */
export async function changeUser(
  { db, callers, topics }: Deps,
  by: Actor,
  userId: string,
  change: Partial<Pick<User, "role" | "disabled">>,
): Promise<User> {
  const user = await transact(db, async (tx) => {
    await lockAccounts(tx);
    const [before] = await tx.select().from(users).where(eq(users.id, userId)).for("update");
    const [changed] = await tx
      .update(users)
      .set({ ...change, updateTime: new Date() })
      .where(eq(users.id, userId))
      .returning();
    if (before === undefined || changed === undefined) throw notFound("user");
    for (const deed of deedsBetween(before, changed)) await writeEvent(tx, auditEvent(by, deed));
    if (changed.disabled || changed.role !== "admin") {
      await checkAdministratorRemains(tx, userId);
      await revokeInvitations(tx, userId);
    }
    if (changed.disabled) await tx.delete(sessions).where(eq(sessions.userId, userId));
    return changed;
  });
  callers.userChanged(userId);
  if (user.disabled) topics.publish(accountClosed(userId));
  return user;
}

/** What has been done to a user whose row was another before. */
function deedsBetween(before: User, after: User): Deed[] {
  const subject = { id: after.id, name: after.displayName };
  const deeds: Deed[] = [];
  if (before.role !== after.role) {
    deeds.push({ kind: "role_changed", subject, details: { from: before.role, to: after.role } });
  }
  if (before.disabled !== after.disabled) {
    deeds.push({ kind: after.disabled ? "user_disabled" : "user_enabled", subject });
  }
  return deeds;
}

/** Refuses to leave users without an administrator who can sign in, once `leavingId` is none any more. */
export async function checkAdministratorRemains(db: Db, leavingId: string): Promise<void> {
  const enabledAdmin = and(
    eq(users.role, "admin"),
    eq(users.disabled, false),
    ne(users.id, leavingId),
  );
  const remaining = await db.select({ id: users.id }).from(users).where(enabledAdmin).limit(1);
  if (remaining.length > 0) return;
  throw new AppError("LAST_ADMIN", "No administrator would be left who can sign in.");
}
