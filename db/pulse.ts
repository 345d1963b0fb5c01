import { sql } from "drizzle-orm";
import { connectDatabase } from "./connect.ts";

/** Where a server of PostgreSQL stands. */
export type Standing = {
  /** Names the data: the same for a primary and its replicas, and for no others. */
  data: string;
  isReplica: boolean;
  /** The place in the log up to which everything can be read here. */
  position: bigint;
};

export type Pulse = {
  /** Rejects when there is no answer within the limit. */
  ask(): Promise<Standing>;
  close(): Promise<void>;
};

/** Asks a server where it stands, on a connection of its own: however busy the others are, this one is free. */
export function openPulse(url: string, limit: number): Pulse {
  const { db, close } = connectDatabase(url, {
    connections: 1,
    deadline: limit,
    connectTimeout: limit,
    applicationName: "prosa-pulse",
  });
  return {
    async ask() {
      const [row] = await db.execute<{ data: string; replica: boolean; position: string | null }>(
        sql`
          select concat_ws('/', (select system_identifier from pg_control_system()), current_database()) as data,
            pg_is_in_recovery() as replica,
            (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end
              - '0/0'::pg_lsn)::text as position`,
      );
      const { data, replica, position } = row!;
      return { data, isReplica: replica, position: BigInt(position ?? 0) };
    },
    close,
  };
}
