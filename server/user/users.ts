import type { Db } from "#db/connect.ts";
import { users } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { eq, sql } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { type Config, isLoopback, type Registration } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Attempts } from "./attempts.ts";
import type { Callers, User } from "./callers.ts";
import { isInvitation, useInvitation } from "./invitations.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import type { Origin, Sessions } from "./sessions.ts";

type Deps = {
  db: Db;
  callers: Callers;
  sessions: Sessions;
  attempts: Attempts;
  config: Pick<Config, "registration" | "host">;
};

const ACCOUNTS_LOCK = 7_205_001;

/** Lets nobody else decide who is an administrator until the transaction ends: the first account is one, and the last one stays. */
export async function lockAccounts(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
}

/** Who may register now. The first account is always allowed, or nobody could ever get in. */
export async function registrationPolicy({
  db,
  config,
}: Pick<Deps, "db" | "config">): Promise<{ policy: Registration; firstAccount: boolean }> {
  const firstAccount = (await db.select({ id: users.id }).from(users).limit(1)).length === 0;
  const policy = config.registration ?? (isLoopback(config.host) ? "open" : "closed");
  return { policy: firstAccount ? "open" : policy, firstAccount };
}

type Registering = {
  email: string;
  password: string;
  displayName: string;
  locale: string;
  invitation: string;
};

/** Creates an account and a session for it. */
export async function register(deps: Deps, input: Registering, origin: Origin) {
  deps.attempts.register(origin.address);
  // Asked before the account is looked for, so that only who may register learns who has one.
  const { policy } = await registrationPolicy(deps);
  if (policy === "closed") throw registrationClosed();
  if (policy === "invite" && !(await isInvitation(deps.db, input.invitation))) {
    throw invitationRequired();
  }
  const now = new Date();
  const row: User = {
    id: newId(),
    email: input.email.toLowerCase(),
    displayName: input.displayName.trim(),
    passwordHash: await hashPassword(input.password),
    role: "member",
    locale: input.locale || "en",
    theme: "system",
    disabled: false,
    createTime: now,
    updateTime: now,
  };
  const registered = await transact(deps.db, async (tx) => {
    await lockAccounts(tx);
    const { policy, firstAccount } = await registrationPolicy({ ...deps, db: tx });
    const [old] = await findUser(tx, row.email);
    // The same id means that the commit of an earlier try went through after all.
    if (old !== undefined && old.id !== row.id) {
      throw new AppError("EMAIL_TAKEN", "This e-mail address already has an account.");
    }
    if (old === undefined) {
      if (policy === "closed") throw registrationClosed();
      const user: User = { ...row, role: firstAccount ? "admin" : "member" };
      await tx.insert(users).values(user);
      if (policy === "invite" && !(await useInvitation(tx, input.invitation, user.id))) {
        throw invitationRequired();
      }
      return { user, token: await deps.sessions.create(tx, user.id, origin) };
    }
    return { user: old, token: await deps.sessions.create(tx, old.id, origin) };
  });
  deps.attempts.trust(row.email, origin.address);
  return registered;
}

function registrationClosed() {
  return new AppError("REGISTRATION_CLOSED", "This server takes no new accounts.");
}

function invitationRequired() {
  return new AppError("INVITATION_REQUIRED", "A valid invitation is needed to register here.");
}

/** Checks e-mail and password and starts a session. */
export async function login(
  deps: Deps,
  input: { email: string; password: string },
  origin: Origin,
) {
  const email = input.email.toLowerCase();
  const [user] = await findUser(deps.db, email);
  const known = await deps.sessions.knows(user?.id ?? newId(), origin.address);
  await checkPassword(deps, {
    email,
    user,
    known,
    password: input.password,
    address: origin.address,
  });
  return deps.db.transaction(async (tx) => {
    const enabled = await lockEnabledUser(tx, user!.id);
    return { user: enabled, token: await deps.sessions.create(tx, enabled.id, origin) };
  });
}

// The lock makes whoever disables the account wait, and then find the new session.
async function lockEnabledUser(tx: Db, userId: string): Promise<User> {
  const [user] = await tx.select().from(users).where(eq(users.id, userId)).for("share");
  if (user === undefined) throw wrongCredentials();
  if (user.disabled) throw accountDisabled();
  return user;
}

function wrongCredentials() {
  return new AppError("WRONG_CREDENTIALS", "The e-mail address or the password is wrong.");
}

export function accountDisabled() {
  return new AppError("ACCOUNT_DISABLED", "An administrator has disabled this account.");
}

async function checkPassword(
  { attempts }: Pick<Deps, "attempts">,
  {
    email,
    user,
    known,
    password,
    address,
  }: {
    email: string;
    user: User | undefined;
    known: boolean;
    password: string;
    address: string;
  },
) {
  attempts.checkPassword(email, address, known);
  // Counted before the comparison, so that guesses sent all at once count as well.
  attempts.countWrongPassword(email, address, known);
  if (!(await verifyPassword(password, user?.passwordHash))) {
    throw wrongCredentials();
  }
  attempts.forgiveWrongPassword(email, address, known);
}

/** Checks the password of somebody who is signed in, with the limits of signing in. */
export async function confirmPassword(
  deps: Pick<Deps, "db" | "attempts">,
  { email }: User,
  password: string,
  { address }: Origin,
): Promise<void> {
  const [user] = await findUser(deps.db, email);
  await checkPassword(deps, { email, user, known: true, password, address });
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
  const ended: { id: string }[] = [];
  await transact(deps.db, async (tx) => {
    await tx.update(users).set(change).where(eq(users.id, caller.user.id));
    // A repetition finds nothing more to delete when the commit before it went through after all.
    ended.push(...(await deps.sessions.deleteOthers(tx, caller.user.id, caller.sessionId)));
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
