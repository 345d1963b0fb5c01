import { isIP } from "node:net";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { type Environment, readSettings } from "./settings.ts";
import { SAMPLERS, type Sampling } from "./telemetry/sampling.ts";

export type Registration = "open" | "invite" | "closed";

/** Daily backups: where, when by the clock of this machine, and how many are kept. */
export type BackupConfig = { folder: string; hour: number; minute: number; keep: number };

export type Config = {
  host: string;
  port: number;
  tls: { cert: Buffer; key: Buffer } | undefined;
  databaseUrl: string | undefined;
  databaseReplicaUrls: string[];
  dataFolder: string;
  /** Undefined: no daily backups. */
  backup: BackupConfig | undefined;
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
  const settings = readSettings(env, problems);
  const { choice, integer, list, text, url, wrong } = settings;
  const config: Config = {
    host: text("HOST") ?? "127.0.0.1",
    port: integer("PORT", 8080, 0, 65535),
    tls: readTls(settings, problems),
    databaseUrl: url("DATABASE_URL", isDatabaseUrl),
    databaseReplicaUrls: list("DATABASE_REPLICA_URLS", isDatabaseUrl),
    dataFolder: resolve(text("PROSA_DATA") ?? "data"),
    backup: readBackup(settings),
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
    metricsToken: text("METRICS_TOKEN"),
    tracing: readTracing(settings),
  };
  if (config.databaseReplicaUrls.length > 0 && config.databaseUrl === undefined) {
    problems.push(
      "DATABASE_REPLICA_URLS needs DATABASE_URL: Prosa's own PostgreSQL has no replicas.",
    );
  }
  const { ollamaHost: host } = config;
  if (host !== undefined && host !== EMBEDDED && !isWebAddress(host)) wrong("OLLAMA_HOST");
  // A name or an address, without a scheme, a port or brackets.
  if (!/^[\w.:%-]+$/.test(config.host)) wrong("HOST");
  if (!/^[!-~]{16,256}$/.test(config.metricsToken ?? "-".repeat(16))) wrong("METRICS_TOKEN");
  if (problems.length > 0) throw new Error(`Wrong settings:\n  ${problems.join("\n  ")}`);
  return config;
}

type Settings = ReturnType<typeof readSettings>;

function readBackup({ text, time, integer }: Settings): BackupConfig | undefined {
  const folder = text("BACKUP_FOLDER");
  const [hour, minute] = time("BACKUP_TIME", "03:00").split(":").map(Number) as [number, number];
  const keep = integer("BACKUP_KEEP", 7, 1, 1000);
  return folder === undefined ? undefined : { folder: resolve(folder), hour, minute, keep };
}

function readTracing({ choice, fraction, url }: Settings): Sampling | undefined {
  choice("OTEL_EXPORTER_OTLP_PROTOCOL", ["http/protobuf"]);
  const sampler = choice("OTEL_TRACES_SAMPLER", SAMPLERS) ?? "parentbased_always_on";
  const ratio = fraction("OTEL_TRACES_SAMPLER_ARG");
  return url("OTEL_EXPORTER_OTLP_ENDPOINT", isWebAddress) ? { sampler, ratio } : undefined;
}

function readTls({ file, text }: Settings, problems: string[]): Config["tls"] {
  const cert = file("TLS_CERT");
  const key = file("TLS_KEY");
  if ((text("TLS_CERT") === undefined) !== (text("TLS_KEY") === undefined)) {
    problems.push("TLS_CERT and TLS_KEY belong together: set both or none.");
  }
  if (!cert || !key) return undefined;
  try {
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    problems.push(`TLS_CERT and TLS_KEY do not fit together: ${(error as Error).message}.`);
    return undefined;
  }
}

/** The value of OLLAMA_HOST that asks for the engine that comes with Prosa. */
export const EMBEDDED = "embedded";

/** Ollama itself takes `host`, `host:port` and full URLs; so does Prosa. */
function ollamaHost(value: string | undefined): string | undefined {
  if (value === undefined || value === EMBEDDED) return value;
  if (value.includes("://")) return value.replace(/\/+$/, "");
  return `http://${value.includes(":") ? value : `${value}:11434`}`;
}

function isDatabaseUrl(value: string): boolean {
  return /^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? "");
}

function isWebAddress(value: string): boolean {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}

/** Whether only programs on this machine can reach the address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}
