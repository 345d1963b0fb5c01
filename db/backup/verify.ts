import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../embedded.ts";
import type { Progress } from "./progress.ts";
import { type Inspected, restore, type RestoreOptions } from "./restore.ts";

/** Restores a backup into a PostgreSQL that is made for this within `folder`, and thrown away. */
export async function verifyBackup(
  folder: string,
  backup: Inspected,
  { onProgress = () => {}, ...options }: Pick<RestoreOptions, "signal" | "onProgress"> = {},
): Promise<void> {
  const tell = (progress: Progress) => onProgress({ ...progress, trial: true });
  tell({ step: "start" });
  await mkdir(folder, { recursive: true });
  const place = await mkdtemp(join(folder, "verify-"));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(place, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({ folder: place, durable: false });
  undo.defer(() => server.stop());
  await restore(server.url, backup, { ...options, onProgress: tell });
}
