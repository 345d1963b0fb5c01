import { causeWith, isUnavailable } from "#db/failure.ts";
import { statfsSync } from "node:fs";
import type { Config } from "./config.ts";

type Place = Pick<Config, "databaseUrl" | "dataFolder">;

/** PostgreSQL sets itself up in 40 MB and writes its log in pieces of 16 MB. */
const LEAST_ROOM = 64 * 1024 * 1024;

/** What is to be done about PostgreSQL's refusals, by their codes. */
const ADVICE: Record<string, string | undefined> = {
  "28P01": "Are the user and the password in DATABASE_URL right?",
  "28000": "Are the user and the password in DATABASE_URL right, and may they come from here?",
  "3D000": "Make the database that DATABASE_URL names (CREATE DATABASE), or name another.",
  "42501":
    "The user of DATABASE_URL needs the right to make tables: let it own the database " +
    "(ALTER DATABASE … OWNER TO …).",
  "25006": "Prosa has to write: DATABASE_URL must be the primary, not a replica.",
  "53100": "Free some space on the database's disk and start again.",
};

/** The error with what is to be done about it, where the database or the data folder is the reason. */
export function explainStartFailure(error: unknown, config: Place): unknown {
  if (!(error instanceof Error)) return error;
  const full = config.databaseUrl === undefined && lackOfRoom(config.dataFolder);
  if (full) return new Error(`${full}\n${error.message}`, { cause: error });
  return explainRefusal(error, config);
}

/** The error with what is to be done about it, where the database is the reason. */
function explainRefusal(error: Error, { databaseUrl }: Pick<Place, "databaseUrl">): Error {
  // Its own words: what wraps it would tell a whole query.
  const { code, message = error.message } = causeWith(error, "code") ?? {};
  if (isUnavailable(error)) {
    const question = databaseUrl === undefined ? "" : " Is DATABASE_URL right?";
    const words = `The database does not answer: ${String(message)}.${question}`;
    return new Error(words, { cause: error });
  }
  const advice = ADVICE[String(code)];
  if (advice === undefined) return error;
  return new Error(`The database refuses: ${String(message)}. ${advice}`, { cause: error });
}

/** Asks the disk itself: PostgreSQL cannot write down what it died of when there is no room. */
function lackOfRoom(folder: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const room = bavail * bsize;
    if (room >= LEAST_ROOM) return undefined;
    const left = `${Math.floor(room / 1024 / 1024)} MB left`;
    return `The disk of PROSA_DATA=${folder} is full (${left}): free some space and start again.`;
  } catch {
    return undefined;
  }
}
