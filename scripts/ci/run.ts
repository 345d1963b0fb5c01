import { execFileSync } from "node:child_process";

type Where = { cwd?: string; env?: Record<string, string> };

/** Runs a command to its end with its output shown; throws when it fails. */
export function run(command: string, args: string[], where: Where = {}): void {
  console.log(`> ${command} ${args.join(" ")}`);
  execFileSync(command, args, {
    cwd: where.cwd,
    stdio: "inherit",
    env: { ...process.env, ...where.env },
  });
}

/** What a command prints on its standard output; throws when it fails. */
export function output(command: string, args: string[], where: Where = {}): string {
  return execFileSync(command, args, {
    cwd: where.cwd,
    encoding: "utf8",
    env: { ...process.env, ...where.env },
  });
}
