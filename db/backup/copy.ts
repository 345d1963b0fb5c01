import type { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type postgres from "postgres";

type Sql = Pick<postgres.Sql, "unsafe">;

/** The driver gives each row alone; so many bytes go on together. */
const BATCH_BYTES = 65_536;

/** The rows of a COPY … TO STDOUT, whole ones, as PostgreSQL writes them. */
export async function* copyOut(sql: Sql, statement: string): AsyncGenerator<Buffer> {
  let batch: Buffer[] = [];
  let bytes = 0;
  const rows = await sql.unsafe(statement).readable();
  for await (const row of rows) {
    batch.push(row as Buffer);
    bytes += (row as Buffer).length;
    if (bytes < BATCH_BYTES) continue;
    yield Buffer.concat(batch);
    batch = [];
    bytes = 0;
  }
  // The driver stops reading from its socket when we are slow, and would leave it at that when the
  // last row has come meanwhile: the next statement would wait for ever. This lets it read on.
  rows._read(0);
  if (bytes > 0) yield Buffer.concat(batch);
}

/** Gives the rows to a COPY … FROM STDIN, and resolves when PostgreSQL has taken all of them. */
export async function copyIn(
  sql: Sql,
  statement: string,
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  const query = sql.unsafe(statement);
  let refusal: unknown;
  const { reject } = query as unknown as { reject: (error: unknown) => void };
  // Of what is found only after the last row, as of a row without its parent, the driver tells nobody.
  const hear = (error: unknown) => {
    refusal = error;
    reject(error);
  };
  void Object.assign(query, { reject: hear });
  const stream = await query.writable();
  stream.on("error", () => {});
  try {
    for await (const chunk of rows) await write(stream, chunk);
    // Its end is not waited for: it would never be told when the rows are refused. The next
    // statement is, which stands in line behind it.
    stream.end();
    await setImmediate();
    await sql.unsafe("select 1");
  } catch (error) {
    stream.destroy();
    throw refusal ?? error;
  }
}

function write(stream: Writable, chunk: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  return promise;
}
