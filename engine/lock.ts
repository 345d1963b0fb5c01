export type Lock = ReturnType<typeof createLock>;

/** A lock that lets one holder in at a time, first come first served; who aborts while waiting leaves at once. */
export function createLock() {
  const waiting: (() => void)[] = [];
  let held = false;

  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else held = false;
  }

  async function acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (held) {
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(enter), 1);
          reject(signal?.reason);
        };
        waiting.push(enter);
        signal?.addEventListener("abort", leave, { once: true });
      });
    }
    held = true;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      release();
    };
  }

  return { acquire };
}
