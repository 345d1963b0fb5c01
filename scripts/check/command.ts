import { spawnSync } from "node:child_process";

export const root = new URL("../../", import.meta.url);

type Result = { ok: boolean; output: string; stdout: string };

/** Runs one of the project's own programs, or another of the machine, in the project's folder. */
export function run(command: string, ...args: string[]): Result {
  const windows = process.platform === "win32";
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    shell: windows,
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
  const output = `${stdout ?? ""}${stderr ?? ""}${error ? error.message : ""}`;
  return { ok: status === 0, output, stdout: stdout ?? "" };
}

/** What the command says when it fails, and nothing when it succeeds. */
export function problemsOf(command: string, ...args: string[]): string {
  const { ok, output } = run(command, ...args);
  return ok ? "" : output || `${command} failed without a word`;
}
