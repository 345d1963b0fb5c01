import { expect, it } from "vitest";
import { createSpeedometer } from "./pull-progress.ts";

it("tells nothing before half a second has passed", () => {
  const speed = createSpeedometer();
  expect(speed(0, 0)).toBe(0);
  expect(speed(1000, 499)).toBe(0);
  expect(speed(1000, 500)).toBe(2000);
});

it("follows a change without jumping to it", () => {
  const speed = createSpeedometer();
  speed(0, 0);
  speed(1000, 1000);
  const next = speed(4000, 2000);
  expect(next).toBeGreaterThan(1000);
  expect(next).toBeLessThan(3000);
});

it("begins anew when the count falls back", () => {
  const speed = createSpeedometer();
  speed(5000, 0);
  speed(6000, 1000);
  expect(speed(0, 2000)).toBeGreaterThanOrEqual(0);
});
