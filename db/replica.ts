import type postgres from "postgres";
import { connectDatabase, type Database, type Db } from "./connect.ts";
import { isSilence } from "./failure.ts";
import type { Observe } from "./observe.ts";
import { openPulse, type Standing } from "./pulse.ts";

/** Times are in milliseconds. */
export type ReplicaOptions = {
  /** How often every server is asked where it stands. */
  interval: number;
  /** How long its answer may take. */
  limit: number;
  /** A replica that has not got what the primary had so long ago is left out. */
  maxLag: number;
  /** How long a read waits for a replica. */
  deadline: number;
  /** Sees the queries that replicas answer. */
  observe?: Observe;
};

export type ReplicaReason =
  | "behind"
  | "not_known_yet"
  | "no_answer"
  | "no_replica"
  | "other_database";

export type ReplicaState = {
  /** Its host, port and database. */
  name: string;
  /** Refused: it is no replica of this database, and only another setting will help. */
  status: "used" | "lagging" | "away" | "refused";
  /** Why it is not used. */
  reason: ReplicaReason | undefined;
  /** The same for the log; of what gives no answer these are the driver's. */
  words: string;
  /** How far its log is behind the primary's, when both were last asked. */
  lagBytes: number | undefined;
};

/** What is known of the primary. */
export type Primary = {
  standing: Standing | undefined;
  /** The position that a replica must have reached to be used. */
  floor: bigint | undefined;
};

export type Replica = {
  /** Its host, port and database. */
  name: string;
  usage: Database["usage"];
  db: Db;
  client: postgres.Sql;
  /** Where it stands; undefined while it is not to be used. */
  position(primary: Primary): bigint | undefined;
  state(primary: Primary): ReplicaState;
  /** Asks it where it stands, and ends the reads that wait for it when it says nothing. */
  check(): Promise<void>;
  close(): Promise<void>;
};

/** One late answer may be our own lateness: so many in a row are a silence. */
export const MISSED = 2;

export function openReplica(url: string, options: ReplicaOptions): Replica {
  const { limit, deadline, observe } = options;
  const name = nameOf(url);
  const pulse = openPulse(url, limit);
  const database = connectDatabase(url, {
    deadline,
    connectTimeout: limit,
    ...(observe && { observe }),
  });
  let standing: Standing | undefined;
  let failure: string | undefined;
  let missed = 0;

  function state(primary: Primary): ReplicaState {
    const lagBytes =
      standing && primary.standing && bytesBetween(standing.position, primary.standing.position);
    const is = (status: ReplicaState["status"], reason?: ReplicaReason, words = "") => ({
      ...{ name, status, reason, words },
      lagBytes: status === "used" || status === "lagging" ? lagBytes : undefined,
    });
    if (standing === undefined) {
      return failure === undefined
        ? is("away", "not_known_yet", "it has not been asked yet")
        : is("away", "no_answer", failure);
    }
    if (!standing.isReplica) {
      return is("refused", "no_replica", "it is no replica: it is not in recovery");
    }
    if (primary.standing === undefined || primary.floor === undefined) {
      return is("away", "not_known_yet", "the primary has not told yet where it stands");
    }
    if (standing.data !== primary.standing.data) {
      return is("refused", "other_database", "it is a replica of another database");
    }
    if (standing.position < primary.floor) {
      return is("lagging", "behind", "it is too far behind the primary");
    }
    return is("used");
  }

  return {
    name,
    usage: database.usage,
    db: database.db,
    client: database.client,
    state,
    position: (primary) => (state(primary).status === "used" ? standing?.position : undefined),
    async check() {
      try {
        standing = await pulse.ask();
        database.refuse(undefined);
        missed = 0;
      } catch (error) {
        missed += 1;
        if (isSilence(error) && missed < MISSED) return;
        standing = undefined;
        failure = wordsOf(error);
        if (isSilence(error)) database.refuse(error as Error);
      }
    },
    async close() {
      await Promise.all([pulse.close(), database.close()]);
    },
  };
}

/** The words of the driver: those of the query around them tell nothing here. */
export function wordsOf(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof Error ? wordsOf(cause) : (error as Error).message;
}

/** A URL without its secrets. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return decodeURIComponent(`${host}${pathname}`);
}

const bytesBetween = (from: bigint, to: bigint) => (to > from ? Number(to - from) : 0);
