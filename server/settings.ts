import { readFileSync } from "node:fs";
import { SAMPLERS } from "./telemetry/sampling.ts";

/** Every setting: the name of its environment variable and what it is for. */
export const settings = {
  HOST: "address to listen on, a name or an IP address without a port",
  PORT: "port to listen on, 0 to 65535",
  TLS_CERT: "file with the TLS certificate chain (PEM)",
  TLS_KEY: "file with the TLS private key (PEM)",
  DATABASE_URL:
    "PostgreSQL to use instead of the embedded one, as postgres://user:secret@host:5432/database",
  DATABASE_REPLICA_URLS:
    "replicas of DATABASE_URL to read from, as postgres://user:secret@host:5432/database, separated by commas",
  PROSA_DATA: "folder for everything that Prosa keeps",
  BACKUP_FOLDER: "folder for daily backups, none without it",
  BACKUP_TIME: "time of day for the backup, 00:00 to 23:59",
  BACKUP_KEEP: "daily backups that are kept, 1 to 1000",
  REGISTRATION: "who may create an account: open, invite or closed",
  RATE_LIMIT: "limits on attempts: on or off",
  TRUST_PROXY: "take the client's address from X-Forwarded-For: on or off",
  OLLAMA_HOST:
    "Ollama to use instead of looking for one, as http://host:11434, or embedded for Prosa's own engine",
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
const SECRETS: string[] = [
  "DATABASE_URL",
  "DATABASE_REPLICA_URLS",
  "METRICS_TOKEN",
] satisfies (keyof typeof settings)[];

export type Environment = { readonly [name in keyof typeof settings]?: string | undefined };

type Name = keyof typeof settings;

/** Readers of settings by their kind; what is wrong is added to the problems. */
export function readSettings(env: Environment, problems: string[]) {
  const text = (name: Name) => env[name]?.trim() || undefined;
  const wrong = (name: Name) => {
    // Passwords must not get into a log, and what is not valid does not tell where its password is.
    const shown = SECRETS.includes(name) || env[name]!.includes("@") ? "…" : env[name]!;
    problems.push(`${name}=${shown} is not valid: ${settings[name]}.`);
  };
  const integer = (name: Name, fallback: number, least: number, most: number) => {
    const value = text(name) ?? String(fallback);
    if (!/^\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most) wrong(name);
    return Number(value);
  };
  const time = (name: Name, fallback: string) => {
    const value = text(name) ?? fallback;
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(value)) wrong(name);
    return value;
  };
  const choice = <T extends string>(name: Name, values: readonly T[]) => {
    const value = text(name)?.toLowerCase();
    if (value !== undefined && !values.includes(value as T)) wrong(name);
    return value as T | undefined;
  };
  const file = (name: Name) => {
    const path = text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      problems.push(`${name}=${path} cannot be read: ${(error as Error).message}.`);
      return undefined;
    }
  };
  const url = (name: Name, isValid: (value: string) => boolean) => {
    const value = text(name);
    if (value !== undefined && !isValid(value)) wrong(name);
    return value;
  };
  const fraction = (name: Name) => {
    const value = text(name) ?? "1";
    if (!/^(0|1|[01]?\.\d{1,9})$/.test(value) || Number(value) > 1) wrong(name);
    return Number(value);
  };
  const list = (name: Name, isValid: (value: string) => boolean) => {
    const values =
      text(name)
        ?.split(",")
        .map((value) => value.trim()) ?? [];
    if (!values.every(isValid)) wrong(name);
    return values;
  };
  return { choice, file, fraction, integer, list, text, time, url, wrong };
}
