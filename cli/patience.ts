import { setTimeout as sleep } from "node:timers/promises";
import { isLost } from "./failure.ts";

const RETRIES = 20;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/** How often a lost connection is tried again before it counts as gone. */
export function createPatience(tell: (words: string) => void) {
  let losses = 0;
  return {
    /** Something came: the next loss is the first again. */
    renew: () => void (losses = 0),
    /** Waits for a moment when another try makes sense, or throws the error. */
    async wait(error: unknown, signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      losses += 1;
      if (!isLost(error) || losses > RETRIES) throw error;
      tell("the connection was lost, trying again …");
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (losses - 1));
      await sleep(pause, undefined, { signal });
    },
  };
}
