import type { Database } from "#db/connect.ts";
import { noReplicas, openReplicas, type Replicas } from "#db/replicas.ts";
import type { Config } from "./config.ts";
import { MAX_REPLICA_LAG, PULSE_INTERVAL, PULSE_LIMIT, REPLICA_DEADLINE } from "./limits.ts";
import type { Log } from "./log.ts";

/** Watches a database of somebody's own, with its replicas. The embedded one has none and is never silent. */
export function watchDatabase(database: Database, config: Config, log: Log): Replicas {
  const { databaseUrl: url, databaseReplicaUrls: urls } = config;
  if (url === undefined) return noReplicas(database.db);
  return openReplicas(database, {
    ...{ url, urls },
    interval: PULSE_INTERVAL,
    limit: PULSE_LIMIT,
    maxLag: MAX_REPLICA_LAG,
    deadline: REPLICA_DEADLINE,
    onReplica({ name, status, reason }) {
      if (status === "used") log.info({ replica: name }, "the replica is used");
      else log.warn({ replica: name, status, reason }, "the replica is not used");
    },
    onPrimary(reason) {
      if (reason === undefined) log.info("the database answers again");
      else log.warn({ reason }, "the database does not answer");
    },
  });
}
