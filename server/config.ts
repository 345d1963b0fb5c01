import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { SAMPLERS, type Sampling } from "./telemetry/sampling.ts";

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
  SLOW_QUERY_MS: "queries that take as long are logged, 0 to 600000 milliseconds",
  METRICS_TOKEN: "whoever sends it may read /metrics, 16 to 256 characters without spaces",
  OTEL_EXPORTER_OTLP_ENDPOINT: "where traces are sent, an http:// or https:// address",
  OTEL_EXPORTER_OTLP_PROTOCOL: "how traces are sent: http/protobuf",
  OTEL_TRACES_SAMPLER: `which traces are kept: ${SAMPLERS.join(", ")}`,
  OTEL_TRACES_SAMPLER_ARG: "the part of the traces that a ratio keeps, 0 to 1",
} as const;

/** Their values are not told, not even wrong ones. */
const SECRETS: string[] = ["DATABASE_URL", "METRICS_TOKEN"] satisfies (keyof typeof settings)[];

type Environment = { readonly [name in keyof typeof settings]?: string | undefined };

export type Config = {
  host: string;
  port: number;
  tls: { cert: Buffer; key: Buffer } | undefined;
  databaseUrl: string | undefined;
  dataFolder: string;
  /** Undefined: open on a loopback address, closed after the first account on any other. */
  registration: Registration | undefined;
  rateLimit: boolean;
  trustProxy: boolean;
  /** Undefined: the Ollama at its usual place, or else the embedded engine. */
  ollamaHost: string | undefined;
  ollamaParallel: number;
  numCtx: number;
  allowRegistryHosts: boolean;
  logLevel: string;
  /** In milliseconds; 0 logs no query for its slowness. */
  slowQueryMs: number;
  /** Undefined: only programs on this machine may read the metrics. */
  metricsToken: string | undefined;
  /** Undefined: nothing is traced. */
  tracing: Sampling | undefined;
};

/** Reads all settings and throws one error that names every problem. */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const text = (name: keyof typeof settings) => env[name]?.trim() || undefined;
  const wrong = (name: keyof typeof settings) => {
    // Passwords must not get into a log, and what is not valid does not tell where its password is.
    const shown = SECRETS.includes(name) || env[name]!.includes("@") ? "…" : env[name]!;
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
  const like = (name: keyof typeof settings, form: RegExp) => {
    const value = text(name);
    if (value !== undefined && !form.test(value)) wrong(name);
    return value;
  };
  const tracing = (): Sampling | undefined => {
    const sampler = choice("OTEL_TRACES_SAMPLER", SAMPLERS) ?? "parentbased_always_on";
    const ratio = Number(like("OTEL_TRACES_SAMPLER_ARG", /^(0?\.\d{1,9}|0|1|1\.0{1,9})$/) ?? "1");
    choice("OTEL_EXPORTER_OTLP_PROTOCOL", ["http/protobuf"]);
    const endpoint = url("OTEL_EXPORTER_OTLP_ENDPOINT", ["http:", "https:"]);
    return endpoint === undefined ? undefined : { sampler, ratio };
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
    slowQueryMs: integer("SLOW_QUERY_MS", 500, 0, 600_000),
    metricsToken: like("METRICS_TOKEN", /^[!-~]{16,256}$/),
    tracing: tracing(),
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
