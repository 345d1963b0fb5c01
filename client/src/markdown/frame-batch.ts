/** Twenty paints a second already read as steady writing. */
export const MIN_PAINT_GAP_MS = 50;
/** Slow machines paint less often, but never seldomer than this. */
export const MAX_PAINT_GAP_MS = 150;
/** Painting may take this part of the time. */
const PAINT_SHARE = 1 / 30;

/**
 * Joins changes: however often the returned function is called, `apply` runs in a frame, and the
 * next time only when what the last one cost is a thirtieth of the time since. Hidden pages wait.
 */
export function createFrameBatch(apply: () => void): () => void {
  let scheduled = false;
  let nextAt = Number.NEGATIVE_INFINITY;
  const onFrame = () => {
    scheduled = false;
    const start = performance.now();
    nextAt = start + MIN_PAINT_GAP_MS;
    apply();
    // A task queued in a frame runs when its styles, layout and paint are done.
    setTimeout(() => {
      const gap = (performance.now() - start) / PAINT_SHARE;
      nextAt = start + Math.min(MAX_PAINT_GAP_MS, Math.max(MIN_PAINT_GAP_MS, gap));
    });
  };
  return () => {
    if (scheduled) return;
    scheduled = true;
    const wait = nextAt - performance.now();
    if (wait > 0) setTimeout(() => requestAnimationFrame(onFrame), wait);
    else requestAnimationFrame(onFrame);
  };
}
