import { formatsOf } from "../format.ts";
import { audit } from "./audit.ts";
import { users } from "./users.ts";
import { welcome } from "./welcome.ts";

const { bytes, dateTime, number } = formatsOf("en");
const days = new Intl.NumberFormat("en", { style: "unit", unit: "day", unitDisplay: "long" });

/** The texts of the administrators' pages; they come with these. */
export const texts = {
  admin: {
    parts: {
      label: "Parts of the administration",
      users: "Users",
      registration: "Registration",
      replies: "Answers",
      health: "Health",
      audit: "Audit log",
    },
    registration: {
      title: "New accounts",
      label: "Who may create an account",
      open: "Everybody",
      invite: "By invitation",
      closed: "Nobody",
      hints: {
        open: "Whoever reaches this server can create an account.",
        invite: "Whoever has a link that you made below can create one account.",
        closed: "The accounts that exist go on; new ones cannot be created.",
      },
      byDefault:
        "Nobody has decided this yet. Without a decision it is open while the server listens on its own machine only, and closed otherwise.",
      fixed:
        "REGISTRATION in the server’s environment decides this. To change it here, remove it there and start the server again.",
      saved: "Saved. It holds from now on.",
    },
    invitations: {
      title: "Invitations",
      hint: "A link lets one person create an account within seven days.",
      closed: "While nobody may create an account, invitations do not help.",
      create: "Create a link",
      link: "Invitation link",
      copy: "Copy the link",
      until: (time: Date) => `Works once, until ${dateTime(time)}. It is shown only now.`,
      none: "No invitation has been made yet.",
      made: (name: string, time: Date) =>
        name ? `Made by ${name}, ${dateTime(time)}` : `Made ${dateTime(time)}`,
      open: (time: Date) => `Not used yet. Works until ${dateTime(time)}.`,
      expired: (time: Date) => `Nobody used it until ${dateTime(time)}.`,
      used: (name: string, time: Date) =>
        name ? `Used by ${name}, ${dateTime(time)}` : `Used ${dateTime(time)}`,
      revoke: "Take back",
      revokeOf: (time: Date) => `Take back the invitation of ${dateTime(time)}`,
      revokeTitle: "Take this invitation back?",
      revokeHint: "Its link stops working at once. You can make another.",
      revoked: "The invitation is taken back.",
    },
    replies: {
      title: "Answers under way",
      lead: "What the models of this server are writing now, and who waits. You see whose it is, never what is written.",
      none: "No model is answering, and nobody waits.",
      purposes: {
        CHAT: "an answer in a chat",
        TITLE: "the title of a chat",
        PROGRAM: "an answer for a program",
        UNSPECIFIED: "an answer",
      },
      somebody: "Somebody who has just left",
      queued: (position: number) => (position > 0 ? `waits, number ${position} in line` : "waits"),
      loading: "the model is being loaded",
      streaming: (tokens: number) =>
        tokens === 0
          ? "the model reads the question"
          : `${number(tokens)} ${tokens === 1 ? "token" : "tokens"} so far`,
      since: (seconds: number) => `for ${duration(seconds)}`,
      stop: "Stop",
      stopOf: (name: string, model: string) => `Stop the answer of ${model} for ${name}`,
      stopTitle: (name: string) => `Stop this answer for ${name}?`,
      stopHints: {
        CHAT: "What is written of it is kept, and it can be continued.",
        TITLE: "The chat is then named after the first words of its question.",
        PROGRAM: "The program gets an error and no more text. Nothing of it is kept here.",
        UNSPECIFIED: "The model writes no more of it.",
      },
      stopped: "The answer is stopped.",
      more: "There are more.",
    },
    health: {
      title: "How the server is",
      database: "Database",
      disk: "Disk",
      up: "works",
      down: "does not answer",
      roomy: "enough room",
      low: "little room left",
      unknown: "nothing is known",
      embeddedDatabase: (version: string) => `PostgreSQL ${version} that comes with Prosa`,
      ownDatabase: (version: string) => `PostgreSQL ${version} of yours`,
      size: (size: number) => `Prosa’s data take ${bytes(size)}`,
      engine: (version: string) =>
        `the engine that comes with Prosa, speaking as Ollama ${version}`,
      ollama: (version: string) => `Ollama ${version}`,
      free: (free: number, total: number) => `${bytes(free)} of ${bytes(total)} free`,
      process: "Process",
      version: (version: string) => `Prosa ${version}`,
      uptime: (seconds: number) => `has been running for ${duration(seconds)}`,
      replica: {
        name: (name: string) => `Replica ${name}`,
        states: {
          USED: "in use",
          LAGGING: "lags behind",
          AWAY: "out of reach",
          REFUSED: "refused",
          UNSPECIFIED: "nothing is known",
        },
        reasons: {
          BEHIND: "it is used again when it has caught up",
          NOT_KNOWN_YET: "where it stands is not known yet",
          NO_ANSWER: "it does not answer or does not let Prosa in; the server’s log says why",
          NO_REPLICA: "it is a server of its own and no replica",
          OTHER_DATABASE: "it follows another database",
        },
        lag: (size: number) =>
          size === 0 ? "has all that the primary has" : `${bytes(size)} behind the primary`,
      },
      backup: {
        name: "Daily backups",
        none: "none yet",
        failed: "the last attempt failed",
        newest: (time: Date) => `the newest is of ${dateTime(time)}`,
        kept: (count: number, folder: string) =>
          count === 0 ? `none in ${folder}` : `${number(count)} kept in ${folder}`,
        retry: (time: Date) =>
          `another attempt from ${dateTime(time)} on; the server’s log says what went wrong`,
      },
      refresh: "Look again",
    },
    users,
    audit,
    welcome,
    days: (count: number) => days.format(count),
  },
};

/** Of what takes long only the greater parts count. */
function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${Math.floor(seconds)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return hours < 48 ? `${hours} h ${minutes % 60} min` : days.format(Math.floor(hours / 24));
}
