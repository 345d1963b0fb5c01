import { connectDatabase } from "#db/connect.ts";
import { startEmbeddedPostgres } from "#db/embedded.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { fillUpTo, migrations } from "#db/testing/earlier-schema.ts";
import { rowsOf } from "#db/testing/rows-of.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { emptyDatabase } from "../testing/database.ts";

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let data: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "prosa-command-"));
  data = join(folder, "data");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MAIN = join(import.meta.dirname, "main.ts");

function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: "", PROSA_DATA: data, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The command to its end: its exit code and what it said. */
async function prosa(args: string[], env: Record<string, string> = {}) {
  const child = start(args, env);
  let words = "";
  child.stdout!.resume();
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (words += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, words: words.trim() };
}

/** The embedded PostgreSQL as a server on the data folder runs it, without the server. */
async function runEmbedded() {
  const server = await startEmbeddedPostgres({ folder: data, durable: false });
  onTestFinished(() => server.stop());
  const database = connectDatabase(server.url, { applicationName: "test" });
  const close = async () => {
    await database.close();
    await server.stop();
  };
  return { database, close };
}

const postgresRuns = () => existsSync(join(data, "postgres/postmaster.pid"));

async function embeddedRows() {
  const { database, close } = await runEmbedded();
  const rows = await rowsOf(database);
  await close();
  return rows;
}

test("the embedded database is backed up while it runs and while it does not", async () => {
  const { database, close } = await runEmbedded();
  await fillUpTo(migrations.at(-1)!, database);
  const rows = await rowsOf(database);
  const running = await prosa(["backup", "running.backup"]);
  expect(running).toMatchObject({ code: 0 });
  expect(running.words).toMatch(
    /^2 users, 4 chats and 6 messages written to running.backup \(\d+ kB\)\.$/,
  );
  expect(postgresRuns()).toBe(true);
  expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);

  const refused = await prosa(["restore", "running.backup", "--replace"]);
  expect(refused).toMatchObject({
    code: 1,
    words: expect.stringContaining("Another Prosa is using"),
  });
  await close();

  expect(await prosa(["backup", "--verify"])).toMatchObject({
    code: 0,
    words: expect.stringContaining("every row is there"),
  });
  expect(postgresRuns()).toBe(false);
  expect((await readdir(folder)).filter((name) => /^prosa-\w+\.backup$/.test(name))).toHaveLength(
    1,
  );
  expect((await readdir(data)).filter((name) => name.startsWith("verify-"))).toEqual([]);

  await rename(data, `${data}-old`);
  const restored = await prosa(["restore", "running.backup"]);
  expect(restored).toMatchObject({ code: 0 });
  expect(restored.words).toMatch(
    /^2 users, 4 chats and 6 messages restored, as of [\d-]+ [\d:]+ UTC\.$/,
  );
  expect(await embeddedRows()).toEqual(rows);
  const twice = await prosa(["restore", "running.backup"]);
  expect(twice).toMatchObject({
    code: 1,
    words: expect.stringContaining("prosa restore running.backup --replace"),
  });
  expect((await prosa(["restore", "running.backup", "--replace"])).code).toBe(0);
  expect(await embeddedRows()).toEqual(rows);
});

test("an external database is backed up into the embedded one, and back", async () => {
  await using own = await emptyDatabase();
  await fillUpTo("0001_api", own.database);
  const external = { DATABASE_URL: own.url };
  expect((await prosa(["backup", "x.backup"], external)).code).toBe(0);
  expect(existsSync(data)).toBe(false);
  expect((await prosa(["restore", "x.backup", "--verify"], external)).words).toContain(
    "can be restored",
  );
  expect((await prosa(["restore", "x.backup"])).code).toBe(0);
  expect((await prosa(["backup", "y.backup"])).code).toBe(0);
  await own.database.close();
  expect((await prosa(["restore", "y.backup"], external)).words).toContain("--replace");
  expect((await prosa(["restore", "y.backup", "--replace"], external)).code).toBe(0);
  const again = connectDatabase(own.url);
  onTestFinished(() => again.close());
  expect(await rowsOf(again)).toEqual(await embeddedRows());
});

