import { randomBytes } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { emptyDatabase } from "../../server/testing/database.ts";
import { piecesOf } from "../testing/backup-bytes.ts";
import { fillUpTo, migrations } from "../testing/earlier-schema.ts";
import { dump } from "./dump.ts";
import { readBackupFile, writeBackupFile } from "./file.ts";
import type { Manifest } from "./format.ts";
import type { Progress } from "./progress.ts";
import { inspect, restore } from "./restore.ts";
import { inSnapshot } from "./snapshot.ts";

const ABOUT = { prosa: "0.0.1", time: "2026-11-26T00:00:00.000Z" };
const MANY = 3000;

let bytes: Buffer;
let manifest: Manifest;
const whileRead: Progress[] = [];
beforeAll(async () => {
  await using source = await emptyDatabase();
  await fillUpTo(migrations.at(-1)!, source.database);
  await source.database.sql`
    insert into users (id, email, display_name, password_hash, role, locale, theme)
    select gen_random_uuid(), gen_random_uuid() || '@example.org', repeat('x', 100), '', 'member', 'en', 'system'
    from generate_series(1, ${MANY})`;
  const chunks: Buffer[] = [];
  await inSnapshot(source.url, async (sql) => {
    const tell = (progress: Progress) => void whileRead.push(progress);
    for await (const chunk of dump(sql, ABOUT, (made) => (manifest = made), tell)) {
      chunks.push(chunk);
    }
  });
  bytes = Buffer.concat(chunks);
});

const rowsInAll = () => manifest.tables.reduce((sum, { rows }) => sum + rows, 0);

const expectNoStepBack = (numbers: number[]) =>
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));

/** It only grows, in more than one piece of a large table, up to the whole. */
function expectWhole(told: Progress[], step: Progress["step"]) {
  const done = told.filter((it) => it.step === step).map((it) => it.done!);
  expectNoStepBack(done);
  expect(done.filter((it) => it > 0 && it < MANY).length).toBeGreaterThan(1);
  expect(done.at(-1)).toBe(rowsInAll());
}

test("a backup tells the rows that it has read, of every table", () => {
  expectWhole(whileRead, "read");
  expect(new Set(whileRead.map(({ table }) => table))).toEqual(
    new Set(manifest.tables.map(({ table }) => table)),
  );
  expect(whileRead.some(({ total }) => total !== undefined)).toBe(false);
});

test("a restore tells one step after another, and its rows up to all that there are", async () => {
  await using target = await emptyDatabase();
  await target.database.close();
  const told: Progress[] = [];
  const backup = await inspect(piecesOf(bytes));
  await restore(target.url, backup, { onProgress: (progress) => told.push(progress) });
  const steps = told.map(({ step }) => step).filter((step, at, all) => step !== all[at - 1]);
  expect(steps).toEqual(["restore", "index", "compare", "finish"]);
  expectWhole(told, "restore");
  expectWhole(told, "compare");
  const totals = told.map(({ total }) => total).filter((total) => total !== undefined);
  expect(new Set(totals)).toEqual(new Set([rowsInAll()]));
});

test("the reader of a file tells its bytes up to the size of the file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "prosa-progress-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "x.backup");
  await writeBackupFile(path, piecesOf(randomBytes(1_000_000))());
  const read: number[] = [];
  for await (const _ of readBackupFile(path, undefined, (done) => read.push(done)));
  const { size } = await stat(path);
  expectNoStepBack(read);
  expect(read.filter((done) => done < size).length).toBeGreaterThan(1);
  expect(read.at(-1)).toBe(size);
});
