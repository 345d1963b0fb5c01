import { currentSignal, orAbort, runDetached } from "#db/scope.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { HEALTH_INTERVAL, HEALTH_LIMIT } from "./limits.ts";

/**
 * What is looked after: the database; for reading alone, that or a replica; Ollama or the engine; and
 * the daily backups.
 */
export type Part = "database" | "reading" | "model" | "backup";

type Probes = Record<Exclude<Part, "reading">, () => Promise<unknown>> & {
  /** Whether there is a replica to read from. */
  replica: () => boolean;
};

export type Health = ReturnType<typeof createHealth>;

/** Knows which parts answer. A probe resolves when its part does. */
export function createHealth(probes: Probes) {
  const database = repeated(probes.database);
  const parts = {
    database,
    reading: async () => probes.replica() || (await database()),
    model: repeated(probes.model),
    backup: repeated(probes.backup),
  };
  return {
    /** Whether the part answers, or did at most HEALTH_INTERVAL ago. */
    isUp: (part: Part): Promise<boolean> => orAbort(parts[part](), currentSignal()),

    /**
     * Says at once whether the part answers, and again at each change until the signal aborts. All
     * who watch share one probe, and nobody is asked while nobody watches.
     */
    async *watch(part: Part, signal: AbortSignal): AsyncGenerator<boolean> {
      for (let told: boolean | undefined; ;) {
        const up = await parts[part]();
        if (signal.aborted) return;
        if (up !== told) yield (told = up);
        await sleep(HEALTH_INTERVAL, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** Asks at most once in HEALTH_INTERVAL, and gives everybody in between the same answer. */
function repeated(probe: () => Promise<unknown>): () => Promise<boolean> {
  let last: { time: number; answer: Promise<boolean> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.time >= HEALTH_INTERVAL) {
      // The answer is everybody's: the deadline of whoever asks first must not be what it says.
      last = { time: Date.now(), answer: runDetached(() => answers(probe)) };
    }
    return last.answer;
  };
}

async function answers(probe: () => Promise<unknown>): Promise<boolean> {
  const settled = new AbortController();
  const late = sleep(HEALTH_LIMIT, false, { signal: settled.signal }).catch(() => false);
  const up = probe().then(
    () => true,
    () => false,
  );
  return Promise.race([up, late]).finally(() => settled.abort());
}
