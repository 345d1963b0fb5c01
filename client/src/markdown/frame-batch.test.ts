import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFrameBatch, MAX_PAINT_GAP_MS, MIN_PAINT_GAP_MS } from "./frame-batch.ts";

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "performance", "requestAnimationFrame"],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const FRAME_MS = 16;

it("many changes before a frame lead to one", () => {
  const apply = vi.fn<() => void>();
  const schedule = createFrameBatch(apply);
  for (let change = 0; change < 100; change += 1) schedule();
  expect(apply).not.toHaveBeenCalled();
  vi.advanceTimersByTime(FRAME_MS);
  expect(apply).toHaveBeenCalledTimes(1);
});

it("the first change waits for a frame only, later ones for the gap", () => {
  const apply = vi.fn<() => void>();
  const schedule = createFrameBatch(apply);
  schedule();
  vi.advanceTimersByTime(FRAME_MS);
  schedule();
  vi.advanceTimersByTime(MIN_PAINT_GAP_MS - FRAME_MS);
  expect(apply).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2 * FRAME_MS);
  expect(apply).toHaveBeenCalledTimes(2);
});

it("the last change is never lost", () => {
  let shown = 0;
  let value = 0;
  const schedule = createFrameBatch(() => (shown = value));
  for (let tick = 1; tick <= 500; tick += 1) {
    value = tick;
    schedule();
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(MAX_PAINT_GAP_MS + FRAME_MS);
  expect(shown).toBe(500);
});

it("costly paints come seldomer, up to a limit", () => {
  const times: number[] = [];
  const schedule = createFrameBatch(() => {
    times.push(performance.now());
    vi.setSystemTime(Date.now());
    vi.advanceTimersByTime(0);
    const end = performance.now() + 40;
    while (performance.now() < end) vi.advanceTimersByTime(1);
  });
  for (let tick = 0; tick < 100; tick += 1) {
    schedule();
    vi.advanceTimersByTime(10);
  }
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.max(...gaps.slice(1))).toBeLessThanOrEqual(MAX_PAINT_GAP_MS + 50 + FRAME_MS);
  expect(Math.min(...gaps.slice(1))).toBeGreaterThan(MIN_PAINT_GAP_MS + FRAME_MS);
});
