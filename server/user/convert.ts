import { AccessTokenSchema, Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { InvitationSchema } from "#proto/prosa/user/v1/invitation_pb.ts";
import { SessionSchema } from "#proto/prosa/user/v1/session_pb.ts";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { Role, Theme, UserSchema } from "#proto/prosa/user/v1/user_pb.ts";
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Registration } from "../config.ts";
import type { AccessToken, User } from "./callers.ts";
import type { Invitation } from "./invitations.ts";
import type { Session } from "./sessions.ts";

const roles: Record<User["role"], Role> = { member: Role.MEMBER, admin: Role.ADMIN };

const themes: Record<User["theme"], Theme> = {
  system: Theme.SYSTEM,
  light: Theme.LIGHT,
  dark: Theme.DARK,
};

export function toUser(row: User) {
  return create(UserSchema, {
    id: row.id,
    email: row.email,
    displayName: row.displayName,
    role: roles[row.role],
    locale: row.locale,
    theme: themes[row.theme],
    createTime: timestampFromDate(row.createTime),
    disabled: row.disabled,
  });
}

export function fromRole(role: Role): User["role"] {
  return role === Role.ADMIN ? "admin" : "member";
}

export function fromTheme(theme: Theme): User["theme"] {
  return (Object.keys(themes) as User["theme"][]).find((name) => themes[name] === theme)!;
}

/** `askingId` is that of the session or access token that asks. */
export function toSession(row: Session, askingId: string) {
  return create(SessionSchema, {
    id: row.id,
    device: row.device,
    address: row.address,
    createTime: timestampFromDate(row.createTime),
    lastSeenTime: timestampFromDate(row.lastSeenTime),
    expireTime: timestampFromDate(row.expireTime),
    current: row.id === askingId,
  });
}

const scopes: Record<AccessToken["scope"], Scope> = { read: Scope.READ, write: Scope.WRITE };

export function toAccessToken(row: AccessToken) {
  return create(AccessTokenSchema, {
    id: row.id,
    name: row.name,
    scope: scopes[row.scope],
    createTime: timestampFromDate(row.createTime),
    ...(row.expireTime && { expireTime: timestampFromDate(row.expireTime) }),
    ...(row.lastUsedTime && { lastUsedTime: timestampFromDate(row.lastUsedTime) }),
  });
}

export function fromScope(scope: Scope): AccessToken["scope"] {
  return scope === Scope.WRITE ? "write" : "read";
}

export function toInvitation(row: Invitation) {
  return create(InvitationSchema, {
    id: row.id,
    createTime: timestampFromDate(row.createTime),
    expireTime: timestampFromDate(row.expireTime),
    ...(row.useTime && { useTime: timestampFromDate(row.useTime) }),
    creatorName: row.creatorName ?? "",
    usedByName: row.usedByName ?? "",
  });
}

export const registrationPolicies: Record<Registration, RegistrationPolicy> = {
  open: RegistrationPolicy.OPEN,
  invite: RegistrationPolicy.INVITE,
  closed: RegistrationPolicy.CLOSED,
};

export function fromRegistrationPolicy(policy: RegistrationPolicy): Registration {
  const names = Object.keys(registrationPolicies) as Registration[];
  return names.find((name) => registrationPolicies[name] === policy)!;
}
