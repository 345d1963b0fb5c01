import { readMigrationFiles } from "drizzle-orm/migrator";
import { fileURLToPath } from "node:url";
import type { TransactionSql } from "postgres";
import type { Database } from "./connect.ts";

const FOLDER = fileURLToPath(new URL("migrations", import.meta.url));
/** The number of our advisory lock: any will do that no other program uses on this database. */
const LOCK = 7_767_241;

/**
 * Brings the database to the schema of this version, in one transaction and one server at a time.
 * Refuses a database that a newer version has migrated already.
 */
export async function migrateDatabase({ sql }: Pick<Database, "sql">): Promise<void> {
  const known = readMigrationFiles({ migrationsFolder: FOLDER });
  await sql.begin(async (tx) => {
    // Another server's migration may take minutes, and so may ours.
    await tx.unsafe(`set local statement_timeout = '30min'; select pg_advisory_xact_lock(${LOCK})`);
    const applied = await readApplied(tx);
    const foreign = applied.find(
      (time) => !known.some(({ folderMillis }) => folderMillis === time),
    );
    if (foreign !== undefined) {
      throw new Error(
        `The database is newer than this Prosa: it has a migration of ${new Date(foreign).toISOString()} ` +
          "that this version does not know. Update Prosa, or restore an older backup.",
      );
    }
    for (const { sql: statements, hash, folderMillis } of known) {
      if (applied.includes(folderMillis)) continue;
      await tx.unsafe(statements.join("\n"));
      await tx`insert into drizzle.__drizzle_migrations (hash, created_at)
               values (${hash}, ${folderMillis})`;
    }
  });
}

/** The times of the migrations that the database has, in the table that drizzle's tools use. */
async function readApplied(tx: TransactionSql): Promise<number[]> {
  const [found] = await tx`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (!found?.["name"]) {
    await tx.unsafe(`
      create schema if not exists drizzle;
      create table drizzle.__drizzle_migrations
        (id serial primary key, hash text not null, created_at bigint)`);
  }
  const rows = await tx`select created_at from drizzle.__drizzle_migrations order by created_at`;
  return rows.map((row) => Number(row["created_at"]));
}
