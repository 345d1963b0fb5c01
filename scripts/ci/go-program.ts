import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { output, run } from "./run.ts";

/** Where what this folder builds and installs is kept from one run to the next. */
export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "prosa-ci");

/** Fails with words that say what is missing. */
export function need(command: string): void {
  try {
    output(command, [command === "go" ? "version" : "--version"]);
  } catch (cause) {
    throw new Error(`This step needs the command "${command}" and did not find it.`, { cause });
  }
}

/** The path of a Go program, installed on the first call. */
export function goProgram(path: string, version: string): string {
  const name = basename(path);
  const folder = join(cache, `${name}-${version}`);
  const binary = join(folder, name);
  if (!existsSync(binary)) {
    need("go");
    mkdirSync(folder, { recursive: true });
    run("go", ["install", `${path}@${version}`], { cwd: folder, env: { GOBIN: folder } });
  }
  return binary;
}

/** The folder of a Go module, which is downloaded when it is not there. */
export function moduleFolder(name: string, version: string): string {
  need("go");
  mkdirSync(cache, { recursive: true });
  const info = output("go", ["mod", "download", "-json", `${name}@${version}`], { cwd: cache });
  return (JSON.parse(info) as { Dir: string }).Dir;
}
