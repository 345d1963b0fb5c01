import { Gauge, type Registry } from "@prometheus-io/client";

/** The connections of a pool: how many there may be, how many are in use, and who waits for one. */
type Usage = { size: number; inUse: number; waiting: number };

export type DatabaseMetrics = ReturnType<typeof createDatabaseMetrics>;

export function createDatabaseMetrics(registry: Registry) {
  const pools = new Map<string, () => Usage>();
  const gauge = (name: string, help: string, of: (usage: Usage) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ["pool"],
      registers: [registry],
      collect() {
        for (const [pool, usage] of pools) this.set({ pool }, of(usage()));
      },
    });
  const what = "connections to the database";
  gauge("prosa_database_connections_max", `The most ${what}.`, ({ size }) => size);
  gauge("prosa_database_connections_in_use", `Busy ${what}.`, ({ inUse }) => inUse);
  gauge("prosa_database_waiting", `Queries that wait for one of the ${what}.`, (it) => it.waiting);
  return {
    /** Reads the use of a pool whenever the metrics are read. */
    watch: (pool: string, usage: () => Usage) => void pools.set(pool, usage),
  };
}
