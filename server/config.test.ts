import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { certificate } from "./testing/certificate.ts";
import { isLoopback, readConfig } from "./config.ts";
import { settings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "prosa-config-"));
const cert = join(folder, "cert.pem");
const key = join(folder, "key.pem");
writeFileSync(cert, certificate.cert);
writeFileSync(key, certificate.key);
afterAll(() => rmSync(folder, { recursive: true }));

test("without any setting the server is for this machine only", () => {
  expect(readConfig({})).toEqual({
    host: "127.0.0.1",
    port: 8080,
    tls: undefined,
    databaseUrl: undefined,
    databaseReplicaUrls: [],
    dataFolder: resolve("data"),
    backup: undefined,
    registration: undefined,
    rateLimit: true,
    trustProxy: false,
    ollamaHost: undefined,
    ollamaParallel: 1,
    numCtx: 4096,
    allowRegistryHosts: false,
    logLevel: expect.stringMatching(/^(info|warn)$/),
    slowQueryMs: 500,
    metricsToken: undefined,
    tracing: undefined,
  });
});

test("each setting is read, blanks around it left out", () => {
  const given = {
    HOST: " 0.0.0.0 ",
    PORT: "0",
    TLS_CERT: cert,
    TLS_KEY: key,
    DATABASE_URL: "postgres://user:word@db:5432/prosa",
    DATABASE_REPLICA_URLS: "postgres://user:word@a/prosa , postgresql://b/prosa",
    PROSA_DATA: "/var/lib/prosa",
    BACKUP_FOLDER: "/mnt/backups",
    BACKUP_TIME: "23:05",
    BACKUP_KEEP: "30",
    REGISTRATION: "Invite",
    RATE_LIMIT: "off",
    TRUST_PROXY: "ON",
    OLLAMA_HOST: "https://models.example/",
    OLLAMA_PARALLEL: "4",
    NUM_CTX: "8192",
    ALLOW_REGISTRY_HOSTS: "on",
    LOG_LEVEL: "debug",
    SLOW_QUERY_MS: "50",
    METRICS_TOKEN: "0123456789abcdef",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_SAMPLER: "traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
  };
  expect(Object.keys(given).toSorted()).toEqual(Object.keys(settings).toSorted());
  expect(readConfig(given)).toEqual({
    host: "0.0.0.0",
    port: 0,
    tls: certificate,
    databaseUrl: "postgres://user:word@db:5432/prosa",
    databaseReplicaUrls: ["postgres://user:word@a/prosa", "postgresql://b/prosa"],
    dataFolder: "/var/lib/prosa",
    backup: { folder: "/mnt/backups", hour: 23, minute: 5, keep: 30 },
    registration: "invite",
    rateLimit: false,
    trustProxy: true,
    ollamaHost: "https://models.example",
    ollamaParallel: 4,
    numCtx: 8192,
    allowRegistryHosts: true,
    logLevel: "debug",
    slowQueryMs: 50,
    metricsToken: "0123456789abcdef",
    tracing: { sampler: "traceidratio", ratio: 0.25 },
  });
});

test("an empty setting is none", () => {
  const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, " "]));
  expect(readConfig(empty)).toEqual(readConfig({}));
});

test.each([
  ["PORT", ["-1", "65536", "8o", "80.5", "1e3", "99999999999"]],
  ["DATABASE_URL", ["localhost", "mysql://db/prosa", "://"]],
  ["BACKUP_TIME", ["3:00", "24:00", "12:60", "noon"]],
  ["BACKUP_KEEP", ["0", "1001", "all"]],
  ["REGISTRATION", ["yes", "opened"]],
  ["RATE_LIMIT", ["true", "0"]],
  ["TRUST_PROXY", ["1", "yes"]],
  ["OLLAMA_HOST", ["http://", "a b", "http://[", "ftp://models.example"]],
  ["OLLAMA_PARALLEL", ["0", "1001", "two"]],
  ["NUM_CTX", ["511", "1048577", ""].slice(0, 2)],
  ["ALLOW_REGISTRY_HOSTS", ["y"]],
  ["LOG_LEVEL", ["loud"]],
  ["SLOW_QUERY_MS", ["-1", "0.5", "600001", "fast"]],
  ["METRICS_TOKEN", ["too short", "a token with blanks", "0123456789abcde", "x".repeat(257)]],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", ["collector:4318", "grpc://collector", "http://"]],
  ["OTEL_EXPORTER_OTLP_PROTOCOL", ["grpc", "http/json"]],
  ["OTEL_TRACES_SAMPLER", ["all", "ratio"]],
  ["OTEL_TRACES_SAMPLER_ARG", ["-1", "1.1", "half", ".", "1e-3"]],
] as const)("%s is refused when it is wrong", (name, values) => {
  for (const value of values) {
    const words = new RegExp(`^Wrong settings:\n  ${name}=`);
    expect(() => readConfig({ [name]: value }), value).toThrow(words);
  }
});

