import { expect, test } from "vitest";
import { formatBytes, percentage, progressBar } from "./progress.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [99_960, "100 kB"],
  [999_600, "1.0 MB"],
  [1_321_098_329, "1.3 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("a download that is not over never says so", () => {
  expect(percentage(0.9999)).toBe(" 99%");
  expect(percentage(1)).toBe("100%");
});

test("the bar shows the share and never exceeds the line", () => {
  expect(progressBar("m", 50, 100, 57)).toBe(
    `m  [${"#".repeat(15)}${"-".repeat(15)}]   50%  50 B of 100 B`,
  );
  for (const columns of [10, 20, 40, 80, 200]) {
    for (const total of [0, 1, 2_000_000_000]) {
      const bar = progressBar("llama3.2:1b", total / 3, total, columns);
      expect(bar.length).toBeLessThan(columns);
    }
  }
});
