import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

test("a folder whose name is too long for sockets is refused before anything starts", async () => {
  const long = join(tmpdir(), "x".repeat(90));
  vi.stubEnv("LAB_FOLDER", long);
  const { makeFolder } = await import("./folder.ts");
  expect(makeFolder).toThrow(
    `The folder ${long} has too long a name for sockets (85 bytes at most)`,
  );
});

test("the folder is its owner's alone, and what it lies in is as open as any new folder", async () => {
  const work = mkdtempSync(join(tmpdir(), "prosa-lab-"));
  onTestFinished(() => rmSync(work, { recursive: true }));
  vi.stubEnv("LAB_FOLDER", join(work, "cache/of/lab"));
  const { makeFolder, folder } = await import("./folder.ts");
  expect(makeFolder()).toBe(join(work, "cache"));
  expect(makeFolder()).toBeUndefined();
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  expect(modeOf(folder)).toBe(0o700);
  mkdirSync(join(work, "any"));
  for (const name of ["cache", "cache/of"])
    expect(modeOf(join(work, name))).toBe(modeOf(join(work, "any")));
});
