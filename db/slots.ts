import { deadlineError } from "./deadline.ts";

export type Slots = {
  enter(): Promise<void>;
  leave(): void;
  /** Whether nobody is inside. */
  idle(): boolean;
};

/** Lets `count` tasks run at once, and the others wait in order for at most `patience` ms. */
export function limitTo(count: number, patience: number): Slots {
  let free = count;
  const waiting: { start: () => void; timer: NodeJS.Timeout }[] = [];

  async function enter(): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(deadlineError(`No connection to the database was free within ${patience} ms`));
      }, patience);
      const place = { start: resolve, timer };
      waiting.push(place);
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

  return { enter, leave, idle: () => free === count };
}
