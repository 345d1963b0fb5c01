import { durationMs, timestampDate } from "@bufbuild/protobuf/wkt";
import {
  type BackupHealth,
  type ReplicaHealth,
  ReplicaReason,
  ReplicaStatus,
  type ServerHealth,
} from "#proto/prosa/admin/v1/server_health_pb.ts";
import { t } from "../i18n/admin.ts";
import type { MarkTone } from "../ui/Mark.tsx";
import { nameIn } from "./name-in.ts";

export type HealthRow = { name: string; state: string; tone: MarkTone; facts: string[] };

/** The parts of the server, each with how it is and what else there is to say of it. */
export function healthRows(health: ServerHealth): HealthRow[] {
  const backups = health.backup === undefined ? [] : [backupRow(health.backup)];
  return [
    databaseRow(health),
    ...health.replicas.map(replicaRow),
    modelHostRow(health),
    diskRow(health),
    ...backups,
    processRow(health),
  ];
}

function answer(up = false): Pick<HealthRow, "state" | "tone"> {
  const { up: works, down } = t().admin.health;
  return up ? { state: works, tone: "accent" } : { state: down, tone: "bad" };
}

function databaseRow({ database }: ServerHealth): HealthRow {
  const texts = t().admin.health;
  const described = database?.embedded ? texts.embeddedDatabase : texts.ownDatabase;
  const facts = database?.up
    ? [described(database.version), texts.size(Number(database.sizeBytes))]
    : [];
  return { name: texts.database, ...answer(database?.up), facts };
}

const replicaTones: Record<keyof typeof ReplicaStatus, MarkTone> = {
  UNSPECIFIED: "warn",
  USED: "accent",
  LAGGING: "warn",
  AWAY: "bad",
  REFUSED: "bad",
};

function replicaRow({ name, status, reason, lagBytes }: ReplicaHealth): HealthRow {
  const texts = t().admin.health.replica;
  const known = nameIn(ReplicaStatus, status);
  const why = nameIn(ReplicaReason, reason);
  return {
    name: texts.name(name),
    state: texts.states[known],
    tone: replicaTones[known],
    facts: [
      ...(why === "UNSPECIFIED" ? [] : [texts.reasons[why]]),
      ...(lagBytes === undefined ? [] : [texts.lag(Number(lagBytes))]),
    ],
  };
}

function modelHostRow({ modelHost }: ServerHealth): HealthRow {
  const texts = t().admin.health;
  const hosted = modelHost?.embeddedEngine ? texts.engine : texts.ollama;
  const facts = modelHost?.version ? [hosted(modelHost.version)] : [];
  return { name: t().shell.models, ...answer(modelHost?.up), facts };
}

function diskRow({ disk }: ServerHealth): HealthRow {
  const texts = t().admin.health;
  if (disk === undefined) {
    return { name: texts.disk, state: texts.unknown, tone: "warn", facts: [] };
  }
  const facts = [texts.free(Number(disk.freeBytes), Number(disk.totalBytes))];
  return disk.low
    ? { name: texts.disk, state: texts.low, tone: "warn", facts }
    : { name: texts.disk, state: texts.roomy, tone: "accent", facts };
}

function backupRow({ folder, count, newestTime, failed, retryTime }: BackupHealth): HealthRow {
  const { up } = t().admin.health;
  const texts = t().admin.health.backup;
  const facts = [
    ...(newestTime ? [texts.newest(timestampDate(newestTime))] : []),
    texts.kept(count, folder),
    ...(retryTime ? [texts.retry(timestampDate(retryTime))] : []),
  ];
  if (failed) return { name: texts.name, state: texts.failed, tone: "bad", facts };
  return count > 0
    ? { name: texts.name, state: up, tone: "accent", facts }
    : { name: texts.name, state: texts.none, tone: "warn", facts };
}

function processRow({ version, uptime }: ServerHealth): HealthRow {
  const texts = t().admin.health;
  const since = uptime ? [texts.uptime(durationMs(uptime) / 1000)] : [];
  return {
    ...{ name: texts.process, state: texts.up, tone: "accent" },
    facts: [texts.version(version), ...since],
  };
}
