import { readBackupFile } from "#db/backup/file.ts";
import { readBackup } from "#db/backup/read.ts";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { BACKUP_RETRY, DRAFT_LIFETIME } from "../limits.ts";
import { capturedLog } from "../testing/captured-log.ts";
import { testDatabase, type TestDatabase } from "../testing/database.ts";
import { backupName, timeOfBackup } from "./backup-names.ts";
import { createDailyBackups, isDue } from "./daily-backups.ts";

const DAY = 24 * 60 * 60 * 1000;
let own: TestDatabase;
let folder: string;
beforeAll(async () => void (own = await testDatabase()));
afterAll(() => own[Symbol.asyncDispose]());
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "prosa-daily-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A moment by the clock of this machine. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);
const config = (more: { folder?: string; keep?: number } = {}) => ({
  folder,
  hour: 3,
  minute: 30,
  keep: 7,
  ...more,
});
const daily = (more = {}) => {
  const log = capturedLog();
  return { ...createDailyBackups(config(more), log.log), log };
};

test("a name tells its time, and names are in the order of their times", () => {
  const time = new Date("2026-11-26T01:50:23.000Z");
  expect(backupName(time)).toBe("prosa-20261126T015023Z.backup");
  expect(timeOfBackup("prosa-20261126T015023Z.backup")).toEqual(time);
  for (const name of ["prosa.backup", "prosa-20261126T015023Z.backup.part", "notes.txt"]) {
    expect(timeOfBackup(name)).toBeUndefined();
  }
});

test.each([
  ["none is there", undefined, at(26, 2), true],
  ["the newest is from before today's time", at(25, 3, 30), at(26, 3, 30), true],
  ["the newest is from after today's time", at(26, 3, 31), at(26, 23), false],
  ["today's time is still to come", at(25, 3, 30), at(26, 3, 29), false],
  ["some were missed while the server was off", at(20, 3, 30), at(26, 1), true],
])("when %s, it is known whether a backup is due", async (_, newest, now, due) => {
  if (newest) await writeFile(join(folder, backupName(newest)), "");
  expect(await isDue(config(), now)).toBe(due);
});

test("a day brings one backup, whole and for its owner alone, and the oldest go", async () => {
  const place = join(folder, "new/backups");
  const backups = daily({ folder: place, keep: 3 });
  for (let day = 1; day <= 5; day += 1) {
    for (const hour of [3, 4, 12, 23]) await backups.run(own.url, at(day, hour));
  }
  const names = await readdir(place);
  expect(names.toSorted()).toEqual([at(3, 4), at(4, 4), at(5, 4)].map(backupName));
  const { header } = await readBackup(readBackupFile(join(place, names[0]!)));
  expect(timeOfBackup(names[0]!)?.toISOString()).toBe(header.time);
  expect((await stat(join(place, names[0]!))).mode & 0o777).toBe(0o600);
  expect(backups.log.lines.filter(({ msg }) => msg === "backup made")).toHaveLength(6);
});

test("of several servers at the same time one makes it", async () => {
  const servers = Array.from({ length: 5 }, () => daily());
  // A minute apart, so that each would write a file of its own.
  await Promise.all(servers.map(({ run }, index) => run(own.url, at(26, 4, index))));
  await Promise.all(servers.map(({ run }, index) => run(own.url, at(26, 5, index))));
  expect(await readdir(folder)).toHaveLength(1);
  for (const { check } of servers) await expect(check()).resolves.toBeUndefined();
});

test("what is not a daily backup stays, and what nobody will finish goes", async () => {
  const mine = ["holiday.backup", "prosa.backup", "prosa-notes.txt"];
  const [old, young] = ["a", "b"].map((it) => `${backupName(at(1, 3))}.${it}.part`);
  for (const name of [...mine, old!, young!]) await writeFile(join(folder, name), "x");
  const now = at(26, 4);
  const before = new Date(now.getTime() - DRAFT_LIFETIME - 1);
  await utimes(join(folder, old!), before, before);
  await utimes(join(folder, young!), now, now);
  await daily({ keep: 1 }).run(own.url, now);
  expect((await readdir(folder)).toSorted()).toEqual([...mine, young!, backupName(now)].toSorted());
});

test("a failure is logged and told, loses no backup, and is tried again later", async () => {
  const place = join(folder, "place");
  await writeFile(place, "a file where the folder should be");
  const backups = daily({ folder: place });
  await backups.run(own.url, at(26, 4));
  await expect(backups.check()).rejects.toThrow("ENOTDIR");
  expect(backups.log.lines.map(({ msg }) => msg)).toEqual(["the daily backup failed"]);
  expect(await readFile(place, "utf8")).toContain("a file");
  await rm(place);
  await mkdir(place);
  await backups.run(own.url, new Date(at(26, 4).getTime() + BACKUP_RETRY - 1));
  expect(await readdir(place)).toEqual([]);
  await backups.run(own.url, new Date(at(26, 4).getTime() + BACKUP_RETRY));
  expect(await readdir(place)).toHaveLength(1);
  await expect(backups.check()).resolves.toBeUndefined();
});

test("a database that does not answer is a failure like any other", async () => {
  const backups = daily();
  await backups.run("postgres://nobody:x@127.0.0.1:1/none", at(26, 4));
  await expect(backups.check()).rejects.toThrow("ECONNREFUSED");
  expect(await readdir(folder)).toEqual([]);
});

test("without a folder nothing is made, and a start that is stopped at once ends in order", async () => {
  const log = capturedLog();
  const none = createDailyBackups(undefined, log.log);
  await none.run(own.url, at(26, 4));
  await none.start(own.url)();
  await daily().start(own.url)();
  expect(log.lines).toEqual([]);
  expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("a server that starts makes what was missed", async () => {
  const stop = daily().start(own.url);
  const made = () => readdir(folder);
  await expect.poll(made, { timeout: 10_000 }).toEqual([expect.stringMatching(/Z\.backup$/)]);
  await stop();
  const [name] = await readdir(folder);
  expect(Date.now() - timeOfBackup(name!)!.getTime()).toBeLessThan(DAY);
});
