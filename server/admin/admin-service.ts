import type { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { listAuditEvents } from "../audit/audit-events.ts";
import { AUDIT_LIFETIME } from "../limits.ts";
import { currentActor } from "../rpc/context.ts";
import { toPage } from "../rpc/page.ts";
import { fromRegistrationPolicy } from "../user/convert.ts";
import { changeRegistration, registrationSetting } from "../user/registration-policy.ts";
import {
  fromAuditKind,
  toAuditEvent,
  toRunningReply,
  toServerHealth,
  toSettings,
} from "./convert.ts";
import { listRunningReplies, stopRunningReply } from "./running-replies.ts";
import { readServerHealth } from "./server-health.ts";

export function adminService(deps: Deps): ServiceImpl<typeof AdminService> {
  return {
    async getSettings() {
      return { settings: toSettings(await registrationSetting(deps)) };
    },
    async updateSettings({ registrationPolicy: policy }, context) {
      const setting =
        policy === undefined
          ? await registrationSetting(deps)
          : await changeRegistration(deps, currentActor(context), fromRegistrationPolicy(policy));
      return { settings: toSettings(setting) };
    },
    async listRunningReplies(request) {
      const { replies, next } = await listRunningReplies(deps, toPage(request));
      return { replies: replies.map(toRunningReply), nextPageToken: next };
    },
    async stopRunningReply({ replyId }, context) {
      await stopRunningReply(deps, currentActor(context), replyId);
      return {};
    },
    async getHealth() {
      return { health: toServerHealth(await readServerHealth(deps)) };
    },
    async listAuditEvents({ actorId, kind, ...request }) {
      const filters = { actorId, kind: kind === undefined ? kind : fromAuditKind(kind) };
      const { events, next } = await listAuditEvents(deps.db, filters, toPage(request));
      return {
        events: events.map(toAuditEvent),
        nextPageToken: next,
        retention: durationFromMs(AUDIT_LIFETIME),
      };
    },
  };
}
