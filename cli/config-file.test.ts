import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configPath, readConfig, writeConfig } from "./config-file.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "prosa-cli-"));
  path = join(folder, "deep", "prosa", "cli.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("each system has its place for the file", () => {
  const home = "/home/ana";
  expect(configPath({}, "linux", home)).toBe(join(home, ".config", "prosa", "cli.json"));
  expect(configPath({ XDG_CONFIG_HOME: "/x" }, "linux", home)).toBe(join("/x/prosa/cli.json"));
  expect(configPath({}, "darwin", home)).toBe(
    join(home, "Library", "Application Support", "prosa", "cli.json"),
  );
  expect(configPath({ APPDATA: "/roaming" }, "win32", home)).toBe(join("/roaming/prosa/cli.json"));
});

test("what is written is read again, and nobody else can read it", async () => {
  expect(await readConfig(path)).toEqual({ tokens: {} });
  for (const token of ["one", "two"]) {
    const config = { server: "http://localhost:8080", tokens: { "http://localhost:8080": token } };
    await writeConfig(path, config);
    expect(await readConfig(path)).toEqual(config);
  }
  expect(await readdir(dirname(path))).toEqual(["cli.json"]);
  if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a file that cannot be written leaves nothing behind and tells where", async () => {
  await writeFile(join(folder, "deep"), "a file where a folder should be");
  await expect(writeConfig(path, { tokens: {} })).rejects.toThrow(join(folder, "deep"));
  expect(await readFile(join(folder, "deep"), "utf8")).toBe("a file where a folder should be");
});

test.each(["{", "null", '{"tokens":null}'])(
  "a damaged file (%s) is told in words",
  async (text) => {
    await writeConfig(path, { tokens: {} });
    await writeFile(path, text);
    await expect(readConfig(path)).rejects.toThrow("damaged");
  },
);
