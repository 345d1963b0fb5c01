import { Code } from "@connectrpc/connect";
import { expect, it } from "vitest";
import { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import { AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { SettingSource } from "#proto/prosa/admin/v1/settings_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { AuthService, RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { hasReason } from "../errors.ts";
import { answerWith, type Methods, refusal } from "../testing/answer-with.ts";
import { auditDays, auditLog, filterAuditLog } from "./audit-events.ts";
import { invitations, revokeInvitation } from "./invitations.ts";
import { loadRunningReplies, runningReplies, stopRunningReply } from "./running-replies.ts";
import { chooseRegistration, loadSettings, settings } from "./settings.ts";

const { OPEN, CLOSED } = RegistrationPolicy;

function answer(methods: Methods<typeof AdminService>): void {
  answerWith((router) => void router.service(AdminService, methods));
}

it("shows a choice of registration at once, and takes it back when it is refused", async () => {
  const known = { registrationPolicy: OPEN, registrationSource: SettingSource.DEFAULT };
  const refuse = Promise.withResolvers<void>();
  answer({
    getSettings: () => ({ settings: known }),
    updateSettings: async () => {
      await refuse.promise;
      throw refusal(Code.FailedPrecondition, ErrorReason.SETTING_FIXED);
    },
  });
  await loadSettings();
  const choosing = chooseRegistration(CLOSED);
  expect(settings()?.registrationPolicy).toBe(CLOSED);
  refuse.resolve();
  await expect(choosing).rejects.toSatisfy((error) => hasReason(error, ErrorReason.SETTING_FIXED));
  expect(settings()).toMatchObject(known);
  const stored = { registrationPolicy: CLOSED, registrationSource: SettingSource.STORED };
  answer({ updateSettings: () => ({ settings: stored }) });
  await chooseRegistration(CLOSED);
  expect(settings()).toMatchObject(stored);
});

it("shows of two choices of the log the later one, and nothing of another meanwhile", async () => {
  const late = Promise.withResolvers<void>();
  answer({
    listAuditEvents: async ({ kind, pageToken }) => {
      if (kind === AuditKind.SIGNED_IN) await late.promise;
      return {
        events: [{ id: `${kind ?? 0}${pageToken}` }],
        nextPageToken: pageToken === "" ? "more" : "",
        retention: { seconds: 172_800n },
      };
    },
  });
  const { SIGNED_IN, REGISTERED } = AuditKind;
  const ids = () => auditLog.state.list?.map(({ id }) => id);
  await filterAuditLog({});
  expect(ids()).toEqual(["0"]);
  expect(auditDays()).toBe(2);
  const slow = filterAuditLog({ kind: SIGNED_IN });
  expect(ids()).toBeUndefined();
  await filterAuditLog({ kind: REGISTERED });
  late.resolve();
  await slow;
  expect(ids()).toEqual([`${REGISTERED}`]);
  await auditLog.more();
  expect(ids()).toEqual([`${REGISTERED}`, `${REGISTERED}more`]);
  const again = filterAuditLog({ kind: REGISTERED });
  expect(ids()).toHaveLength(2);
  await again;
  expect(ids()).toEqual([`${REGISTERED}`]);
});

it("keeps the answers it knows while the server cannot be asked", async () => {
  answer({ listRunningReplies: () => ({ replies: [{ id: "a" }, { id: "b" }] }) });
  await loadRunningReplies();
  answer({
    listRunningReplies: () => {
      throw refusal(Code.Unavailable, ErrorReason.DATABASE_UNAVAILABLE);
    },
    stopRunningReply: () => ({}),
  });
  await loadRunningReplies();
  expect(hasReason(runningReplies.error, ErrorReason.DATABASE_UNAVAILABLE)).toBe(true);
  expect(runningReplies.list).toHaveLength(2);
  await stopRunningReply("a");
  expect(runningReplies.list?.map(({ id }) => id)).toEqual(["b"]);
});

it("shows an invitation until the server has taken it back", async () => {
  const methods: Methods<typeof AuthService> = {
    listInvitations: () => ({ invitations: [{ id: "a" }, { id: "b" }] }),
    revokeInvitation: () => {
      throw refusal(Code.NotFound, ErrorReason.NOT_FOUND);
    },
  };
  const serve = () => answerWith((router) => void router.service(AuthService, methods));
  serve();
  await invitations.reload();
  await expect(revokeInvitation("a")).rejects.toThrow();
  expect(invitations.state.list).toHaveLength(2);
  methods.revokeInvitation = () => ({});
  serve();
  await revokeInvitation("a");
  expect(invitations.state.list?.map(({ id }) => id)).toEqual(["b"]);
});
