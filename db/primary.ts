import type { Database } from "./connect.ts";
import { isSilence } from "./failure.ts";
import { openPulse } from "./pulse.ts";
import { MISSED, type Primary, type ReplicaOptions, wordsOf } from "./replica.ts";
import type { Writes } from "./writes.ts";

type Options = Pick<ReplicaOptions, "limit" | "maxLag"> & {
  /** Is told why the primary does not answer, and undefined when it does again. */
  onPrimary?: (failure: string | undefined) => void;
};

export type PrimaryWatch = {
  readonly known: Primary;
  check(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Follows where the primary stands. When it has gone silent, its queries fail at once instead of
 * waiting for their deadline one by one.
 */
export function watchPrimary(
  database: Database,
  writes: Writes,
  { limit, maxLag, onPrimary = () => {} }: Options,
): PrimaryWatch {
  const pulse = openPulse(database.url, limit);
  /** Where it stood, from maxLag ago until now. */
  const history: { time: number; position: bigint }[] = [];
  let known: Primary = { standing: undefined, floor: undefined };
  let missed = 0;

  function missedBy(error: unknown) {
    missed += 1;
    if (missed >= MISSED && isSilence(error)) database.refuse(error as Error);
    if (missed === MISSED) onPrimary(wordsOf(error));
  }

  return {
    get known() {
      return known;
    },
    async check() {
      const tell = writes.look();
      const time = performance.now();
      try {
        const standing = await pulse.ask();
        history.push({ time, position: standing.position });
        while (history.length > 1 && history[1]!.time <= time - maxLag) history.shift();
        const floor = history[0]!.position;
        known = { standing, floor };
        tell(standing.position, floor);
        database.refuse(undefined);
        if (missed >= MISSED) onPrimary(undefined);
        missed = 0;
      } catch (error) {
        missedBy(error);
      }
    },
    close: pulse.close,
  };
}
