import { users } from "./users.ts";

/** What happened, by the names of prosa.admin.v1.AuditKind; `on` is what it was done to. */
export const audit = {
  lead: (days: string) =>
    `Who did what, when and from where. Entries are kept for ${days}, also after an account is deleted. Chats and secrets are never in it.`,
  who: "Who",
  what: "What",
  everybody: "Everybody",
  everything: "Everything",
  only: (name: string) => `Only ${name}`,
  stranger: "Somebody who was not logged in",
  unknownAccount: "an unknown e-mail",
  none: "Nothing has been written down yet.",
  noneFound: "Nothing matches this choice.",
  from: (address: string) => `from ${address}`,
  values: {
    admin: users.administrator,
    member: "member",
    open: "everybody",
    invite: "by invitation",
    closed: "nobody",
    read: "reading",
    write: "reading and writing",
  } as Record<string, string>,
  kinds: {
    UNSPECIFIED: "Something else",
    REGISTERED: "Account created",
    SIGNED_IN: "Logged in",
    SIGN_IN_FAILED: "Login failed",
    SIGNED_OUT: "Logged out",
    SESSION_REVOKED: "Logged out on another device",
    PASSWORD_REFUSED: "Wrong password on confirming",
    PASSWORD_CHANGED: "Password changed",
    ROLE_CHANGED: "Role changed",
    USER_DISABLED: "Account disabled",
    USER_ENABLED: "Account enabled",
    ACCOUNT_DELETED: "Account deleted",
    ACCESS_TOKEN_CREATED: "Access token created",
    ACCESS_TOKEN_REVOKED: "Access token revoked",
    INVITATION_CREATED: "Invitation made",
    INVITATION_REVOKED: "Invitation taken back",
    SETTING_CHANGED: "Setting changed",
    MODEL_PULLED: "Model download begun",
    MODEL_PULL_CANCELED: "Model download cancelled",
    MODEL_DELETED: "Model deleted",
    MODEL_LOADED: "Model loaded",
    MODEL_UNLOADED: "Model unloaded",
    REPLY_STOPPED: "Answer stopped",
    CHATS_IMPORTED: "Chats imported",
    CHATS_EXPORTED: "Chats exported",
  },
  wrongPassword: "wrong password",
  disabledAccount: "the account is disabled",
  registration: "who may create an account",
  change: (from: string, to: string) => `${from} → ${to}`,
  sessions: (count: number) =>
    count === 0
      ? "no other device was logged in"
      : `${count} ${count === 1 ? "other device" : "other devices"} logged out`,
  imported: (created: number, skipped: number, failed: number) =>
    `${created} new, ${skipped} already there, ${failed} failed`,
};
