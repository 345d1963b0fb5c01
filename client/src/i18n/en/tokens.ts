import { formatsOf } from "../format.ts";

const { date, dateTime } = formatsOf("en");

export const tokens = {
  title: "Access tokens",
  hint: "With a token, a program works here in your name. It does not know your password and cannot change your account.",
  none: "You have no access tokens.",
  create: "Create a token",
  name: "Name of the token",
  namePlaceholder: "What it is for",
  scope: "What it may do",
  scopes: { read: "Read", write: "Read and write" },
  lifetime: "Works for",
  days: (count: number) => `${count} days`,
  noEnd: "no end",
  submit: "Create",
  made: (name: string) => `The token “${name}” is made. It is shown only now.`,
  token: "Token",
  example: "Try it in a terminal",
  done: "I have copied it",
  until: (time: Date) => `until ${date(time)}`,
  forever: "works until you revoke it",
  used: (time: Date) => `last used ${dateTime(time)}`,
  neverUsed: "never used",
  revoke: "Revoke",
  revokeNamed: (name: string) => `Revoke ${name}`,
  revokeTitle: (name: string) => `Revoke “${name}”?`,
  revokeHint: "Programs that use it stop working at once. This cannot be undone.",
  revoked: (name: string) => `The token “${name}” is revoked.`,
};
