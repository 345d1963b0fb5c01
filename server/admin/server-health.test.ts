import { ReplicaReason, ReplicaStatus } from "#proto/prosa/admin/v1/server_health_pb.ts";
import { openReplicas } from "#db/replicas.ts";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BACKUP_RETRY, HEALTH_INTERVAL, LOW_DISK_BYTES } from "../limits.ts";
import { testApp } from "../testing/app.ts";
import { testDatabase } from "../testing/database.ts";
import { failureOf } from "../testing/failure.ts";
import { VERSION } from "../version.ts";
import { readDiskSpace } from "./disk-space.ts";

test("administrators are told how every part is, and members are not", async () => {
  await using app = await testApp();
  const { admin } = await app.signIn("Ana");
  const { health } = await admin.getHealth({});
  expect(health).toMatchObject({
    version: VERSION,
    database: { up: true, embedded: true },
    modelHost: { up: true, embeddedEngine: false },
  });
  expect(health!.database!.version).toMatch(/^\d+/);
  expect(health!.database!.sizeBytes).toBeGreaterThan(0n);
  expect(health!.modelHost!.version).toMatch(/^\d+\.\d+/);
  expect(health!.disk!.totalBytes).toBeGreaterThan(health!.disk!.freeBytes);
  expect(health!.disk!.low).toBe(health!.disk!.freeBytes < BigInt(LOW_DISK_BYTES));
  expect(health!.replicas).toEqual([]);
  expect(health!.backup).toBeUndefined();
  const { admin: tried } = await app.signIn("Bia");
  expect(await failureOf(tried.getHealth({}))).toMatchObject({ reason: "ADMIN_REQUIRED" });
});

test("a model host that does not answer is told apart from the rest", async () => {
  await using app = await testApp();
  const { admin } = await app.signIn();
  await app.ollama.close();
  const look = async () => (await admin.getHealth({})).health!;
  await expect
    .poll(async () => (await look()).modelHost!.up, { timeout: 5 * HEALTH_INTERVAL })
    .toBe(false);
  expect(await look()).toMatchObject({ database: { up: true }, modelHost: { version: "" } });
});

test("what cannot serve as a replica is told with its reason, and without its account", async () => {
  const database = await testDatabase();
  const urls = [database.url, "postgres://nobody:secret@127.0.0.1:1/none"];
  const timing = { interval: 50, limit: 1000, maxLag: 5000, deadline: 1000 };
  const replicas = openReplicas(database.database, { ...timing, urls });
  onTestFinished(() => replicas.close());
  await using app = await testApp({ database, replicas });
  const { admin } = await app.signIn();
  const look = async () => (await admin.getHealth({})).health!.replicas;
  const { host, pathname } = new URL(database.url);
  const { REFUSED, AWAY } = ReplicaStatus;
  const { NO_REPLICA, NO_ANSWER } = ReplicaReason;
  await expect.poll(look, { timeout: 10_000 }).toMatchObject([
    { name: host + pathname, status: REFUSED, reason: NO_REPLICA },
    { name: "127.0.0.1:1/none", status: AWAY, reason: NO_ANSWER },
  ]);
  expect((await look()).map(({ lagBytes }) => lagBytes)).toEqual([undefined, undefined]);
});

/** An app that makes daily backups, asked for one at this moment. */
async function backedUp(folder: string) {
  const app = await testApp({ config: { backup: { folder, hour: 0, minute: 0, keep: 7 } } });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const { admin } = await app.signIn();
  const look = async () => (await admin.getHealth({})).health!.backup;
  const before = await look();
  const time = new Date();
  await app.deps.backups.run(app.database.url, time);
  return { before, time, after: (await look())! };
}

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), "prosa-health-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("of the daily backups it is told how many there are and of when the newest is", async () => {
  const folder = join(await newFolder(), "backups");
  const { before, time, after } = await backedUp(folder);
  expect(before).toMatchObject({ folder, count: 0, failed: false });
  expect(before!.newestTime).toBeUndefined();
  expect(after).toMatchObject({ folder, count: 1, failed: false });
  expect(after.retryTime).toBeUndefined();
  // The name of a backup has whole seconds.
  expect(timestampDate(after.newestTime!).getTime()).toBe(Math.floor(time.getTime() / 1000) * 1000);
});

test("a backup that failed is told, and when it is tried again", async () => {
  const folder = join(await newFolder(), "taken");
  await writeFile(folder, "a file where the folder should be");
  const { time, after } = await backedUp(folder);
  expect(after).toMatchObject({ folder, count: 0, failed: true });
  expect(timestampDate(after.retryTime!).getTime()).toBe(time.getTime() + BACKUP_RETRY);
});

test("the disk of a folder that is still to be made is that of the one above", async () => {
  const here = await readDiskSpace(tmpdir());
  const deep = await readDiskSpace(join(tmpdir(), "prosa-nowhere", "deeper"));
  expect(deep!.totalBytes).toBe(here!.totalBytes);
});

test("of what is no folder nothing is told", async () => {
  expect(await readDiskSpace(join(import.meta.filename, "within"))).toBeUndefined();
});
