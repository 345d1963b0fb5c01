import { existsSync, readFileSync } from "node:fs";
import type { Database } from "../connect.ts";
import { applyMigrations } from "../migrate.ts";

type Journal = { entries: { tag: string; when: number }[] };
const journal = JSON.parse(
  readFileSync(new URL("../migrations/meta/_journal.json", import.meta.url), "utf8"),
) as Journal;

/** The names of all migrations, in their order. */
export const migrations = journal.entries.map(({ tag }) => tag);

const sampleOf = (tag: string) => new URL(`samples/${tag}.sql`, import.meta.url);

export const hasSample = (tag: string): boolean => existsSync(sampleOf(tag));

/**
 * Brings an empty database to the migration `tag`, with rows as the servers of each migration up to
 * it have left them.
 */
export async function fillUpTo(tag: string, { sql }: Pick<Database, "sql">): Promise<void> {
  for (const entry of journal.entries.slice(0, migrations.indexOf(tag) + 1)) {
    await sql.begin((tx) => applyMigrations(tx, entry.when));
    if (hasSample(entry.tag)) await sql.unsafe(readFileSync(sampleOf(entry.tag), "utf8"));
  }
}
