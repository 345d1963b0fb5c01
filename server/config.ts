import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";

export type Registration = "open" | "invite" | "closed";

/** Every setting: the name of its environment variable and what it is for. */
export const settings = {
  HOST: "address to listen on",
  PORT: "port to listen on, 0 to 65535",
  TLS_CERT: "file with the TLS certificate chain (PEM)",
  TLS_KEY: "file with the TLS private key (PEM)",
  DATABASE_URL: "PostgreSQL to use instead of the embedded one",
  PROSA_DATA: "folder for everything that Prosa keeps",
  REGISTRATION: "who may create an account: open, invite or closed",
  RATE_LIMIT: "limits on attempts: on or off",
  TRUST_PROXY: "take the client's address from X-Forwarded-For: on or off",
  OLLAMA_HOST: "Ollama to use instead of looking for one, or embedded for Prosa's own engine",
  OLLAMA_PARALLEL: "answers at once per model, 1 to 1000",
  NUM_CTX: "greatest context per model in tokens, 512 to 1048576",
  ALLOW_REGISTRY_HOSTS: "allow models from any registry host: on or off",
  LOG_LEVEL: "trace, debug, info, warn, error or silent",
} as const;

type Environment = { readonly [name in keyof typeof settings]?: string | undefined };

export type Config = {
  host: string;
  port: number;
  tls: { cert: Buffer; key: Buffer } | undefined;
  databaseUrl: string | undefined;
  dataFolder: string;
  /** Undefined: as administrators decide; until then open on a loopback address, else closed after the first account. */
  registration: Registration | undefined;
  rateLimit: boolean;
  trustProxy: boolean;
  /** Undefined: the Ollama at its usual place, or else the embedded engine. */
  ollamaHost: string | undefined;
  ollamaParallel: number;
  numCtx: number;
  allowRegistryHosts: boolean;
  logLevel: string;
};

/** Reads all settings and throws one error that names every problem. */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const text = (name: keyof typeof settings) => env[name]?.trim() || undefined;
  const wrong = (name: keyof typeof settings) => {
    // Passwords must not get into a log, and what is not valid does not tell where its password is.
    const shown = name === "DATABASE_URL" || env[name]!.includes("@") ? "…" : env[name]!;
    problems.push(`${name}=${shown} is not valid: ${settings[name]}.`);
  };
  const integer = (name: keyof typeof settings, fallback: number, least: number, most: number) => {
    const value = text(name) ?? String(fallback);
    if (!/^\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most) wrong(name);
    return Number(value);
  };
  const choice = <T extends string>(name: keyof typeof settings, values: readonly T[]) => {
    const value = text(name)?.toLowerCase();
    if (value !== undefined && !values.includes(value as T)) wrong(name);
    return value as T | undefined;
  };
  const file = (name: keyof typeof settings) => {
    const path = text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      problems.push(`${name}=${path} cannot be read: ${(error as Error).message}.`);
      return undefined;
    }
  };
  const url = (name: keyof typeof settings, protocols: string[]) => {
    const value = text(name);
    if (value !== undefined && !protocols.includes(URL.parse(value)?.protocol ?? "")) wrong(name);
    return value;
  };

  const cert = file("TLS_CERT");
  const key = file("TLS_KEY");
  if ((text("TLS_CERT") === undefined) !== (text("TLS_KEY") === undefined)) {
    problems.push("TLS_CERT and TLS_KEY belong together: set both or none.");
  }
  const config: Config = {
    host: text("HOST") ?? "127.0.0.1",
    port: integer("PORT", 8080, 0, 65535),
    tls: cert && key ? { cert, key } : undefined,
    databaseUrl: url("DATABASE_URL", ["postgres:", "postgresql:"]),
    dataFolder: resolve(text("PROSA_DATA") ?? "data"),
    registration: choice("REGISTRATION", ["open", "invite", "closed"]),
    rateLimit: choice("RATE_LIMIT", ["on", "off"]) !== "off",
    trustProxy: choice("TRUST_PROXY", ["on", "off"]) === "on",
    ollamaHost: ollamaHost(text("OLLAMA_HOST")),
    ollamaParallel: integer("OLLAMA_PARALLEL", 1, 1, 1000),
    numCtx: integer("NUM_CTX", 4096, 512, 1_048_576),
    allowRegistryHosts: choice("ALLOW_REGISTRY_HOSTS", ["on", "off"]) === "on",
    logLevel:
      choice("LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "silent"]) ??
      (process.stdout.isTTY ? "warn" : "info"),
  };
  const { ollamaHost: host } = config;
  if (host !== undefined && host !== EMBEDDED && !isWebAddress(host)) wrong("OLLAMA_HOST");
  // A name or an address, without a scheme, a port or brackets.
  if (!/^[\w.:%-]+$/.test(config.host)) wrong("HOST");
  if (problems.length > 0) throw new Error(`Wrong settings:\n  ${problems.join("\n  ")}`);
  return config;
}

/** The value of OLLAMA_HOST that asks for the engine that comes with Prosa. */
export const EMBEDDED = "embedded";

/** Ollama itself takes `host`, `host:port` and full URLs; so does Prosa. */
function ollamaHost(value: string | undefined): string | undefined {
  if (value === undefined || value === EMBEDDED) return value;
  if (value.includes("://")) return value.replace(/\/+$/, "");
  return `http://${value.includes(":") ? value : `${value}:11434`}`;
}

function isWebAddress(value: string): boolean {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}

/** Whether only programs on this machine can reach the address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}
