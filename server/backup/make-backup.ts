import { dump } from "#db/backup/dump.ts";
import type { Manifest } from "#db/backup/format.ts";
import type { OnProgress } from "#db/backup/progress.ts";
import type postgres from "postgres";
import { VERSION } from "../version.ts";

/** Lets `write` write a backup of what the snapshot sees, and tells what it holds. */
export async function makeBackup(
  snapshot: postgres.Sql,
  write: (bytes: AsyncIterable<Buffer>) => Promise<void>,
  time: Date,
  onProgress?: OnProgress,
): Promise<Manifest> {
  let manifest: Manifest | undefined;
  const told = { prosa: VERSION, time: time.toISOString() };
  await write(dump(snapshot, told, (done) => (manifest = done), onProgress));
  if (manifest === undefined) throw new Error("The backup was not written to its end.");
  return manifest;
}
