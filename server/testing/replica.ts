import { appendFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectDatabase, type Database } from "#db/connect.ts";
import { readPidFile } from "#db/embedded/pid-file.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "#db/embedded.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { databaseUrl } from "./database-url.ts";

/** A migrated primary and a streaming replica of it. */
export type Replicated = AsyncDisposable & {
  primary: { url: string; database: Database };
  replica: {
    url: string;
    database: Database;
    /** From now on it receives what the primary writes, but does not show it. */
    pause(): Promise<void>;
    resume(): Promise<void>;
    /** Resolves when it shows all that the primary has written up to now. */
    catchUp(): Promise<void>;
    /** Ends it in the midst of everything, and resolves when it has started again, on the same port. */
    crash(): Promise<void>;
  };
};

const NAME = "prosa";
const CONNECTIONS = { connections: 2 };

export async function startReplicated(): Promise<Replicated> {
  await using undo = new AsyncDisposableStack();
  const [first, second] = [await newFolder(undo), await newFolder(undo)];
  await prepare(first);
  // A stopped cluster is its own backup.
  await cp(join(first, "postgres"), join(second, "postgres"), { recursive: true });
  const primary = open(await start(first, undo), undo);
  await makeStandby(join(second, "postgres"), primary.url);
  const replica = open(await start(second, undo), undo);
  const owned = undo.move();
  return {
    primary,
    replica: { ...replica, ...controls(join(second, "postgres"), primary, replica.database) },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function controls(cluster: string, primary: Replicated["primary"], { sql }: Database) {
  return {
    pause: async () => void (await sql`select pg_wal_replay_pause()`),
    resume: async () => void (await sql`select pg_wal_replay_resume()`),
    async catchUp() {
      const [row] = await primary.database.sql`select pg_current_wal_lsn()::text as position`;
      const position = String(row!["position"]);
      for (let reached = false; !reached;) {
        const [at] = await sql`select pg_last_wal_replay_lsn() >= ${position}::pg_lsn as reached`;
        reached = at!["reached"] === true;
      }
    },
    async crash() {
      const { pid } = readPidFile(cluster)!;
      process.kill(pid, "SIGQUIT");
      for (let now = readPidFile(cluster); !now?.ready || now.pid === pid;) {
        await sleep(20);
        now = readPidFile(cluster);
      }
    },
  };
}

/** Named and owned like the folder of the run, so that what a killed run leaves behind is tidied up. */
async function newFolder(undo: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "prosa-test-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "owner"), String(process.pid));
  return folder;
}

/** Makes a cluster that can have replicas, with our database in it, and stops it. */
async function prepare(folder: string): Promise<void> {
  await inCluster(folder, async ({ sql }) => {
    await sql`alter system set wal_level = 'replica'`;
    await sql`alter system set max_wal_senders = 4`;
  });
  await inCluster(folder, async ({ sql }, url) => {
    await sql.unsafe(`create database ${NAME}`);
    const fresh = connectDatabase(databaseUrl(url, NAME), CONNECTIONS);
    await migrateDatabase(fresh);
    await fresh.close();
  });
}

async function inCluster(folder: string, task: (database: Database, url: string) => Promise<void>) {
  const postgres = await startEmbeddedPostgres({ folder, durable: false });
  const database = connectDatabase(postgres.url, CONNECTIONS);
  await task(database, postgres.url);
  await database.close();
  await postgres.stop();
}

async function makeStandby(cluster: string, primaryUrl: string): Promise<void> {
  const { hostname, port, username, password } = new URL(primaryUrl);
  const source = `host=${hostname} port=${port} user=${username} password=${password}`;
  const settings = `primary_conninfo = '${source}'\nwal_retrieve_retry_interval = '200ms'\n`;
  await appendFile(join(cluster, "postgresql.auto.conf"), settings);
  await writeFile(join(cluster, "standby.signal"), "");
}

async function start(folder: string, undo: AsyncDisposableStack): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ folder, durable: false });
  undo.defer(postgres.stop);
  return postgres;
}

function open({ url }: EmbeddedPostgres, undo: AsyncDisposableStack) {
  const own = databaseUrl(url, NAME);
  const database = connectDatabase(own, CONNECTIONS);
  undo.defer(database.close);
  return { url: own, database };
}
