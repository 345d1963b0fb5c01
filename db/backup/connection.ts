import postgres from "postgres";
import { checkServer } from "../check-server.ts";
import { type Watch, watchSockets } from "../deadline.ts";

const CONNECT_SECONDS = 5;

/**
 * One connection without the deadlines of the server's queries, on which every value is written the
 * same way whatever the settings of the database are.
 */
function openConnection(url: string, applicationName: string, watch: Watch): postgres.Sql {
  return postgres(url, {
    max: 1,
    max_lifetime: null,
    connect_timeout: CONNECT_SECONDS,
    onnotice: () => {},
    socket: watch.open,
    fetch_types: false,
    connection: {
      application_name: applicationName,
      client_encoding: "UTF8",
      statement_timeout: 0,
      idle_in_transaction_session_timeout: 0,
      DateStyle: "ISO, YMD",
      TimeZone: "UTC",
      bytea_output: "hex",
      extra_float_digits: 1,
    },
  } as postgres.Options<{}>);
}

/**
 * Lets `use` have a connection of its own, which is closed whatever becomes of it: also when the
 * signal aborts, and then what is under way ends with the signal's reason.
 */
export async function connected<T>(
  url: string,
  applicationName: string,
  use: (sql: postgres.Sql) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const watch = watchSockets(CONNECT_SECONDS * 1000);
  const sql = openConnection(url, applicationName, watch);
  const close = () => sql.end({ timeout: 0 });
  const giveUp = () => void close();
  signal?.addEventListener("abort", giveUp);
  try {
    await checkServer(sql);
    return await use(sql);
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", giveUp);
    await close();
    // Of a COPY that nobody reads to its end the driver would neither read nor close the connection.
    watch.destroy();
  }
}
