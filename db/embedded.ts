import { constants, existsSync } from "node:fs";
import { access, chown, mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { chooseAccount } from "./embedded/account.ts";
import { findBinaries } from "./embedded/binaries.ts";
import { prepareCluster, readPassword } from "./embedded/cluster.ts";
import { lockFile } from "./embedded/folder-lock.ts";
import { keepRunning, type Site, startPostmaster, stopPostmaster } from "./embedded/postmaster.ts";
import { portOfRunning, urlOf } from "./embedded/running.ts";

export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

/** Another Prosa that is just starting its PostgreSQL is waited for this long. */
const BORROW_MS = 15_000;

/**
 * A PostgreSQL of our own in `<folder>/postgres`, made at the first start. It outlives a killed
 * process and is taken over by the next; a second process on the folder is refused.
 * `durable: false` trades safety at a power cut for speed, for tests.
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  log?: (line: string) => void;
  durable?: boolean;
}): Promise<EmbeddedPostgres> {
  const { log = () => {}, durable = true } = options;
  const folder = await openFolder(options.folder);
  const lockPath = join(folder, "postgres.lock");
  const lock = lockFile(lockPath);
  if (!lock) {
    throw new Error(
      `Another Prosa is using the data folder ${folder}. ` +
        "Stop it first, or give this one a folder of its own with PROSA_DATA.",
    );
  }
  try {
    const binaries = await findBinaries();
    const account = chooseAccount(folder);
    // Root may start it today, and the person whose folder it is tomorrow.
    if (account) await chown(lockPath, account.uid, account.gid);
    const cluster = join(folder, "postgres");
    log(`Starting PostgreSQL in ${cluster}${account ? ` as ${account.name}` : ""}`);
    const password = await prepareCluster({ cluster, binaries, account, durable });
    const site: Site = { cluster, logFile: `${cluster}.log`, password, binaries, account };
    const port = await startPostmaster(site);
    const letBe = keepRunning(site, port, log);
    return {
      url: urlOf(site, port),
      stop: async () => {
        await letBe();
        await stopPostmaster(site);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The same PostgreSQL for a while: that of the Prosa that is running on the folder, or else one that
 * is started and stopped again. The folder must have one already.
 */
export async function borrowEmbeddedPostgres(options: {
  folder: string;
  durable?: boolean;
}): Promise<EmbeddedPostgres> {
  const cluster = join(options.folder, "postgres");
  if (!existsSync(join(cluster, "PG_VERSION"))) {
    throw new Error(`There is no database in the data folder ${options.folder}.`);
  }
  const folder = await openFolder(options.folder);
  const lock = lockFile(join(folder, "postgres.lock"));
  lock?.release();
  if (lock) return startEmbeddedPostgres(options);
  const site = { cluster: join(folder, "postgres"), password: await readPassword(cluster) };
  const port = await portOfRunning(site, BORROW_MS);
  return { url: urlOf(site, port), stop: async () => {} };
}

async function openFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The data folder ${path} cannot be written to: ${reason}`, { cause });
  }
}
