import { afterAll, expect } from "vitest";
import { outputs } from "./server.ts";
import { leaksIn } from "./written.ts";

// Runs after the last journey of each file, when its servers have ended.
afterAll(() => {
  for (const output of outputs) expect(leaksIn(output()), "what stands in a log").toEqual([]);
});
