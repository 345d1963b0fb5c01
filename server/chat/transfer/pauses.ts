import { setImmediate as nextTurn } from "node:timers/promises";
import { IMPORT_SLICE } from "../../limits.ts";

/**
 * Returns a function to await between two pieces of work: it lets everybody else have their turn when
 * the work has taken long enough. Awaiting what is there already would not.
 */
export function createPauses(): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < IMPORT_SLICE) return;
    await nextTurn();
    begun = performance.now();
  };
}
