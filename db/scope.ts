import { AsyncLocalStorage } from "node:async_hooks";

const scope = new AsyncLocalStorage<AbortSignal | undefined>();

/** Runs `task`, whose queries and waits for a connection are given up when `signal` aborts, with its reason. */
export function runUntil<T>(signal: AbortSignal, task: () => T): T {
  return scope.run(signal, task);
}

/** Runs what outlives the call that asks for it, and is not ended by the call's end. */
export function runDetached<T>(task: () => T): T {
  return scope.run(undefined, task);
}

export function currentSignal(): AbortSignal | undefined {
  return scope.getStore();
}

/** What `work` brings, or the signal's reason as soon as it aborts; the work itself goes on. */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
    work.catch(() => {});
  }
}
