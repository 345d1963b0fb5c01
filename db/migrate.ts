import { readMigrationFiles } from "drizzle-orm/migrator";
import { fileURLToPath } from "node:url";
import type { TransactionSql } from "postgres";
import type { Database } from "./connect.ts";

const FOLDER = fileURLToPath(new URL("migrations", import.meta.url));
/** The number of our advisory lock: any will do that no other program uses on this database. */
const LOCK = 7_767_241;
const JOURNAL = `
  create schema if not exists drizzle;
  create table drizzle.__drizzle_migrations
    (id serial primary key, hash text not null, created_at bigint)`;

let known: ReturnType<typeof readMigrationFiles> | undefined;

/** The migrations of this version, in their order; each is known by its time. */
export const knownMigrations = () => (known ??= readMigrationFiles({ migrationsFolder: FOLDER }));

/** The names of the tables that the migrations make. */
export function tablesOfMigrations(): Set<string> {
  const text = knownMigrations()
    .flatMap(({ sql }) => sql)
    .join("\n");
  return new Set([...text.matchAll(/CREATE TABLE "(\w+)"/g)].map(([, name]) => name ?? ""));
}

/**
 * Brings the database to the schema of this version, in one transaction and one server at a time.
 * Refuses a database that a newer version has migrated already.
 */
export async function migrateDatabase({ sql }: Pick<Database, "sql">): Promise<void> {
  await sql.begin(async (tx) => {
    await lockMigrations(tx);
    await applyMigrations(tx);
  });
}

/** Until the transaction ends nobody else migrates; another's migration is waited for. */
export async function lockMigrations(tx: TransactionSql): Promise<void> {
  // Another server's migration may take minutes, and so may ours.
  await tx.unsafe(`set local statement_timeout = '30min'; select pg_advisory_xact_lock(${LOCK})`);
}

/** Applies what the database does not have, up to the migration of the time `until`. */
export async function applyMigrations(tx: TransactionSql, until = Infinity): Promise<void> {
  if (!(await hasJournal(tx))) {
    await refuseForeign(tx);
    await tx.unsafe(JOURNAL);
  }
  const applied = await appliedMigrations(tx);
  refuseNewer(applied);
  for (const { sql: statements, hash, folderMillis } of knownMigrations()) {
    if (applied.includes(folderMillis) || folderMillis > until) continue;
    await tx.unsafe(statements.join("\n"));
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at)
             values (${hash}, ${folderMillis})`;
  }
}

/** Throws when there are tables already that bear the names of ours, and are another program's. */
async function refuseForeign(tx: TransactionSql): Promise<void> {
  const names = [...tablesOfMigrations()];
  const found = await tx`select tablename from pg_tables
    where schemaname = current_schema() and tablename in ${tx(names)} order by tablename`;
  if (found.length === 0) return;
  throw new Error(
    `The database holds tables of another program: ${found.map((row) => row["tablename"]).join(", ")}. ` +
      "Make a database for Prosa alone (CREATE DATABASE), and name it in DATABASE_URL.",
  );
}

/** Throws when one of the `applied` migrations is not of this version. */
export function refuseNewer(applied: number[]): void {
  const times = knownMigrations().map(({ folderMillis }) => folderMillis);
  const foreign = applied.find((time) => !times.includes(time));
  if (foreign === undefined) return;
  throw new Error(
    `The database is newer than this Prosa: it has a migration of ${new Date(foreign).toISOString()} ` +
      "that this version does not know. Update Prosa, or restore an older backup.",
  );
}

type Sql = Pick<Database["sql"], "unsafe">;

/** The times of the migrations that the database has, in the table that drizzle's tools use. */
export async function appliedMigrations(sql: Sql): Promise<number[]> {
  if (!(await hasJournal(sql))) return [];
  const rows = await sql.unsafe(
    "select created_at from drizzle.__drizzle_migrations order by created_at",
  );
  return rows.map((row) => Number(row["created_at"]));
}

async function hasJournal(sql: Sql): Promise<boolean> {
  const [found] = await sql.unsafe("select to_regclass('drizzle.__drizzle_migrations') as name");
  return found?.["name"] !== null;
}
