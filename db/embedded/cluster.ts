import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chown,
  lchown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { type Account, launchAs } from "./account.ts";
import type { Binaries } from "./binaries.ts";

export const USER = "prosa";
const VERSION = "18";
const PASSWORD_FILE = "prosa.password";

/** For a small machine: few processes, little memory while idle, and nothing lost at a power cut. */
const SETTINGS = `# Written by Prosa at each start; use ALTER SYSTEM for changes of your own.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 40
password_encryption = 'scram-sha-256'
shared_buffers = 128MB
huge_pages = off
jit = off
io_method = sync
max_worker_processes = 0
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 1
autovacuum_worker_slots = 1
wal_level = minimal
max_wal_senders = 0
min_wal_size = 32MB
max_wal_size = 256MB
log_min_messages = warning
log_checkpoints = off
log_error_verbosity = terse
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'
timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
`;

const HASTY_SETTINGS = `fsync = off
full_page_writes = off
max_connections = 200
`;

/** Makes sure that `cluster` is a PostgreSQL cluster of our version, and tells its password. */
export async function prepareCluster(options: {
  cluster: string;
  binaries: Binaries;
  account: Account | undefined;
  durable: boolean;
}): Promise<string> {
  const { cluster, account, durable } = options;
  const version = await readFile(join(cluster, "PG_VERSION"), "utf8").catch(() => undefined);
  if (version === undefined) await initialise(options);
  else if (version.trim() !== VERSION) throw new Error(otherVersion(cluster, version.trim()));
  if (account) await give(cluster, account);
  const settings = durable ? SETTINGS : SETTINGS + HASTY_SETTINGS;
  const file = join(cluster, "postgresql.conf");
  if ((await readFile(file, "utf8").catch(() => "")) !== settings) {
    await writeFile(`${file}.new`, settings);
    if (account) await chown(`${file}.new`, account.uid, account.gid);
    await rename(`${file}.new`, file);
  }
  return readPassword(cluster);
}

export const readPassword = (cluster: string): Promise<string> =>
  readFile(join(cluster, PASSWORD_FILE), "utf8");

/** PostgreSQL cannot read the files of another major version, and only the older Prosa has the older one. */
const otherVersion = (cluster: string, version: string): string =>
  `${cluster} was made by PostgreSQL ${version}, and this Prosa brings ${VERSION}. Nothing was changed.
Take the data along in a backup. With the version of Prosa that you had before:
  npx prosa backup prosa.backup
Then with this one:
  mv "${cluster}" "${cluster}-${version}"
  npx prosa restore prosa.backup`;

/** A crash in the middle leaves only the temporary folder, which the next start throws away. */
async function initialise({
  cluster,
  binaries,
  account,
  durable,
}: Parameters<typeof prepareCluster>[0]) {
  const workshop = `${cluster}.new`;
  await rm(workshop, { recursive: true, force: true });
  const made = join(workshop, "cluster");
  const password = join(workshop, PASSWORD_FILE);
  await mkdir(made, { recursive: true, mode: 0o700 });
  await writeFile(password, randomBytes(24).toString("base64url"), { mode: 0o600 });
  if (account) await give(workshop, account);
  await run(binaries.initdb, account, workshop, [
    `--pgdata=${made}`,
    `--username=${USER}`,
    `--pwfile=${password}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
  ]);
  await rename(password, join(made, PASSWORD_FILE));
  await rename(made, cluster);
  await rm(workshop, { recursive: true, force: true });
}

function run(program: string, account: Account | undefined, folder: string, args: string[]) {
  const launch = launchAs(account, program, args, folder);
  return new Promise<void>((resolve, reject) => {
    const child = spawn(launch.command, launch.args, {
      ...launch.options,
      env: cleanEnvironment(),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (words += chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`PostgreSQL could not be set up in ${folder}: ${words.trim()}`)),
    );
  });
}

/** The environment without libpq's variables, and with messages in plain English. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(own), LC_ALL: "C" };
}

async function give(folder: string, { uid, gid }: Account): Promise<void> {
  const { uid: owner } = await stat(folder);
  if (owner === uid) return;
  // The folder itself comes last, so that a crash in between is mended by the next start.
  for (const name of await readdir(folder, { recursive: true }))
    await lchown(join(folder, name), uid, gid);
  await chown(folder, uid, gid);
}
