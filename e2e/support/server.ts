import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MAIN = join(import.meta.dirname, "../../server/main.ts");

/** A real Prosa in a process of its own. */
export type RunningServer = AsyncDisposable & {
  url: string;
  pid: number;
  dataFolder: string;
  /** Everything that it has written so far. */
  output(): string;
  /** Sends a signal and waits for the end of the process. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same data folder and port. */
  again(): Promise<RunningServer>;
};

type Options = { env?: Record<string, string>; dataFolder?: string; port?: number };

/** What each server of this file, and its database, have written to their logs and the terminal. */
export const outputs: (() => string)[] = [];

/** Starts a server; without OLLAMA_HOST in the environment it runs the embedded engine. */
export async function startServer(options: Options = {}): Promise<RunningServer> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), "prosa-e2e-")));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      OLLAMA_HOST: "embedded",
      ...process.env,
      PORT: String(options.port ?? 0),
      PROSA_DATA: dataFolder,
      LOG_LEVEL: "info",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  outputs.push(() => output);
  const gone = once(child, "exit");
  const remove = () => rm(dataFolder, { recursive: true, force: true });
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  const url = await readUrl(
    child,
    gone,
    (line) => (output += `${line}\n`),
    () => output,
  ).catch(async (error: unknown) => {
    // A folder of one's own is of no use to anybody else.
    if (options.dataFolder === undefined) await remove();
    throw error;
  });

  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid!,
    dataFolder,
    output: () => output,
    kill,
    again: () => startServer({ ...options, dataFolder, port: Number(new URL(url).port) }),
    async [Symbol.asyncDispose]() {
      await kill("SIGTERM");
      const postgres = await readFile(join(dataFolder, "postgres.log"), "utf8").catch(() => "");
      outputs.push(() => postgres);
      await remove();
    },
  };
}

async function readUrl(
  child: ChildProcess,
  gone: Promise<unknown>,
  keep: (line: string) => void,
  output: () => string,
): Promise<string> {
  const found = Promise.withResolvers<string>();
  createInterface(child.stderr!).on("line", (line) => {
    keep(line);
    const url = /^Prosa is at (\S+)$/.exec(line)?.[1];
    if (url !== undefined) found.resolve(url);
  });
  void gone.then(() => found.reject(new Error(`the server did not start:\n${output()}`)));
  return found.promise;
}
