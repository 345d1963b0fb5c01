import type postgres from "postgres";
import { applyMigrations, knownMigrations, lockMigrations } from "../migrate.ts";
import { clearDatabase } from "./clear.ts";
import { connected } from "./connection.ts";
import { copyIn } from "./copy.ts";
import { contentOf } from "./dump.ts";
import type { Header, Manifest } from "./format.ts";
import { countRows, type OnProgress, type OnRows } from "./progress.ts";
import { BadBackup, readBackup } from "./read.ts";
import {
  continueSequences,
  copyInStatement,
  hasRows,
  readTables,
  withoutDerivedIndexes,
} from "./tables.ts";

/** A backup that was read to its end and is whole. `open` gives its bytes anew at each call. */
export type Inspected = { manifest: Manifest; open: () => AsyncIterable<Buffer> };

/** Reads a backup to its end, before anything is done with it. */
export async function inspect(open: () => AsyncIterable<Buffer>): Promise<Inspected> {
  const manifest = await readBackup(open());
  refuseNewerBackup(manifest.header);
  return { manifest, open };
}

export type RestoreOptions = {
  /** Whether the rows that are there may be deleted. */
  replace?: boolean;
  signal?: AbortSignal;
  onProgress?: OnProgress;
};

/**
 * Puts a backup into the database at `url`: the schema that it was made with, its rows, and then
 * the schema of this version. All or nothing.
 */
export async function restore(
  url: string,
  { manifest, open }: Inspected,
  { replace = false, signal, onProgress = () => {} }: RestoreOptions = {},
): Promise<void> {
  const write = async (tx: postgres.TransactionSql) => {
    await lockMigrations(tx);
    await tx.unsafe("set local statement_timeout = 0; set local lock_timeout = '10s'");
    await refuseInUse(tx);
    if (!replace && (await hasRows(tx, await readTables(tx)))) throw new HasData();
    await clearDatabase(tx);
    await applyMigrations(tx, manifest.header.migration);
    await withoutDerivedIndexes(tx, async () => {
      await readBackup(
        open(),
        (table, rows) => copyIn(tx, copyInStatement(table), rows),
        countRows(onProgress, "restore", manifest.tables),
      );
      onProgress({ step: "index" });
    });
    await compare(tx, manifest, countRows(onProgress, "compare", manifest.tables));
    onProgress({ step: "finish" });
    await continueSequences(tx);
    await applyMigrations(tx);
    await tx.unsafe("analyze");
  };
  await connected(url, "prosa restore", (sql) => sql.begin(write), signal);
}

/** The database holds rows, and nobody has said that they may go. */
export class HasData extends Error {
  constructor() {
    super("The database holds data. Nothing was changed.");
  }
}

function refuseNewerBackup({ prosa, migration }: Header): void {
  if (knownMigrations().some(({ folderMillis }) => folderMillis === migration)) return;
  throw new BadBackup(
    `The backup is newer than this Prosa: it was made by Prosa ${prosa}. Update Prosa first.`,
  );
}

/** A server that goes on would write what it remembers into the database of another time. */
async function refuseInUse(tx: postgres.TransactionSql): Promise<void> {
  const users = await tx`
    select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and application_name like 'prosa%'`;
  if (users.length > 0) {
    throw new Error("A Prosa is using the database. Stop it first. Nothing was changed.");
  }
}

/** Reads back what was stored: a restore that lost a byte on its way is none. */
async function compare(
  tx: postgres.TransactionSql,
  { tables }: Manifest,
  onRows: OnRows,
): Promise<void> {
  for (const table of tables) {
    const stored = await contentOf(tx, table, onRows);
    if (stored.rows === table.rows && stored.sha256 === table.sha256) continue;
    throw new Error(
      `What was stored of ${table.table} is not what the backup holds. Nothing was changed.`,
    );
  }
}
