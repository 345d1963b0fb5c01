/** A signal that aborts with `signal`, or when `touch` was not called for `ms` milliseconds. */
export function createStallGuard(ms: number, signal: AbortSignal) {
  const stalled = new AbortController();
  const expire = () =>
    stalled.abort(new Error(`not a byte came from the registry for ${ms / 1000} s`));
  const timer = setTimeout(expire, ms);
  return {
    signal: AbortSignal.any([signal, stalled.signal]),
    touch: () => void timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
