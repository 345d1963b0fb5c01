/** Twenty paints a second read as steady writing and cost a third of sixty. */
export const MIN_PAINT_GAP_MS = 50;

/**
 * Joins many changes into one: calls of the returned function lead to one call of `apply`, in the
 * frame in which the last one is at least `MIN_PAINT_GAP_MS` ago. Hidden pages wait until seen.
 */
export function createFrameBatch(apply: () => void): () => void {
  let scheduled = false;
  let paintedAt = Number.NEGATIVE_INFINITY;
  const onFrame = (now: number) => {
    scheduled = false;
    paintedAt = now;
    apply();
  };
  return () => {
    if (scheduled) return;
    scheduled = true;
    const wait = paintedAt + MIN_PAINT_GAP_MS - performance.now();
    if (wait > 0) setTimeout(() => requestAnimationFrame(onFrame), wait);
    else requestAnimationFrame(onFrame);
  };
}
