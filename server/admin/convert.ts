import { AuditEventSchema, AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import {
  ReplyProgress,
  ReplyPurpose,
  RunningReplySchema,
} from "#proto/prosa/admin/v1/running_reply_pb.ts";
import {
  ReplicaReason,
  ReplicaStatus,
  ServerHealthSchema,
} from "#proto/prosa/admin/v1/server_health_pb.ts";
import { SettingsSchema, SettingSource } from "#proto/prosa/admin/v1/settings_pb.ts";
import type { ReplicaState } from "#db/replica.ts";
import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { BackupState } from "../backup/daily-backups.ts";
import { registrationPolicies } from "../user/convert.ts";
import type { RegistrationSetting } from "../user/registration-policy.ts";
import { VERSION } from "../version.ts";
import type { RunningReply } from "./running-replies.ts";
import type { ServerHealth } from "./server-health.ts";

const sources: Record<RegistrationSetting["source"], SettingSource> = {
  default: SettingSource.DEFAULT,
  stored: SettingSource.STORED,
  environment: SettingSource.ENVIRONMENT,
};

export function toSettings({ policy, source }: RegistrationSetting) {
  return create(SettingsSchema, {
    registrationPolicy: registrationPolicies[policy],
    registrationSource: sources[source],
  });
}

const purposes: Record<RunningReply["purpose"], ReplyPurpose> = {
  chat: ReplyPurpose.CHAT,
  title: ReplyPurpose.TITLE,
  program: ReplyPurpose.PROGRAM,
};

const progresses: Record<RunningReply["progress"], ReplyProgress> = {
  queued: ReplyProgress.QUEUED,
  loading: ReplyProgress.LOADING,
  streaming: ReplyProgress.STREAMING,
};

export function toRunningReply(reply: RunningReply) {
  return create(RunningReplySchema, {
    id: reply.id,
    purpose: purposes[reply.purpose],
    model: reply.model,
    userId: reply.userId,
    userName: reply.userName,
    progress: progresses[reply.progress],
    startTime: timestampFromDate(reply.startTime),
    position: reply.position,
    tokens: reply.tokens,
  });
}

export function toServerHealth({ uptime, database, modelHost, disk, ...rest }: ServerHealth) {
  const { embedded, ...host } = modelHost;
  const { replicas, backup } = rest;
  return create(ServerHealthSchema, {
    version: VERSION,
    uptime: durationFromMs(Math.round(uptime)),
    database: { ...database, sizeBytes: BigInt(database.sizeBytes) },
    modelHost: { ...host, embeddedEngine: embedded },
    ...(disk && {
      disk: {
        freeBytes: BigInt(disk.freeBytes),
        totalBytes: BigInt(disk.totalBytes),
        low: disk.low,
      },
    }),
    replicas: replicas.map(toReplicaHealth),
    ...(backup && { backup: toBackupHealth(backup) }),
  });
}

const statuses: Record<ReplicaState["status"], ReplicaStatus> = {
  used: ReplicaStatus.USED,
  lagging: ReplicaStatus.LAGGING,
  away: ReplicaStatus.AWAY,
  refused: ReplicaStatus.REFUSED,
};

const reasons: Record<NonNullable<ReplicaState["reason"]>, ReplicaReason> = {
  behind: ReplicaReason.BEHIND,
  not_known_yet: ReplicaReason.NOT_KNOWN_YET,
  no_answer: ReplicaReason.NO_ANSWER,
  no_replica: ReplicaReason.NO_REPLICA,
  other_database: ReplicaReason.OTHER_DATABASE,
};

function toReplicaHealth({ name, status, reason, lagBytes }: ReplicaState) {
  return {
    name,
    status: statuses[status],
    reason: reason ? reasons[reason] : ReplicaReason.UNSPECIFIED,
    ...(lagBytes !== undefined && { lagBytes: BigInt(lagBytes) }),
  };
}

function toBackupHealth({ folder, count, newestTime, retryTime }: BackupState) {
  return {
    ...{ folder, count, failed: retryTime !== undefined },
    ...(newestTime && { newestTime: timestampFromDate(newestTime) }),
    ...(retryTime && { retryTime: timestampFromDate(retryTime) }),
  };
}

const kinds: Record<AuditEvent["kind"], AuditKind> = {
  registered: AuditKind.REGISTERED,
  signed_in: AuditKind.SIGNED_IN,
  sign_in_failed: AuditKind.SIGN_IN_FAILED,
  signed_out: AuditKind.SIGNED_OUT,
  session_revoked: AuditKind.SESSION_REVOKED,
  password_refused: AuditKind.PASSWORD_REFUSED,
  password_changed: AuditKind.PASSWORD_CHANGED,
  role_changed: AuditKind.ROLE_CHANGED,
  user_disabled: AuditKind.USER_DISABLED,
  user_enabled: AuditKind.USER_ENABLED,
  account_deleted: AuditKind.ACCOUNT_DELETED,
  access_token_created: AuditKind.ACCESS_TOKEN_CREATED,
  access_token_revoked: AuditKind.ACCESS_TOKEN_REVOKED,
  invitation_created: AuditKind.INVITATION_CREATED,
  invitation_revoked: AuditKind.INVITATION_REVOKED,
  setting_changed: AuditKind.SETTING_CHANGED,
  model_pulled: AuditKind.MODEL_PULLED,
  model_pull_canceled: AuditKind.MODEL_PULL_CANCELED,
  model_deleted: AuditKind.MODEL_DELETED,
  model_loaded: AuditKind.MODEL_LOADED,
  model_unloaded: AuditKind.MODEL_UNLOADED,
  reply_stopped: AuditKind.REPLY_STOPPED,
  chats_imported: AuditKind.CHATS_IMPORTED,
  chats_exported: AuditKind.CHATS_EXPORTED,
};

export function toAuditEvent(row: AuditEvent) {
  return create(AuditEventSchema, {
    id: row.id,
    // A later version may have written kinds that this one does not know.
    kind: kinds[row.kind] ?? AuditKind.UNSPECIFIED,
    actorId: row.actorId ?? "",
    actorName: row.actorName,
    subjectId: row.subjectId ?? "",
    subject: row.subject,
    details: row.details,
    createTime: timestampFromDate(row.createTime),
    address: row.address,
    device: row.device,
  });
}

export function fromAuditKind(kind: AuditKind): AuditEvent["kind"] {
  return (Object.keys(kinds) as AuditEvent["kind"][]).find((name) => kinds[name] === kind)!;
}