test("a folder of another PostgreSQL is refused with the way out, and the way out works", async () => {
  const { database, close } = await runEmbedded();
  await fillUpTo(migrations.at(-1)!, database);
  const rows = await rowsOf(database);
  expect((await prosa(["backup", "prosa.backup"])).code).toBe(0);
  await close();
  await writeFile(join(data, "postgres/PG_VERSION"), "17\n");
  for (const args of [
    ["backup", "y.backup"],
    ["restore", "prosa.backup"],
  ]) {
    const { code, words } = await prosa(args);
    expect(code).toBe(1);
    expect(words).toContain(
      "was made by PostgreSQL 17, and this Prosa brings 18. Nothing was changed.",
    );
    expect(words).toContain(`mv "${data}/postgres" "${data}/postgres-17"`);
    expect(words).toContain("npx prosa restore prosa.backup");
  }
  await rename(join(data, "postgres"), join(data, "postgres-17"));
  expect((await prosa(["restore", "prosa.backup"])).code).toBe(0);
  expect(await embeddedRows()).toEqual(rows);
  expect(await readFile(join(data, "postgres-17/PG_VERSION"), "utf8")).toBe("17\n");
});

test("what cannot be done is told in a line, and nothing is made", async () => {
  const none = await prosa(["backup"]);
  expect(none).toEqual({
    code: 1,
    words: `prosa: There is no database in the data folder ${data}.`,
  });
  expect(await prosa(["backup", "x"], { DATABASE_URL: "postgres://a:b@127.0.0.1:1/x" })).toEqual({
    code: 1,
    words: expect.stringMatching(
      /^prosa: The database does not answer: .* Is DATABASE_URL right\?$/,
    ),
  });
  expect(await prosa(["restore", "x"])).toEqual({ code: 1, words: "prosa: There is no file x." });
  await writeFile(join(folder, "x"), "no backup");
  expect((await prosa(["restore", "x"])).words).toBe("prosa: The file is not a backup of Prosa.");
  expect(await readdir(folder)).toEqual(["x"]);
});

test.each([
  [[]],
  [["restore"]],
  [["backup", "--replace"]],
  [["backup", "a", "b"]],
  [["dump"]],
  [["restore", "a", "--verify", "--replace"]],
  [["backup", "-", "--verify"]],
  [["backup", "--quick"]],
])("%j is wrong use", async (args) => {
  const { code, words } = await prosa(args);
  expect({ code, words }).toMatchObject({ code: 2, words: expect.stringMatching(/^prosa: /) });
});

test.runIf(process.platform === "linux")("a full disk is told, and leaves no file", async () => {
  await using own = await emptyDatabase();
  await migrateDatabase(own.database);
  const script = `"${process.execPath}" "${MAIN}" backup - > /dev/full`;
  const child = spawn("sh", ["-c", script], {
    env: { ...process.env, DATABASE_URL: own.url },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (words += text));
  expect(await once(child, "close")).toEqual([1, null]);
  expect(words).toMatch(/^prosa: .*ENOSPC/);
});

test("a pipe whose reader has left ends it without a word", async () => {
  await using own = await emptyDatabase();
  await migrateDatabase(own.database);
  const child = start(["backup", "-"], { DATABASE_URL: own.url });
  child.stdout!.destroy();
  let words = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (words += text));
  expect(await once(child, "close")).toEqual([141, null]);
  expect(words).toBe("");
});

test("Ctrl-C ends a backup, leaves no file and no PostgreSQL", async () => {
  const { close } = await runEmbedded();
  await close();
  const child = start(["backup", "x.backup"]);
  while (!postgresRuns()) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([130, null]);
  expect(postgresRuns()).toBe(false);
  expect(await readdir(folder)).toEqual(["data"]);
});
