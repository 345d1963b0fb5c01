import { formatsOf } from "../format.ts";

const { date } = formatsOf("en");

export const users = {
  lead: "Everybody who has an account on this server.",
  you: "you",
  administrator: "administrator",
  disabled: "disabled",
  since: (time: Date) => `since ${date(time)}`,
  actions: (name: string) => `Actions for ${name}`,
  changes: {
    promote: {
      label: "Make administrator",
      title: (name: string) => `Make ${name} an administrator?`,
      hint: "Administrators install models, invite people and manage users. They do not see the conversations of others.",
      done: (name: string) => `${name} is an administrator.`,
    },
    demote: {
      label: "Remove as administrator",
      title: (name: string) => `Remove ${name} as an administrator?`,
      hint: "The account stays with all its conversations. Invitations that nobody has used yet stop working.",
      done: (name: string) => `${name} is no administrator any more.`,
    },
    disable: {
      label: "Disable account",
      title: (name: string) => `Disable the account of ${name}?`,
      hint: "It is logged out everywhere and its access tokens stop working. Everything in it is kept, and you can enable it again.",
      done: (name: string) => `The account of ${name} is disabled.`,
    },
    enable: {
      label: "Enable account",
      title: (name: string) => `Enable the account of ${name}?`,
      hint: "It can log in again, and its access tokens work again.",
      done: (name: string) => `The account of ${name} is enabled.`,
    },
  },
};
