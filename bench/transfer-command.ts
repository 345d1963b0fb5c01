import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

const main = join(import.meta.dirname, "../cli/main.ts");

/** How the `prosa` command is to be run. */
export interface CommandRun {
  readonly args: readonly string[];
  readonly input?: AsyncIterable<Uint8Array>;
  /** Absent means 0. */
  readonly exitCode?: number;
}

/** Runs the `prosa` command to its end; returns the most bytes of memory that it ever held. */
export async function runCommand(
  { url, token }: { url: string; token: string },
  { args, input, exitCode = 0 }: CommandRun,
): Promise<number> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, PROSA_SERVER: url, PROSA_TOKEN: token },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakBytes(child.pid ?? -1))), 10);
  try {
    const [errors, [code]] = await Promise.all([
      text(child.stderr),
      once(child, "exit"),
      input === undefined ? child.stdin.end() : pipeline(input, child.stdin),
    ]);
    if (code !== exitCode) throw new Error(`prosa ${args.join(" ")} ended with ${code}: ${errors}`);
    return peak;
  } finally {
    clearInterval(timer);
  }
}

/** The most memory that a process has held since its start; 0 when it is gone. */
function peakBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
