import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HEALTH_INTERVAL, LOW_DISK_BYTES } from "../limits.ts";
import { testApp } from "../testing/app.ts";
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

test("the disk of a folder that is still to be made is that of the one above", async () => {
  const here = await readDiskSpace(tmpdir());
  const deep = await readDiskSpace(join(tmpdir(), "prosa-nowhere", "deeper"));
  expect(deep!.totalBytes).toBe(here!.totalBytes);
});

test("of what is no folder nothing is told", async () => {
  expect(await readDiskSpace(join(import.meta.filename, "within"))).toBeUndefined();
});
