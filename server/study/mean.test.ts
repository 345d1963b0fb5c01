import { expect, test } from "vitest";
import { createMean } from "./mean.ts";

function meanOf(...numbers: number[]) {
  const mean = createMean();
  for (const number of numbers) mean.add(number);
  return mean.value();
}

test("the mean is the sum by the count, to the last digit", () => {
  expect(meanOf(10, 20, 30, 40, 50)).toBe(30);
  expect(meanOf(0.1, 0.2)).toBe((0.1 + 0.2) / 2);
  expect(meanOf(-1, 1)).toBe(0);
  expect(meanOf(Number.MIN_VALUE)).toBe(Number.MIN_VALUE);
});

test("no number has no mean", () => {
  expect(meanOf()).toBeUndefined();
});

test("a sum that no double holds does not spoil the mean", () => {
  const { MAX_VALUE } = Number;
  expect(meanOf(1e308, 1e308, 1e308, 1e308)).toBeCloseTo(1e308, -294);
  expect(meanOf(...Array.from({ length: 1000 }, () => MAX_VALUE))).toBe(MAX_VALUE);
  expect(meanOf(MAX_VALUE, MAX_VALUE, -MAX_VALUE, -MAX_VALUE)).toBe(0);
  expect(meanOf(-MAX_VALUE, -MAX_VALUE, -MAX_VALUE)).toBe(-MAX_VALUE);
});
