import type postgres from "postgres";
import { connected } from "./connection.ts";

/**
 * Lets `use` see the database as it is at this moment, whatever is written meanwhile. Nobody is
 * kept from writing.
 */
export function inSnapshot<T>(
  url: string,
  use: (sql: postgres.Sql) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const read = async (sql: postgres.Sql) => {
    await sql.unsafe("begin isolation level repeatable read, read only");
    const process = await processOf(sql);
    const result = await use(sql);
    // The driver opens a broken connection again without a word, and what it reads then is later.
    if ((await processOf(sql)) !== process) {
      throw new Error("The connection to the database broke in the middle.");
    }
    // Nothing was written: that the connection is closed ends the transaction.
    return result;
  };
  return connected(url, "prosa backup", read, signal);
}

async function processOf(sql: postgres.Sql): Promise<unknown> {
  const [row] = await sql.unsafe("select pg_backend_pid() as pid");
  return row?.["pid"];
}
