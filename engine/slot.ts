import type { InstalledModel } from "./library.ts";
import type { LoadedModel } from "./llama.ts";
import { createLock } from "./lock.ts";

export type Slot = ReturnType<typeof createSlot>;

export type Load = (path: string, contextSize: number, signal: AbortSignal) => Promise<LoadedModel>;

type Wish = { model: InstalledModel; contextSize: number; keepAliveMs: number };
type Resident = { wish: Wish; loaded: LoadedModel; expireTime: number };

/** Room for one model in memory and one request at a time; the others wait in order. */
export function createSlot(load: Load) {
  const lock = createLock();
  let resident: Resident | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function empty(): Promise<void> {
    const leaving = resident;
    resident = undefined;
    await leaving?.loaded.dispose();
  }

  async function unload(digest?: string): Promise<void> {
    const release = await lock.acquire();
    try {
      if (digest === undefined || resident?.wish.model.digest === digest) await empty();
    } finally {
      release();
    }
  }

  async function ensure(wish: Wish, signal: AbortSignal): Promise<Resident> {
    const now = resident;
    const same = now?.wish.model.digest === wish.model.digest;
    if (same && now.wish.contextSize === wish.contextSize) return now;
    await empty();
    const loaded = await load(wish.model.path, wish.contextSize, signal);
    resident = { wish, loaded, expireTime: Infinity };
    return resident;
  }

  async function settle(keepAliveMs: number): Promise<void> {
    if (keepAliveMs <= 0) return empty();
    if (resident) resident.expireTime = Date.now() + keepAliveMs;
    if (keepAliveMs === Infinity) return;
    const bounded = Math.min(keepAliveMs, 2 ** 31 - 1);
    timer = setTimeout(() => void unload().catch(console.error), bounded).unref();
  }

  /** Runs `job` with the model in memory; `loadNanoseconds` is what it took to get it there. */
  async function use<T>(
    wish: Wish,
    signal: AbortSignal,
    job: (loaded: LoadedModel, loadNanoseconds: number) => Promise<T>,
  ): Promise<T> {
    const release = await lock.acquire(signal);
    clearTimeout(timer);
    try {
      const start = process.hrtime.bigint();
      const { loaded } = await ensure(wish, signal);
      return await job(loaded, Number(process.hrtime.bigint() - start));
    } finally {
      await settle(wish.keepAliveMs);
      release();
    }
  }

  return { use, unload, resident: () => resident };
}
