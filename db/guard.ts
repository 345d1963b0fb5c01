import type postgres from "postgres";
import { deadlineError, type Watch } from "./deadline.ts";
import { isUnavailable } from "./failure.ts";
import { limitTo } from "./slots.ts";

type Unsafe = postgres.TransactionSql["unsafe"];
type Run = <T>(query: () => Promise<T>) => Promise<T>;

/**
 * The driver as drizzle uses it, with a deadline on every wait: for a free connection, for each
 * answer, and for each step of a transaction.
 */
export function guardClient(
  sql: postgres.Sql,
  watch: Watch,
  limits: { connections: number; deadline: number },
): postgres.Sql {
  // postgres.js would queue for ever, or put a query behind another one on a connection.
  const slots = limitTo(limits.connections, limits.deadline);

  /** Keeps the slot until the driver is done, even when the caller was told of a failure before. */
  async function inSlot<T>(task: () => Promise<T>): Promise<T> {
    await slots.enter();
    const answer = task();
    void answer.then(slots.leave, slots.leave);
    return watch.within(answer);
  }

  const begin = (fn: (tx: postgres.TransactionSql) => Promise<unknown>) =>
    inTransaction(sql, watch, slots, fn);
  return { options: sql.options, unsafe: unsafeOf(sql.unsafe, inSlot), begin } as never;
}

async function inTransaction<T>(
  sql: postgres.Sql,
  watch: Watch,
  slots: ReturnType<typeof limitTo>,
  fn: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  await slots.enter();
  let broken: unknown;
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();

  const run: Run = async (query) => {
    if (broken) throw broken;
    try {
      return await watch.within(query());
    } catch (error) {
      if (isUnavailable(error)) broken = error;
      throw error;
    }
  };
  const body = async (tx: postgres.TransactionSql) => {
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

  const whole = sql.begin(body) as Promise<T>;
  void whole.then(slots.leave, slots.leave);
  const failed = whole.then(
    () => undefined,
    (error: unknown) => {
      broken ??= isUnavailable(error) ? error : undefined;
    },
  );
  const steps = async () => {
    await watch.within(Promise.race([begun.promise, failed]));
    await Promise.race([ended.promise, failed]);
    return watch.within(whole);
  };
  return steps();
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
    const query = () => unsafe(text, params, { prepare: params.length > 0 });
    return {
      // oxlint-disable-next-line unicorn/no-thenable
      then: <A, B>(done: (rows: unknown) => A, failed: (error: unknown) => B) =>
        run(async () => await query()).then(done, failed),
      values: () => run(async () => await query().values()),
    };
  };
}
