import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const COMMAND = join(import.meta.dirname, "../../cli/prosa.mjs");

export type Ended = { code: number; out: string; err: string };

/** The `prosa` command as a person with a settings folder of their own runs it. */
export function commandIn(folder: string, env: Record<string, string> = {}) {
  function start(args: string[], more: Record<string, string> = {}) {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      env: { ...cleanEnvironment(), XDG_CONFIG_HOME: folder, ...env, ...more },
      stdio: ["pipe", "pipe", "pipe"],
    });
    return watch(child);
  }
  /** Runs it to its end, with this on its standard input. */
  async function run(
    args: string[],
    input = "",
    more: Record<string, string> = {},
  ): Promise<Ended> {
    const running = start(args, more);
    running.child.stdin!.end(input);
    return running.ended;
  }
  return { start, run };
}

function watch(child: ChildProcess) {
  let out = "";
  let err = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (err += text));
  // A command that has ended reads no more.
  child.stdin!.on("error", () => {});
  const ended = once(child, "close").then(([code]) => ({ code: code as number, out, err }));
  return { child, out: () => out, err: () => err, ended };
}

function cleanEnvironment() {
  const { PROSA_SERVER: _, PROSA_TOKEN: __, ...rest } = process.env;
  return rest;
}
