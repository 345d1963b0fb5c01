import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Node process of its own, so that its processor time is counted apart. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Where its output goes. */
  readonly logFile: string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Shared by all processes, so that none has to compile what another one need not. */
const compileCache = mkdtempSync(join(tmpdir(), "prosa-bench-cache-"));
const root = join(import.meta.dirname, "..");
const patienceMs = 20_000;
process.once("exit", () => rmSync(compileCache, { recursive: true, force: true }));

/** Runs a file of this project. */
export function startChild(
  args: readonly string[],
  environment: Record<string, string> = {},
): Child {
  const name = (args.find((arg) => arg.endsWith(".ts")) ?? "node").replaceAll("/", "-");
  const logFile = join(mkdtempSync(join(tmpdir(), "prosa-bench-log-")), `${name}.log`);
  // Straight into the file: through a pipe the measuring process would pay for each line, and keep
  // the child waiting while it has other things to do.
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_COMPILE_CACHE: compileCache,
      ...environment,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = () => end(child, ended);
  return { pid: child.pid ?? -1, logFile, ended, stop, [Symbol.asyncDispose]: stop };
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await ended;
  clearTimeout(impatience);
}

/** A TCP port that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Calls until it succeeds; returns milliseconds since `since`. */
export async function waitFor(
  attempt: () => Promise<boolean>,
  child: Child,
  since = performance.now(),
  limitMs = 120_000,
): Promise<number> {
  for (;;) {
    if (await attempt().catch(() => false)) return performance.now() - since;
    if (performance.now() - since > limitMs) throw new Error(`not up; see ${child.logFile}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
