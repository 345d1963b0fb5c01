/** Resolves when the browser has time to spare, and tells how much of it is left at any moment. */
export function whenIdle(): Promise<() => number> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback((deadline) => resolve(() => deadline.timeRemaining()), {
        timeout: 1_000,
      });
      return;
    }
    setTimeout(() => {
      const end = performance.now() + 8;
      resolve(() => end - performance.now());
    }, 32);
  });
}