test("a folder for backups is enough: a week of them, in the night", () => {
  const { backup } = readConfig({ BACKUP_FOLDER: "backups" });
  expect(backup).toEqual({ folder: resolve("backups"), hour: 3, minute: 0, keep: 7 });
});

test("all problems are told at once", () => {
  const read = () =>
    readConfig({
      PORT: "x",
      REGISTRATION: "x",
      NUM_CTX: "x",
      TLS_CERT: join(folder, "missing"),
    });
  expect(read).toThrow(/PORT=x.*REGISTRATION=x|TLS_CERT/s);
  for (const name of ["PORT", "REGISTRATION", "NUM_CTX", "TLS_CERT", "TLS_KEY"]) {
    expect(read).toThrow(name);
  }
});

test("replicas belong to a database of one's own, and each of them is an address", () => {
  const read = (DATABASE_REPLICA_URLS: string, DATABASE_URL = "postgres://a/prosa") =>
    readConfig({ DATABASE_URL, DATABASE_REPLICA_URLS }).databaseReplicaUrls;
  expect(read("postgres://b/prosa")).toEqual(["postgres://b/prosa"]);
  expect(() => read("postgres://b/prosa", "")).toThrow("DATABASE_REPLICA_URLS needs DATABASE_URL");
  for (const wrong of ["b", "postgres://b/prosa,", "postgres://b/prosa,http://c/prosa"]) {
    expect(() => read(wrong), wrong).toThrow("DATABASE_REPLICA_URLS=… is not valid");
  }
});

test("a certificate needs its key and both must be readable", () => {
  expect(() => readConfig({ TLS_CERT: cert })).toThrow("belong together");
  expect(() => readConfig({ TLS_KEY: key })).toThrow("belong together");
  expect(() => readConfig({ TLS_CERT: cert, TLS_KEY: join(folder, "none") })).toThrow(
    /TLS_KEY=.*cannot be read/,
  );
});

test("a key that is not the certificate's is told together with the other problems", () => {
  const other = join(folder, "other.pem");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(other, privateKey.export({ type: "pkcs8", format: "pem" }));
  const read = (path: string) => () =>
    readConfig({ TLS_CERT: cert, TLS_KEY: path, NUM_CTX: "few" });
  for (const path of [other, cert]) {
    expect(read(path)).toThrow(/TLS_CERT and TLS_KEY do not fit together: .*NUM_CTX=few/s);
  }
});

test("a wrong setting is told with the form that it is to have", () => {
  const wrong = {
    HOST: "a b",
    DATABASE_URL: "db",
    OLLAMA_HOST: "a b",
    PORT: "x",
    TRUST_PROXY: "x",
  };
  const forms = [
    "IP address",
    "postgres://user:secret@host:5432/",
    "http://host:11434",
    "0 to 65535",
    "on or off",
  ];
  for (const form of forms) expect(() => readConfig(wrong)).toThrow(form);
});

test.each([
  ["models", "http://models:11434"],
  ["models:1234", "http://models:1234"],
  ["127.0.0.1:11434", "http://127.0.0.1:11434"],
  ["http://models:1/", "http://models:1"],
  ["embedded", "embedded"],
])("OLLAMA_HOST=%s is taken as Ollama does", (value, expected) => {
  expect(readConfig({ OLLAMA_HOST: value }).ollamaHost).toBe(expected);
});

test.each([
  { DATABASE_URL: "http://user:word@db/prosa" },
  { DATABASE_URL: "postgres//user:a/word@db/prosa" },
  { DATABASE_URL: "user=prosa password=word" },
  { DATABASE_REPLICA_URLS: "postgres://a/prosa,user=prosa password=word" },
  { OLLAMA_HOST: "ftp://user:a/word@models" },
  { METRICS_TOKEN: "a word with blanks" },
])("the password in %j is not told though the address is wrong", (env) => {
  expect(() => readConfig(env)).toThrow(Object.keys(env)[0]!);
  expect(() => readConfig(env)).not.toThrow("word");
});

test("only addresses of this machine are loopback", () => {
  for (const host of ["127.0.0.1", "127.8.8.8", "::1", "localhost"]) {
    expect(isLoopback(host), host).toBe(true);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.example.org", "localhost.example.org"]) {
    expect(isLoopback(host), host).toBe(false);
  }
});
