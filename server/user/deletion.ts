import type { Db } from "#db/connect.ts";
import { users } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { eq, ne } from "drizzle-orm";
import { actorOf, type Origin } from "../audit/actor.ts";
import { auditEvent, writeEvent } from "../audit/audit-event.ts";
import type { Topics } from "../events/topic.ts";
import { checkAdministratorRemains } from "./administration.ts";
import type { Attempts } from "./attempts.ts";
import { accountClosed, type Callers, type User } from "./callers.ts";
import { revokeInvitations } from "./invitations.ts";
import { lockAccounts } from "./accounts-lock.ts";
import { confirmPassword } from "./users.ts";

type Deps = { db: Db; callers: Callers; topics: Topics; attempts: Attempts };

type Leaving = {
  password: string;
  /** Ends what runs for the user: asked before the deletion, and after it for what began meanwhile. */
  stopWork: () => Promise<void>;
  /** Deletes what others keep for the user, in statements that are each short. */
  empty: (tx: Db, userId: string) => Promise<void>;
};

/** Deletes a user with everything that is theirs, after checking the password: all of it or nothing. */
export async function deleteUser(
  deps: Deps,
  user: User,
  { password, stopWork, empty }: Leaving,
  origin: Origin,
): Promise<void> {
  await confirmPassword(deps, user, password, origin);
  await checkMayLeave(deps.db, user.id);
  await stopWork();
  const subject = { id: user.id, name: user.displayName };
  const event = auditEvent(actorOf(user, origin), { kind: "account_deleted", subject });
  await transact(deps.db, async (tx) => {
    // It may take long, so nobody is locked out meanwhile.
    await empty(tx, user.id);
    await lockAccounts(tx);
    await checkMayLeave(tx, user.id);
    await revokeInvitations(tx, user.id);
    await tx.delete(users).where(eq(users.id, user.id));
    await writeEvent(tx, event);
  });
  deps.callers.userChanged(user.id);
  deps.topics.publish(accountClosed(user.id));
  await stopWork();
}

/** The only user may leave: then the next account is the first one again. */
async function checkMayLeave(db: Db, userId: string): Promise<void> {
  const others = await db.select({ id: users.id }).from(users).where(ne(users.id, userId)).limit(1);
  if (others.length > 0) await checkAdministratorRemains(db, userId);
}
