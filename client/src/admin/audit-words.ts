import { type AuditEvent, AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { t } from "../i18n/admin.ts";
import { nameIn } from "./name-in.ts";

export type KindName = keyof typeof AuditKind;

/** The kinds by their names in the proto, without the one that means none. */
export const kindNames = (Object.keys(AuditKind) as KindName[]).filter(
  (name) => AuditKind[name] !== AuditKind.UNSPECIFIED,
);

/** What kind of deed it is; one from a newer server reads as something else. */
export function kindText(kind: AuditKind): string {
  return t().admin.audit.kinds[nameIn(AuditKind, kind)];
}

const valueText = (value = "") => t().admin.audit.values[value] ?? value;

/** What it was done to, and how, in a few words; empty where the kind says it all. */
export function deedText(event: AuditEvent): string {
  return [subjectText(event), detailText(event)].filter(Boolean).join(": ");
}

function subjectText({ kind, subject, subjectId, actorId }: AuditEvent): string {
  const texts = t().admin.audit;
  if (kind === AuditKind.SETTING_CHANGED) return texts.registration;
  if (kind === AuditKind.SIGN_IN_FAILED && subjectId === "") return texts.unknownAccount;
  // Of who did something to themselves the name stands there already.
  return subjectId !== "" && subjectId === actorId ? "" : subject;
}

function detailText({ kind, details }: AuditEvent): string {
  const texts = t().admin.audit;
  const count = (name: string) => Number(details[name] ?? 0);
  switch (kind) {
    case AuditKind.ROLE_CHANGED:
    case AuditKind.SETTING_CHANGED:
      return texts.change(valueText(details["from"]), valueText(details["to"]));
    case AuditKind.REGISTERED:
      return valueText(details["role"]);
    case AuditKind.ACCESS_TOKEN_CREATED:
      return valueText(details["scope"]);
    case AuditKind.PASSWORD_CHANGED:
      return texts.sessions(count("sessions"));
    case AuditKind.CHATS_IMPORTED:
      return texts.imported(count("created"), count("skipped"), count("failed"));
    case AuditKind.REPLY_STOPPED:
      return details["model"] ?? "";
    case AuditKind.SIGN_IN_FAILED:
      return details["reason"] === "ACCOUNT_DISABLED" ? texts.disabledAccount : texts.wrongPassword;
    default:
      return "";
  }
}
