import type postgres from "postgres";
import { deadlineError } from "./deadline.ts";
import { orAbort } from "./scope.ts";

/** The oldest PostgreSQL that Prosa is made for. */
const LEAST = 18;
/** The driver tries for ever to reach what takes a connection and ends it. */
const LIMIT_MS = 10_000;

/** Fails when nothing that speaks PostgreSQL answers in time, and when it is too old. */
export async function checkServer(sql: postgres.Sql): Promise<void> {
  const limit = new AbortController();
  const late = deadlineError(`no PostgreSQL has answered within ${LIMIT_MS / 1000} seconds`);
  const timer = setTimeout(() => limit.abort(late), LIMIT_MS);
  try {
    const [row] = await orAbort(
      sql`select current_setting('server_version') as "name",
                 current_setting('server_version_num')::int / 10000 as "major"`,
      limit.signal,
    );
    if (row !== undefined && row["major"] >= LEAST) return;
    throw new Error(`This PostgreSQL is ${row?.["name"]}; Prosa needs ${LEAST} or newer.`);
  } finally {
    clearTimeout(timer);
  }
}
