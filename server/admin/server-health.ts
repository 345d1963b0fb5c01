import type { Db } from "#db/connect.ts";
import type { Replicas } from "#db/replicas.ts";
import { sql } from "drizzle-orm";
import type { DailyBackups } from "../backup/daily-backups.ts";
import type { Config } from "../config.ts";
import type { Health } from "../health.ts";
import type { ModelHost } from "../llm/model-host.ts";
import type { Models } from "../llm/models.ts";
import { readDiskSpace } from "./disk-space.ts";

type Deps = {
  db: Db;
  config: Pick<Config, "databaseUrl" | "dataFolder">;
  health: Health;
  models: Pick<Models, "hostVersion">;
  modelHost: ModelHost;
  replicas: Pick<Replicas, "states">;
  backups: Pick<DailyBackups, "state">;
};

export type ServerHealth = Awaited<ReturnType<typeof readServerHealth>>;

/** How the parts of the server are; what a part that is away would tell is left empty. */
export async function readServerHealth(deps: Deps) {
  const [database, modelHost, disk, backup] = await Promise.all([
    readDatabase(deps),
    readModelHost(deps),
    readDiskSpace(deps.config.dataFolder),
    deps.backups.state(),
  ]);
  const replicas = deps.replicas.states();
  return { uptime: process.uptime() * 1000, database, modelHost, disk, replicas, backup };
}

async function readDatabase({ db, config, health }: Deps) {
  const embedded = config.databaseUrl === undefined;
  const away = { up: false, embedded, version: "", sizeBytes: 0 };
  if (!(await health.isUp("database"))) return away;
  const query = sql`
    select current_setting('server_version') as "version",
      pg_database_size(current_database()) as "size"`;
  const rows = await db.execute<{ version: string; size: string }>(query).catch(() => []);
  const [row] = rows;
  return row === undefined
    ? away
    : { up: true, embedded, version: row.version, sizeBytes: Number(row.size) };
}

async function readModelHost({ health, models, modelHost }: Deps) {
  const embedded = modelHost.embedded();
  if (!(await health.isUp("model"))) return { up: false, embedded, version: "" };
  return { up: true, embedded, version: await models.hostVersion().catch(() => "") };
}
