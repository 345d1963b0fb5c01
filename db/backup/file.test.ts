import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testDatabase } from "../../server/testing/database.ts";
import { piecesOf } from "../testing/backup-bytes.ts";
import { dump } from "./dump.ts";
import { compressTo, readBackupFile, writeBackupFile } from "./file.ts";
import { BadBackup } from "./read.ts";
import { inSnapshot } from "./snapshot.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "prosa-backup-"));
  path = join(folder, "x.backup");
});
afterEach(() => rm(folder, { recursive: true }));

const text = Buffer.from(
  Array.from({ length: 50_000 }, (_, index) => `${index * 7919} ${index % 7}\n`).join(""),
);
const read = async () => {
  const chunks: Buffer[] = [];
  for await (const chunk of readBackupFile(path)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

test("a file holds what was written, for its owner alone, and is smaller", async () => {
  await writeBackupFile(path, piecesOf(text)());
  expect((await read()).equals(text)).toBe(true);
  const { mode, size } = await stat(path);
  expect(size).toBeLessThan(text.length / 2);
  if (process.platform !== "win32") expect(mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["x.backup"]);
});

test("a file that cannot be finished leaves the one before it, and nothing else", async () => {
  await writeFile(path, "the one before");
  const broken = async function* () {
    yield text;
    throw Object.assign(new Error("the database went away"), { code: "EPIPE", syscall: "write" });
  };
  await expect(writeBackupFile(path, broken())).rejects.toThrow(/^the database went away$/);
  expect(await readFile(path, "utf8")).toBe("the one before");
  expect(await readdir(folder)).toEqual(["x.backup"]);
});

test("a disk that is full in the middle ends the backup, and the database is used again", async () => {
  await using own = await testDatabase();
  await own.database.sql`
    insert into users (id, email, display_name, password_hash, role, locale, theme)
    select gen_random_uuid(), gen_random_uuid() || '@example.org', repeat(gen_random_uuid()::text, 50), '', 'member', 'en', 'system'
    from generate_series(1, 5000)`;
  const full = new Writable({
    write: (_chunk, _encoding, done) =>
      done(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })),
  });
  const about = { prosa: "0.0.1", time: "" };
  const backup = inSnapshot(own.url, (sql) =>
    compressTo(
      full,
      dump(sql, about, () => {}),
      "The disk",
    ),
  );
  await expect(backup).rejects.toThrow("The disk cannot be written: ENOSPC");
  const busy = () => own.database.sql`
    select from pg_stat_activity
    where datname = current_database() and application_name = 'prosa backup'`;
  await expect.poll(async () => (await busy()).length).toBe(0);
});

test("a place that is not there, or is a folder, is named", async () => {
  const nowhere = join(folder, "none/x.backup");
  await expect(writeBackupFile(nowhere, piecesOf(text)())).rejects.toThrow(
    `${nowhere} cannot be written: its folder does not exist.`,
  );
  await expect(writeBackupFile(folder, piecesOf(text)())).rejects.toThrow(`${folder} is a folder.`);
  await expect(read()).rejects.toThrow(`There is no file ${path}.`);
});

test("a file that is cut, changed or of another kind is told to be so", async () => {
  await writeBackupFile(path, piecesOf(text)());
  const whole = await readFile(path);
  for (const length of [0, 1, 10, Math.floor(whole.length / 2), whole.length - 1]) {
    await writeFile(path, whole.subarray(0, length));
    await expect(read(), `${length}`).rejects.toThrow("cut off in the middle");
  }
  for (let at = 4; at < whole.length; at += Math.ceil(whole.length / 40)) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 8;
    await writeFile(path, changed);
    await expect(read(), `${at}`).rejects.toThrow(BadBackup);
  }
  await writeFile(path, "Dear diary, this is no backup.");
  await expect(read()).rejects.toThrow("not a backup of Prosa");
});
