import { SessionSchema } from "#proto/prosa/user/v1/session_pb.ts";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { Role, Theme, UserSchema } from "#proto/prosa/user/v1/user_pb.ts";
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Registration } from "../config.ts";
import type { Session, User } from "./sessions.ts";

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

export function fromTheme(theme: Theme): User["theme"] {
  return (Object.keys(themes) as User["theme"][]).find((name) => themes[name] === theme)!;
}

export function toSession(row: Session, currentId: string) {
  return create(SessionSchema, {
    id: row.id,
    device: row.device,
    address: row.address,
    createTime: timestampFromDate(row.createTime),
    lastSeenTime: timestampFromDate(row.lastSeenTime),
    expireTime: timestampFromDate(row.expireTime),
    current: row.id === currentId,
  });
}

export const registrationPolicies: Record<Registration, RegistrationPolicy> = {
  open: RegistrationPolicy.OPEN,
  invite: RegistrationPolicy.INVITE,
  closed: RegistrationPolicy.CLOSED,
};
