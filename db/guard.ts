import type postgres from "postgres";
import type { Watch } from "./deadline.ts";
import { isUnavailable } from "./failure.ts";
import type { Slots } from "./slots.ts";

type Unsafe = postgres.TransactionSql["unsafe"];
type Query = postgres.PendingQuery<postgres.Row[]>;
/** Makes a query, sends it, and brings its answer. */
type Run = (make: () => Promise<unknown>) => Promise<unknown>;

/**
 * The driver as drizzle uses it, with a deadline on every wait: for a free connection, for each
 * answer, and for each step of a transaction.
 */
export function guardClient(sql: postgres.Sql, watch: Watch, slots: Slots): postgres.Sql {
  /** The slot is kept until the driver is done, even when the caller was told of a failure before. */
  async function inSlot<T>(task: () => Promise<T>): Promise<T> {
    // The driver itself would queue for ever, or put one query behind another on a connection.
    await slots.enter();
    const answer = task();
    void answer.then(slots.leave, slots.leave);
    return watch.within(answer);
  }
  const run: Run = (make) =>
    inSlot(() => {
      let query: Promise<unknown> & { state?: unknown };
      const send = async () => await (query = make());
      return repeatUnsent(send, () => !query.state);
    });
  const begin = async (fn: (tx: postgres.TransactionSql) => Promise<unknown>) => {
    await slots.enter();
    const transaction = startTransaction(sql, watch, fn);
    void transaction.whole.then(slots.leave, slots.leave);
    return transaction.result();
  };
  return { options: sql.options, unsafe: unsafeOf(sql.unsafe, run), begin } as never;
}

/**
 * After a connection was ended by the server, the driver answers the first query on its successor
 * with the old error, without sending it: such a query is simply asked again.
 */
async function repeatUnsent<T>(send: () => Promise<T>, unsent: () => boolean): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempts > MAX_STALE || !unsent() || !isStale(error)) throw error;
    }
  }
}

/** More than any pool has connections, each of which may have one old error to tell. */
const MAX_STALE = 100;

const isStale = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^(57P0[12]|25P03)$/.test(String(error.code));

function startTransaction<T>(
  sql: postgres.Sql,
  watch: Watch,
  fn: (tx: postgres.TransactionSql) => Promise<T>,
) {
  let broken: unknown;
  let hasBegun = false;
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();

  const run: Run = async (make) => {
    if (broken) throw broken;
    try {
      return await watch.within(make());
    } catch (error) {
      if (isUnavailable(error)) broken = error;
      throw error;
    }
  };
  const body = async (tx: postgres.TransactionSql): Promise<T> => {
    hasBegun = true;
    begun.resolve();
    try {
      return await fn(guardTransaction(tx, run));
    } catch (error) {
      // The driver would roll back on a connection that is gone, and crash on its missing socket.
      // It also rejects the transaction by itself as soon as the connection is closed.
      if (broken) return await new Promise<never>(() => {});
      throw error;
    } finally {
      ended.resolve();
    }
  };

  const whole = repeatUnsent(
    () => sql.begin(body) as Promise<T>,
    () => !hasBegun,
  );
  const failed = whole.then(
    () => {},
    (error: unknown) => {
      if (isUnavailable(error)) broken ??= error;
    },
  );
  return {
    whole,
    async result(): Promise<T> {
      await watch.within(Promise.race([begun.promise, failed]));
      await Promise.race([ended.promise, failed]);
      return watch.within(whole);
    },
  };
}

function guardTransaction(tx: postgres.TransactionSql, run: Run): postgres.TransactionSql {
  const savepoint = (fn: (inner: postgres.TransactionSql) => Promise<unknown>) =>
    tx.savepoint((inner) => fn(guardTransaction(inner, run)));
  return { unsafe: unsafeOf(tx.unsafe, run), savepoint } as never;
}

/** Drizzle either awaits the query or asks for its `values()` and awaits those. */
function unsafeOf(unsafe: Unsafe, run: Run) {
  return (text: string, params: never[] = []) => {
    // A prepared statement spares a round trip and the planning of each repetition.
    const make = (): Query => unsafe(text, params, { prepare: params.length > 0 });
    return {
      // oxlint-disable-next-line unicorn/no-thenable
      then: <A, B>(done: (rows: unknown) => A, failed: (error: unknown) => B) =>
        run(make).then(done, failed),
      values: () => run(() => make().values()),
    };
  };
}
