import type { Db } from "#db/connect.ts";
import { sql } from "drizzle-orm";

const ACCOUNTS_LOCK = 7_205_001;

/** Lets nobody else decide who is an administrator until the transaction ends: the first account is one, and the last one stays. */
export async function lockAccounts(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
}
