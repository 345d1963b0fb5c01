import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { USER } from "./cluster.ts";
import { mayServe, readPidFile, worksIn } from "./pid-file.ts";

export const POLL_MS = 3;
/** Recovery after a crash may take long; while it goes on the process lives. */
export const START_MS = 120_000;
/** How long a process of unknown kind may leave us unanswered before its pid file counts as stale. */
const STRANGER_MS = 5_000;

/** All that it takes to reach a server process that runs. */
export type Place = { cluster: string; password: string };

/** The URL of the database in the cluster of `place` on `port`. */
export const urlOf = ({ password }: Pick<Place, "password">, port: number): string =>
  `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;

/** The port of a server process that works on this very folder; undefined when there is none. */
export async function findRunning(place: Place): Promise<number | undefined> {
  for (const start = Date.now(); ; await sleep(POLL_MS * 5)) {
    const file = readPidFile(place.cluster);
    if (!file || !mayServe(file.pid, place.cluster)) return undefined;
    if (file.port && (await answersFor(place, file.port))) return file.port;
    const waited = Date.now() - start;
    if (waited > STRANGER_MS && worksIn(file.pid, place.cluster) === undefined) return undefined;
    if (waited > START_MS) {
      throw new Error(
        `PostgreSQL (process ${file.pid}) in ${place.cluster} runs but does not answer.`,
      );
    }
  }
}

/** The port of the server process that another Prosa runs, or is about to start. */
export async function portOfRunning(place: Place, patience: number): Promise<number> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(POLL_MS * 5)) {
    const file = readPidFile(place.cluster);
    if (file?.port && file.ready && (await answersFor(place, file.port))) return file.port;
  }
  throw new Error(
    `Another Prosa is using ${place.cluster}, but its PostgreSQL does not answer. Try again later.`,
  );
}

/** Asks for a file that only this folder has: a copied or reused pid file must not fool us. */
async function answersFor(place: Place, port: number): Promise<boolean> {
  const name = "prosa.proof";
  const proof = randomUUID();
  await writeFile(join(place.cluster, name), proof);
  const sql = postgres(urlOf(place, port), { max: 1, connect_timeout: 2, fetch_types: false });
  try {
    const rows = await sql`select pg_read_file(${name}, true) as proof`;
    return rows[0]?.["proof"] === proof;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
    await rm(join(place.cluster, name), { force: true });
  }
}
