import { setTimeout as sleep } from "node:timers/promises";
import type { PgDatabase } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { arrayTypes } from "./arrays.ts";
import { watchSockets } from "./deadline.ts";
import { guardClient } from "./guard.ts";
import { type Observe, unobserved } from "./observe.ts";
import { limitTo, type Slots } from "./slots.ts";

/** The database or a transaction on it: a domain function takes either. */
export type Db = PgDatabase<PostgresJsQueryResultHKT>;

export type Database = {
  url: string;
  db: Db;
  /** What `db` asks: the driver with its deadlines. */
  client: postgres.Sql;
  /** The bare driver, for LISTEN and administration: without the deadlines that `db` has. */
  sql: postgres.Sql;
  /** Fails what is under way on `db` and all that is asked of it, until it is called with undefined. */
  refuse(error: Error | undefined): void;
  /** The use of its connections at this moment, and who waits for one. */
  usage: Slots["usage"];
  /** Lets what is under way on `db` end, for at most five seconds. */
  close(): Promise<void>;
};

/** Times are in milliseconds. */
export type DatabaseOptions = {
  connections?: number;
  /** The longest wait for a free connection, and for the answer to one query. */
  deadline?: number;
  statementTimeout?: number;
  connectTimeout?: number;
  applicationName?: string;
  /** Sees every query and transaction on `db`. */
  observe?: Observe;
};

const CLOSE_MS = 5_000;
const LIFETIME_SECONDS = 1800;
/** A function inside a transaction that asks nothing for so long has lost its way. */
const IDLE_IN_TRANSACTION_MS = 15_000;

/** The pause in seconds before a broken connection is opened again. */
const backoff = (failures: number): number => Math.min(0.02 * 2 ** failures, 0.5);

/** Connects lazily: an unreachable database shows itself at the first query. */
export function connectDatabase(url: string, options: DatabaseOptions = {}): Database {
  const { connections = 10, deadline = 15_000, connectTimeout = 5_000 } = options;
  const statementTimeout = options.statementTimeout ?? Math.min(10_000, deadline);
  const watch = watchSockets(deadline);
  const driverOptions = {
    max: connections,
    max_lifetime: LIFETIME_SECONDS,
    connect_timeout: connectTimeout / 1000,
    backoff,
    onnotice: () => {},
    socket: watch.open,
    fetch_types: false,
    types: arrayTypes,
    connection: {
      application_name: options.applicationName ?? "prosa",
      statement_timeout: statementTimeout,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
  };
  const sql = postgres(url, driverOptions as postgres.Options<{}>);
  const slots = limitTo(connections, deadline);
  const client = guardClient(sql, watch, slots, options.observe ?? unobserved);
  const db: Db = drizzle(client);
  return {
    url,
    db,
    client,
    sql,
    refuse: watch.refuse,
    usage: slots.usage,
    close: async () => {
      // The driver's own waiting does not end after a connection broke in the middle of a query.
      for (const end = Date.now() + CLOSE_MS; !slots.idle() && Date.now() < end;) await sleep(5);
      await sql.end({ timeout: 0 });
      watch.close();
    },
  };
}
