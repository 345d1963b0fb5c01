import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { remember } from "./written.ts";

const COMMAND = join(import.meta.dirname, "../../cli/prosa.mjs");

export type Ended = { code: number; out: string; err: string };

/** The `prosa` command as a person with a settings folder of their own runs it. */
export function commandIn(folder: string, env: Record<string, string> = {}) {
  function start(args: string[], more: Record<string, string> = {}) {
    // One word may be the name of a command or a file.
    for (const arg of args) if (arg.includes(" ")) remember(arg);
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
    for (const line of input.split("\n")) remember(line);
    const running = start(args, more);
    running.child.stdin!.end(input);
    return running.ended;
  }
  return { start, run };
}

function watch(child: ChildProcess) {
  let out = "";
  let err = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    for (const token of text.match(/prosa_[\w-]+/g) ?? []) remember(token);
  });
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
