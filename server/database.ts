import type { Database } from "#db/connect.ts";
import type { Observe } from "#db/observe.ts";
import { noReplicas, openReplicas, type Replicas } from "#db/replicas.ts";
import type { Config } from "./config.ts";
import { MAX_REPLICA_LAG, PULSE_INTERVAL, PULSE_LIMIT, REPLICA_DEADLINE } from "./limits.ts";
import type { Log } from "./log.ts";

/** Watches a database of somebody's own, with its replicas. The embedded one has none and is never silent. */
export function watchDatabase(
  database: Database,
  { config, log, observe }: { config: Config; log: Log; observe: Observe },
): Replicas {
  if (config.databaseUrl === undefined) return noReplicas(database.db);
  return openReplicas(database, {
    urls: config.databaseReplicaUrls,
    interval: PULSE_INTERVAL,
    limit: PULSE_LIMIT,
    maxLag: MAX_REPLICA_LAG,
    deadline: REPLICA_DEADLINE,
    observe,
    onReplica({ name, status, words }) {
      if (status === "used") log.info({ replica: name }, "the replica is used");
      else log.warn({ replica: name, status, reason: words }, "the replica is not used");
    },
    onPrimary(reason) {
      if (reason === undefined) log.info("the database answers again");
      else log.warn({ reason }, "the database does not answer");
    },
  });
}
