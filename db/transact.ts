import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "./connect.ts";
import { isSerializationFailure, isUnavailable } from "./failure.ts";

/** The pauses in milliseconds before the second attempt and those after it. */
const PAUSES_MS = [20, 100, 300];
/** No attempt begins later than this after the first. */
const PATIENCE_MS = 15_000;

/**
 * Runs `write`, and runs it again when the connection broke or it lost against another transaction.
 * A lost answer leaves open whether it was stored, so it must be safe to repeat: by a request id
 * that is unique, or by writing what does not depend on what was there.
 */
export async function repeat<T>(write: () => Promise<T>): Promise<T> {
  const start = Date.now();
  for (const pause of PAUSES_MS) {
    try {
      return await write();
    } catch (error) {
      const passing = isUnavailable(error) || isSerializationFailure(error);
      if (!passing || Date.now() - start > PATIENCE_MS) throw error;
      await sleep(pause);
    }
  }
  return write();
}

/** Runs `fn` in a transaction, with the repetitions of `repeat`. */
export function transact<T>(db: Db, fn: (tx: Db) => Promise<T>): Promise<T> {
  return repeat(() => db.transaction(fn));
}
