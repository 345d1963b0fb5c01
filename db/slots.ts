import { deadlineError } from "./deadline.ts";

export type Slots = {
  /** Gives up with the signal's reason when it aborts. */
  enter(signal?: AbortSignal): Promise<void>;
  leave(): void;
  /** Whether nobody is inside. */
  idle(): boolean;
  usage(): { size: number; inUse: number; waiting: number };
};

/** Lets `count` tasks run at once, and the others wait in order for at most `patience` ms. */
export function limitTo(count: number, patience: number): Slots {
  let free = count;
  const waiting: { start: () => void; timer: NodeJS.Timeout }[] = [];

  async function enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leaveLine = (error: unknown) => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(error);
      };
      const late = `No connection to the database was free within ${patience} ms`;
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        leaveLine(deadlineError(late));
      }, patience);
      const abort = () => {
        clearTimeout(timer);
        leaveLine(signal?.reason);
      };
      const start = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const place = { start, timer };
      waiting.push(place);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  function leave() {
    const next = waiting.shift();
    if (!next) {
      free += 1;
      return;
    }
    clearTimeout(next.timer);
    next.start();
  }

  const usage = () => ({ size: count, inUse: count - free, waiting: waiting.length });
  return { enter, leave, idle: () => free === count, usage };
}
