import { backupBytes, compressed, forged } from "#db/testing/backup-bytes.ts";
import { fillUpTo, migrations } from "#db/testing/earlier-schema.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { emptyDatabase } from "../testing/database.ts";

vi.setConfig({ testTimeout: 120_000 });

const MAIN = join(import.meta.dirname, "main.ts");
/** The program takes its standard error for a terminal, which is all that it asks of one. */
const TERMINAL = "--import=data:text/javascript,process.stderr.isTTY=true";
const CLEAR = "\r\u001b[K";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prosa-command-"));
  await using own = await emptyDatabase();
  await fillUpTo(migrations.at(-1)!, own.database);
  const bytes = await backupBytes(own.url);
  await writeFile(join(folder, "good.backup"), compressed(bytes));
  const bad = forged(bytes, "\t01980000-0000-7000-8000-000000000046\t", "\tno id\t");
  await writeFile(join(folder, "bad.backup"), compressed(bad));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Tries a backup, which starts a PostgreSQL and so takes long enough to be seen. */
function tryOut(file: string, options: string[]) {
  const child = spawn(process.execPath, [...options, MAIN, "restore", file, "--verify"], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: "", PROSA_DATA: join(folder, "data") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (words += text));
  const end = once(child, "close").then(([code]) => ({ code: code as number, words }));
  return { child, words: () => words, end };
}

/** What is on the screen at the end: of each line that which came after it was last cleared. */
const staying = (words: string) =>
  words.split("\n").map((line) => line.slice(line.lastIndexOf(CLEAR) + 1).replace("\u001b[K", ""));

test("on a terminal the steps are shown, and only the last line stays", async () => {
  const { code, words } = await tryOut("good.backup", [TERMINAL]).end;
  expect(code).toBe(0);
  expect(words).toContain(`${CLEAR}Trying it out: starting PostgreSQL`);
  expect(staying(words)).toEqual([expect.stringMatching(/^The backup can be restored: /), ""]);
});

test("elsewhere there is the last line alone", async () => {
  const { code, words } = await tryOut("good.backup", []).end;
  expect(code).toBe(0);
  expect(words).toMatch(/^The backup can be restored: .*\n$/);
  expect(words).not.toContain("\r");
});

test("a failure in the middle takes the line away before it is told", async () => {
  const { code, words } = await tryOut("bad.backup", [TERMINAL]).end;
  expect(code).toBe(1);
  expect(words).toContain(`${CLEAR}Trying it out: `);
  expect(staying(words)).toEqual([expect.stringMatching(/^prosa: invalid input syntax/), ""]);
});

test("Ctrl-C takes the line away", async () => {
  const { child, words, end } = tryOut("good.backup", [TERMINAL]);
  await vi.waitFor(() => expect(words()).toContain("Trying it out"), { timeout: 60_000 });
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
  expect(staying(words())).toEqual([""]);
  expect(await readdir(join(folder, "data"))).toEqual([]);
});
