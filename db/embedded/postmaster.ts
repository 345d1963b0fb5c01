import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fchownSync, openSync, readFileSync } from "node:fs";
import { rm, stat, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, launchAs } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { cleanEnvironment } from "./cluster.ts";
import { mayServe, readPidFile } from "./pid-file.ts";
import { findRunning, POLL_MS, START_MS } from "./running.ts";

const FAST_SHUTDOWN_MS = 10_000;
const LOG_BYTES = 1_048_576;
const LAUNCHES = 5;
const WATCH_MS = 500;

/** Everything that is needed to start, find and stop the server process of one cluster. */
export type Site = {
  cluster: string;
  logFile: string;
  password: string;
  binaries: Binaries;
  account: Account | undefined;
};

/**
 * Starts the server process, or takes over the one that an earlier process left; its port.
 * `wanted` is the only port that will do, if given.
 */
export async function startPostmaster(site: Site, wanted?: number): Promise<number> {
  const running = await findRunning(site);
  if (running !== undefined) return running;
  const log = await stat(site.logFile).catch(() => undefined);
  if (log && log.size > LOG_BYTES) await truncate(site.logFile);
  for (let launches = 1; ; launches += 1) {
    // We hold the folder and nothing of ours runs: whatever the file says is not true any more.
    await rm(join(site.cluster, "postmaster.pid"), { force: true });
    const from = (await stat(site.logFile).catch(() => undefined))?.size ?? 0;
    const port = wanted ?? (await freePort());
    if (await becomesReady(site, launch(site, port))) return port;
    const words = readFileSync(site.logFile).subarray(from).toString().trim();
    const passing = /Address already in use|could not create any TCP|still in use/.test(words);
    if (!passing || launches === LAUNCHES) {
      throw new Error(`PostgreSQL did not start in ${site.cluster}: ${words || "no reason given"}`);
    }
    await sleep(100 * launches);
  }
}

function launch({ cluster, logFile, binaries, account }: Site, port: number): ChildProcess {
  const log = openSync(logFile, "a", 0o600);
  try {
    // Windows: pg_ctl gives up an administrator's rights, which PostgreSQL would refuse.
    if (account) fchownSync(log, account.uid, account.gid);
    const { command, args, options } =
      process.platform === "win32"
        ? launchAs(
            account,
            binaries.pg_ctl,
            ["start", "-W", "-D", cluster, "-o", `-p ${port}`],
            cluster,
          )
        : launchAs(account, binaries.postgres, ["-D", cluster, "-p", `${port}`], cluster);
    const child = spawn(command, args, {
      ...options,
      env: cleanEnvironment(),
      // A group of its own: Ctrl-C in the terminal is for the server, which then stops it in order.
      detached: true,
      stdio: ["ignore", log, log],
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function becomesReady({ cluster }: Site, child: ChildProcess): Promise<boolean> {
  let ended = false;
  let failure: Error | undefined;
  child.on("exit", (code) => (ended = process.platform !== "win32" || code !== 0));
  child.on("error", (error) => (failure = error));
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(POLL_MS)) {
    if (readPidFile(cluster)?.ready) return true;
    if (failure) throw new Error(`PostgreSQL could not be started: ${failure.message}`);
    if (ended) return false;
  }
  throw new Error(`PostgreSQL in ${cluster} was not ready within ${START_MS / 1000} s.`);
}

/** Starts the server process again whenever it ended by itself; the result lets it be. */
export function keepRunning(
  site: Site,
  port: number,
  log: (line: string) => void,
): () => Promise<void> {
  let pid = readPidFile(site.cluster)?.pid;
  let restart: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (restart || (pid !== undefined && mayServe(pid, site.cluster))) return;
    log("PostgreSQL ended unexpectedly and is started again");
    restart = startPostmaster(site, port)
      .then(
        () => void (pid = readPidFile(site.cluster)?.pid),
        (error: Error) => log(error.message),
      )
      .finally(() => (restart = undefined));
  }, WATCH_MS).unref();
  return async () => {
    clearInterval(timer);
    await restart;
  };
}

/** Ends the server process in order and waits until it is gone. */
export async function stopPostmaster({ cluster, binaries }: Site): Promise<void> {
  const pid = readPidFile(cluster)?.pid;
  const start = Date.now();
  let signal: NodeJS.Signals | undefined;
  while (pid !== undefined && mayServe(pid, cluster)) {
    const next = Date.now() - start < FAST_SHUTDOWN_MS ? "SIGINT" : "SIGQUIT";
    if (next !== signal) send(pid, (signal = next), cluster, binaries);
    await sleep(POLL_MS);
  }
}

function send(pid: number, signal: NodeJS.Signals, cluster: string, { pg_ctl }: Binaries) {
  // Windows knows no signals: Node would end the process on the spot.
  if (process.platform === "win32") {
    const mode = signal === "SIGINT" ? "fast" : "immediate";
    spawn(pg_ctl, ["stop", "-W", "-D", cluster, "-m", mode], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
