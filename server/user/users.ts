import type { Db } from "#db/connect.ts";
import { users } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { eq } from "drizzle-orm";
import { actorOf, type Origin, strangerFrom } from "../audit/actor.ts";
import { type AuditEvent, auditEvent, writeEvent } from "../audit/audit-event.ts";
import { AppError } from "../errors.ts";
import { newId } from "../new-id.ts";
import type { Attempts } from "./attempts.ts";
import type { Callers, User } from "./callers.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import type { Sessions } from "./sessions.ts";

type Deps = { db: Db; callers: Callers; sessions: Sessions; attempts: Attempts };

/** Checks e-mail and password and starts a session. */
export async function login(
  deps: Deps,
  { email: typed, password }: { email: string; password: string },
  origin: Origin,
) {
  const email = typed.toLowerCase();
  const [user] = await findUser(deps.db, email);
  const known = await deps.sessions.knows(user?.id ?? newId(), origin.address);
  const refused = signInFailed(user, origin, "WRONG_CREDENTIALS");
  await checkPassword(deps, { email, user, known, password, address: origin.address }, refused);
  const signedIn = await deps.db.transaction(async (tx) => {
    const account = await lockUser(tx, user!.id);
    if (account.disabled) {
      await writeEvent(tx, signInFailed(account, origin, "ACCOUNT_DISABLED"));
      return undefined;
    }
    await writeEvent(tx, auditEvent(actorOf(account, origin), { kind: "signed_in" }));
    return { user: account, token: await deps.sessions.create(tx, account.id, origin) };
  });
  if (signedIn === undefined) throw accountDisabled();
  return signedIn;
}

// What was typed where there is no such account may be a secret, and is not written down.
function signInFailed(user: User | undefined, origin: Origin, reason: string): AuditEvent {
  const subject = user && { id: user.id, name: user.displayName };
  return auditEvent(strangerFrom(origin), { kind: "sign_in_failed", subject, details: { reason } });
}

// The lock makes whoever disables the account wait, and then find the new session.
async function lockUser(tx: Db, userId: string): Promise<User> {
  const [user] = await tx.select().from(users).where(eq(users.id, userId)).for("share");
  if (user === undefined) throw wrongCredentials();
  return user;
}

function wrongCredentials() {
  return new AppError("WRONG_CREDENTIALS", "The e-mail address or the password is wrong.");
}

export function accountDisabled() {
  return new AppError("ACCOUNT_DISABLED", "An administrator has disabled this account.");
}

type Claim = {
  email: string;
  user: User | undefined;
  known: boolean;
  password: string;
  address: string;
};

/** Throws unless the password is the user's; a wrong one is written down as `refused`. */
async function checkPassword(
  { db, attempts }: Pick<Deps, "db" | "attempts">,
  { email, user, known, password, address }: Claim,
  refused: AuditEvent,
): Promise<void> {
  attempts.checkPassword(email, address, known);
  // Counted before the comparison, so that guesses sent all at once count as well.
  attempts.countWrongPassword(email, address, known);
  if (!(await verifyPassword(password, user?.passwordHash))) {
    await writeEvent(db, refused);
    throw wrongCredentials();
  }
  attempts.forgiveWrongPassword(email, address, known);
}

/** Checks the password of somebody who is signed in, with the limits of signing in. */
export async function confirmPassword(
  deps: Pick<Deps, "db" | "attempts">,
  caller: User,
  password: string,
  origin: Origin,
): Promise<void> {
  const { email } = caller;
  const [user] = await findUser(deps.db, email);
  const refused = auditEvent(actorOf(caller, origin), { kind: "password_refused" });
  const { address } = origin;
  await checkPassword(deps, { email, user, known: true, password, address }, refused);
}

/** Sets a new password after checking the current one, and ends all other sessions. */
export async function changePassword(
  deps: Deps,
  caller: { user: User; sessionId: string },
  input: { currentPassword: string; newPassword: string },
  origin: Origin,
): Promise<void> {
  await confirmPassword(deps, caller.user, input.currentPassword, origin);
  const change = { passwordHash: await hashPassword(input.newPassword), updateTime: new Date() };
  const event = auditEvent(actorOf(caller.user, origin), { kind: "password_changed" });
  const ended: { id: string }[] = [];
  await transact(deps.db, async (tx) => {
    await tx.update(users).set(change).where(eq(users.id, caller.user.id));
    // A repetition finds nothing more to delete when the commit before it went through after all.
    ended.push(...(await deps.sessions.deleteOthers(tx, caller.user.id, caller.sessionId)));
    const { size } = new Set(ended.map(({ id }) => id));
    await writeEvent(tx, { ...event, details: { sessions: String(size) } });
  });
  deps.callers.userChanged(caller.user.id);
  deps.sessions.ended(ended);
}

export async function updateUser(
  { db, callers }: Pick<Deps, "db" | "callers">,
  userId: string,
  change: Partial<Pick<User, "displayName" | "locale" | "theme">>,
): Promise<User> {
  const [user] = await db
    .update(users)
    .set({ ...change, updateTime: new Date() })
    .where(eq(users.id, userId))
    .returning();
  callers.userChanged(userId);
  return user!;
}

export function findUser(db: Db, email: string) {
  return db.select().from(users).where(eq(users.email, email));
}
