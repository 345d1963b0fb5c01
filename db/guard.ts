import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import type { Watch } from "./deadline.ts";
import { isUnavailable } from "./failure.ts";
import type { Observe } from "./observe.ts";
import { currentSignal, orAbort } from "./scope.ts";
import type { Slots } from "./slots.ts";

type Unsafe = postgres.TransactionSql["unsafe"];
type Query = postgres.PendingQuery<postgres.Row[]>;
/** Makes a query, sends it, and brings its answer. */
type Run = (statement: string, make: () => Promise<unknown>) => Promise<unknown>;

/**
 * The driver as drizzle uses it, with a deadline on every wait: for a free connection, for each
 * answer, and for each step of a transaction. A query whose call has ended is given up at once: it
 * keeps its connection until it is done, since a cancel that comes late would hit the next query.
 */
export function guardClient(
  sql: postgres.Sql,
  watch: Watch,
  slots: Slots,
  observe: Observe,
): postgres.Sql {
  async function inSlot<T>(signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    watch.check();
    // The driver itself would queue for ever, or put one query behind another on a connection.
    await slots.enter(signal);
    const work = async () => {
      watch.check();
      return task();
    };
    return work().catch(afterClosing).finally(slots.leave);
  }
  const run: Run = (statement, make) => {
    const signal = currentSignal();
    const answer = inSlot(signal, () => {
      let query: Promise<unknown> & { state?: unknown };
      const send = async () => await (query = make());
      const sent = () => watch.within(repeatUnsent(send, () => !query.state));
      return observe("query", statement, sent);
    });
    return orAbort(answer, signal);
  };
  const begin = (fn: Body) => {
    const life = newLife();
    const guard: Guard = { watch, life, observe };
    const start = () =>
      observe("transaction", "", () => inSteps(guard, (body) => sql.begin(body), fn));
    return Promise.race([inSlot(currentSignal(), start), life.givenUp]);
  };
  return { options: sql.options, unsafe: unsafeOf(sql.unsafe, run), begin } as never;
}

/** The driver loses what it is asked while the sockets of broken connections are still closing. */
const CLOSING_MS = 20;

async function afterClosing(error: unknown): Promise<never> {
  if (isUnavailable(error)) await sleep(CLOSING_MS);
  throw error;
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

/** Whether the connection of a transaction is lost, and with which error. */
type Life = {
  isLost(): boolean;
  lose(error: unknown): void;
  lost: Promise<never>;
  /** Called when the call has ended: the transaction is still to be rolled back, but not waited for. */
  giveUp(reason: unknown): void;
  givenUp: Promise<never>;
};

function newLife(): Life {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const given = Promise.withResolvers<never>();
  lost.catch(() => {});
  given.promise.catch(() => {});
  let isLost = false;
  return {
    giveUp: given.reject,
    givenUp: given.promise,
    isLost: () => isLost,
    lose(error) {
      isLost ||= isUnavailable(error);
      if (isLost) reject(error);
    },
    lost,
  };
}

type Body = (tx: postgres.TransactionSql) => Promise<unknown>;
/** What watches over a transaction. */
type Guard = { watch: Watch; life: Life; observe: Observe };

/** Runs a transaction or savepoint that `start` begins, with a deadline on its first and last step. */
async function inSteps(
  guard: Guard,
  start: (body: Body) => Promise<unknown>,
  fn: Body,
): Promise<unknown> {
  const { watch, life } = guard;
  let hasBegun = false;
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const body: Body = async (tx) => {
    hasBegun = true;
    begun.resolve();
    try {
      return await fn(guardTransaction(tx, guard));
    } catch (error) {
      // The driver would roll back on a connection that is gone, and crash on its missing socket.
      if (life.isLost()) return await new Promise<never>(() => {});
      throw error;
    } finally {
      ended.resolve();
    }
  };
  const isUnsent = () => !hasBegun;
  const outcome = Promise.race([repeatUnsent(() => start(body), isUnsent), life.lost]);
  const over = outcome.then(noop, (error: unknown) => life.lose(error));
  try {
    await watch.within(Promise.race([begun.promise, over]));
    await Promise.race([ended.promise, over]);
    return await watch.within(outcome);
  } catch (error) {
    life.lose(error);
    throw error;
  }
}

const noop = () => {};

function guardTransaction(tx: postgres.TransactionSql, guard: Guard): postgres.TransactionSql {
  const { watch, life, observe } = guard;
  const run: Run = async (statement, make) => {
    if (life.isLost()) return life.lost;
    // Not the last step: whether a transaction was committed must never be left open by us.
    const signal = currentSignal();
    try {
      signal?.throwIfAborted();
      const answer = observe("query", statement, () => watch.within(make()));
      return await orAbort(answer, signal);
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) life.giveUp(error);
      life.lose(error);
      return afterClosing(error);
    }
  };
  const savepoint = (fn: Body) =>
    life.isLost() ? life.lost : inSteps(guard, (body) => tx.savepoint(body), fn);
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
        run(text, make).then(done, failed),
      values: () => run(text, () => make().values()),
    };
  };
}
