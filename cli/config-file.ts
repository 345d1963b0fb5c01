import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "./failure.ts";
import { createNewFile } from "./new-file.ts";

/** What is kept between commands: a token for each server, and the server of the last login. */
export type Config = { server?: string; tokens: Record<string, string> };

type Environment = Record<string, string | undefined>;

/** Where each system wants the settings of its users' programs. */
export function configPath(env: Environment, platform: NodeJS.Platform, home = homedir()): string {
  if (env["XDG_CONFIG_HOME"]) return join(env["XDG_CONFIG_HOME"], "prosa", "cli.json");
  if (platform === "win32") {
    return join(env["APPDATA"] || join(home, "AppData", "Roaming"), "prosa", "cli.json");
  }
  if (platform === "darwin") {
    return join(home, "Library", "Application Support", "prosa", "cli.json");
  }
  return join(home, ".config", "prosa", "cli.json");
}

export async function readConfig(path: string): Promise<Config> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw new Failure(`${path} cannot be read: ${error.message}`);
  });
  try {
    return parse(JSON.parse(text));
  } catch {
    throw new Failure(`${path} is damaged. Log in again after removing it.`);
  }
}

function parse(value: unknown): Config {
  const { server, tokens = {} } = value as { server?: unknown; tokens?: object };
  const known = Object.entries(tokens).filter(([, token]) => typeof token === "string");
  return {
    ...(typeof server === "string" && { server }),
    tokens: Object.fromEntries(known) as Record<string, string>,
  };
}

/** Whole or not at all, and readable by its owner alone. */
export async function writeConfig(path: string, config: Config): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new Failure(`${dirname(path)} cannot be made: ${error.message}`);
  });
  const file = await createNewFile(path);
  try {
    await file.write(`${JSON.stringify(config, undefined, 2)}\n`);
    await file.finish();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
