import type { Db } from "#db/connect.ts";
import { settings, users } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { eq } from "drizzle-orm";
import type { Actor } from "../audit/actor.ts";
import { auditEvent, writeEvent } from "../audit/audit-event.ts";
import { type Config, isLoopback, type Registration } from "../config.ts";
import { AppError } from "../errors.ts";
import { lockAccounts } from "./accounts-lock.ts";

type Deps = { db: Db; config: Pick<Config, "registration" | "host"> };

/** What has been decided about registration, and who decided it: the environment before an administrator. */
export type RegistrationSetting = {
  policy: Registration;
  source: "environment" | "stored" | "default";
};

export async function registrationSetting({ db, config }: Deps): Promise<RegistrationSetting> {
  if (config.registration !== undefined) {
    return { policy: config.registration, source: "environment" };
  }
  const [stored] = await findRegistration(db);
  if (stored !== undefined) return { policy: stored.value as Registration, source: "stored" };
  return { policy: isLoopback(config.host) ? "open" : "closed", source: "default" };
}

/** Who may register now. The first account is always allowed, or nobody could ever get in. */
export async function registrationPolicy(
  deps: Deps,
): Promise<{ policy: Registration; firstAccount: boolean }> {
  const firstAccount = (await deps.db.select({ id: users.id }).from(users).limit(1)).length === 0;
  if (firstAccount) return { policy: "open", firstAccount };
  return { policy: (await registrationSetting(deps)).policy, firstAccount };
}

/** Decides who may register from now on, unless the environment does. */
export async function changeRegistration(
  deps: Deps,
  by: Actor,
  policy: Registration,
): Promise<RegistrationSetting> {
  if (deps.config.registration !== undefined) {
    const words = "REGISTRATION is set in the server's environment, and comes first.";
    throw new AppError("SETTING_FIXED", words, { metadata: { variable: "REGISTRATION" } });
  }
  await transact(deps.db, async (tx) => {
    // Whoever is registering at this moment is through before, or finds the new policy.
    await lockAccounts(tx);
    const { policy: from, source } = await registrationSetting({ ...deps, db: tx });
    if (source === "stored" && from === policy) return;
    await storeRegistration(tx, policy);
    const subject = { name: "registration" };
    const details = { from, to: policy };
    await writeEvent(tx, auditEvent(by, { kind: "setting_changed", subject, details }));
  });
  return { policy, source: "stored" };
}

export function findRegistration(db: Db) {
  return db
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.name, "registration"));
}

async function storeRegistration(tx: Db, value: Registration): Promise<void> {
  const updateTime = new Date();
  await tx
    .insert(settings)
    .values({ name: "registration", value, updateTime })
    .onConflictDoUpdate({ target: settings.name, set: { value, updateTime } });
}
