import { DRAFT, writeBackupFile } from "#db/backup/file.ts";
import { inWords } from "#db/backup/format.ts";
import { inSnapshot } from "#db/backup/snapshot.ts";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type postgres from "postgres";
import type { BackupConfig } from "../config.ts";
import { BACKUP_CHECK, BACKUP_LIMIT, BACKUP_RETRY, DRAFT_LIFETIME } from "../limits.ts";
import type { Log } from "../log.ts";
import { backupName, timeOfBackup } from "./backup-names.ts";
import { makeBackup } from "./make-backup.ts";

/** Held while a backup is made: of all servers on a database only one makes it. */
const LOCK = 7_767_242;

export type BackupState = {
  folder: string;
  /** How many backups lie there. */
  count: number;
  /** When the newest of them was made. */
  newestTime: Date | undefined;
  /** When the last attempt failed: from when on it is tried again. */
  retryTime: Date | undefined;
};

export type DailyBackups = ReturnType<typeof createDailyBackups>;

/**
 * Makes a backup a day when the settings ask for it, and keeps the newest. A failure is logged and
 * told to who asks, and what there was before it stays.
 */
export function createDailyBackups(config: BackupConfig | undefined, log: Log) {
  let failure: { error: unknown; time: number } | undefined;

  async function run(url: string, now: Date, stopping?: AbortSignal): Promise<void> {
    if (!config || (failure && now.getTime() - failure.time < BACKUP_RETRY)) return;
    try {
      if (!(await isDue(config, now))) return;
      const limit = AbortSignal.timeout(BACKUP_LIMIT);
      const signal = stopping ? AbortSignal.any([stopping, limit]) : limit;
      const done = await backUpAlone(url, config, now, signal);
      if (done) log.info(done, "backup made");
      failure = undefined;
    } catch (error) {
      if (stopping?.aborted) return;
      failure = { error, time: now.getTime() };
      log.error({ err: error }, "the daily backup failed");
    }
  }

  return {
    run,
    /** Rejects while the last attempt is one that failed. */
    async check(): Promise<void> {
      if (failure) throw failure.error;
    },
    /** What there is in the folder, and how the last attempt went; undefined when none are wanted. */
    async state(): Promise<BackupState | undefined> {
      if (!config) return undefined;
      const { folder } = config;
      // A folder that cannot be read fails the attempts too, and so is told by these.
      const names = await backupsIn(folder).catch(() => []);
      const retryTime = failure && new Date(failure.time + BACKUP_RETRY);
      const newestTime = timeOfBackup(names.at(-1) ?? "");
      return { folder, count: names.length, newestTime, retryTime };
    },
    /** Looks from now on whether a backup is due; the result ends that, and the backup under way. */
    start(url: string): () => Promise<void> {
      if (!config) return async () => {};
      const stopping = new AbortController();
      let running: Promise<void> | undefined;
      const look = () => {
        running ??= run(url, new Date(), stopping.signal).finally(() => (running = undefined));
      };
      look();
      const timer = setInterval(look, BACKUP_CHECK).unref();
      return async () => {
        clearInterval(timer);
        stopping.abort();
        await running;
      };
    },
  };
}

/** What was made; undefined when another server is making it, or has made it meanwhile. */
function backUpAlone(url: string, config: BackupConfig, now: Date, signal: AbortSignal) {
  const name = backupName(now);
  const make = async (sql: postgres.Sql) => {
    const [lock] = await sql`select pg_try_advisory_xact_lock(${LOCK}) as taken`;
    if (lock?.["taken"] !== true || !(await isDue(config, now))) return undefined;
    await mkdir(config.folder, { recursive: true, mode: 0o700 });
    const write = (bytes: AsyncIterable<Buffer>) =>
      writeBackupFile(join(config.folder, name), bytes);
    const manifest = await makeBackup(sql, write, now);
    await tidy(config, now);
    return { file: name, content: inWords(manifest) };
  };
  return inSnapshot(url, make, signal);
}

/** Whether the time of day has come since the newest backup in the folder, or there is none. */
export async function isDue({ folder, hour, minute }: BackupConfig, now: Date): Promise<boolean> {
  const newest = timeOfBackup((await backupsIn(folder)).at(-1) ?? "");
  const due = new Date(now);
  due.setHours(hour, minute, 0, 0);
  if (due > now) due.setDate(due.getDate() - 1);
  return newest === undefined || newest < due;
}

async function backupsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => timeOfBackup(name) !== undefined).toSorted();
}

/** Deletes the backups that are too many, and what a killed server did not finish. */
async function tidy({ folder, keep }: BackupConfig, now: Date): Promise<void> {
  for (const name of (await backupsIn(folder)).slice(0, -keep)) await rm(join(folder, name));
  for (const name of await readdir(folder)) {
    if (!name.startsWith("prosa-") || !name.endsWith(DRAFT)) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (now.getTime() - mtimeMs > DRAFT_LIFETIME) await rm(join(folder, name), { force: true });
  }
}
