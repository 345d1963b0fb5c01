import { dump } from "#db/backup/dump.ts";
import type { Manifest } from "#db/backup/format.ts";
import { readFileSync } from "node:fs";
import type postgres from "postgres";

const about = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Lets `write` write a backup of what the snapshot sees, and tells what it holds. */
export async function makeBackup(
  snapshot: postgres.Sql,
  write: (bytes: AsyncIterable<Buffer>) => Promise<void>,
  time: Date,
): Promise<Manifest> {
  let manifest: Manifest | undefined;
  const told = { prosa: about.version, time: time.toISOString() };
  await write(dump(snapshot, told, (done) => (manifest = done)));
  if (manifest === undefined) throw new Error("The backup was not written to its end.");
  return manifest;
}
