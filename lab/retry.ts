import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 200;

/** Attempts it until it succeeds; after the limit it fails as the last attempt did. */
export async function retry<T>(limitMs: number, attempt: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + limitMs; ; await sleep(PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
