import type { Db } from "#db/connect.ts";
import { users } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { actorOf, type Origin } from "../audit/actor.ts";
import { auditEvent, writeEvent } from "../audit/audit-event.ts";
import type { Config } from "../config.ts";
import { AppError } from "../errors.ts";
import { newId } from "../new-id.ts";
import { lockAccounts } from "./accounts-lock.ts";
import type { Attempts } from "./attempts.ts";
import type { User } from "./callers.ts";
import { isInvitation, useInvitation } from "./invitations.ts";
import { hashPassword } from "./passwords.ts";
import { registrationPolicy } from "./registration-policy.ts";
import type { Sessions } from "./sessions.ts";
import { findUser } from "./users.ts";

type Deps = {
  db: Db;
  sessions: Sessions;
  attempts: Attempts;
  config: Pick<Config, "registration" | "host">;
};

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
  const row = await newMember(input);
  const registered = await transact(deps.db, async (tx) => {
    await lockAccounts(tx);
    const [old] = await findUser(tx, row.email);
    // The same id means that the commit of an earlier try went through after all.
    if (old !== undefined && old.id !== row.id) {
      throw new AppError("EMAIL_TAKEN", "This e-mail address already has an account.");
    }
    const user = old ?? (await insertUser({ ...deps, db: tx }, row, input.invitation, origin));
    return { user, token: await deps.sessions.create(tx, user.id, origin) };
  });
  deps.attempts.trust(row.email, origin.address);
  return registered;
}

async function newMember(input: Registering): Promise<User> {
  const now = new Date();
  return {
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
}

async function insertUser(
  { db: tx, config }: Pick<Deps, "db" | "config">,
  row: User,
  invitation: string,
  origin: Origin,
): Promise<User> {
  const { policy, firstAccount } = await registrationPolicy({ db: tx, config });
  if (policy === "closed") throw registrationClosed();
  const user: User = { ...row, role: firstAccount ? "admin" : "member" };
  await tx.insert(users).values(user);
  if (policy === "invite" && !(await useInvitation(tx, invitation, user.id))) {
    throw invitationRequired();
  }
  const subject = { id: user.id, name: user.displayName };
  const details = { role: user.role, policy };
  const event = auditEvent(actorOf(user, origin), { kind: "registered", subject, details });
  await writeEvent(tx, event);
  return user;
}

function registrationClosed() {
  return new AppError("REGISTRATION_CLOSED", "This server takes no new accounts.");
}

function invitationRequired() {
  return new AppError("INVITATION_REQUIRED", "A valid invitation is needed to register here.");
}
