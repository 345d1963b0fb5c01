import { afterEach, expect, test, vi } from "vitest";

// No laboratory was ever there.
vi.stubEnv("LAB_FOLDER", "/nowhere");
const { within } = await import("./holder.ts");

afterEach(() => vi.unstubAllEnvs());

test("who is at LAN1 already still reaches the bridges, and each place, by its name", () => {
  vi.stubEnv("PROSA_LAB_INSIDE", "1");
  expect(within()).toEqual(["nsenter", "--net=/run/netns/bridges", "--"]);
  expect(within("vm2")).toEqual(["nsenter", "--net=/run/netns/vm2", "--"]);
});

test("without a laboratory, nothing can be run in it", () => {
  vi.stubEnv("PROSA_LAB_INSIDE", undefined);
  expect(() => within("vm1")).toThrow("The laboratory is down: npm run lab -- up");
});
