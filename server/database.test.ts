import { unobserved } from "#db/observe.ts";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "./config.ts";
import { watchDatabase } from "./database.ts";
import { capturedLog } from "./testing/captured-log.ts";
import { testDatabase } from "./testing/database.ts";

test("what is no replica is told in the log by its name, and its password is not", async () => {
  const own = await testDatabase();
  const { log, lines, text } = capturedLog();
  const url = new URL(own.url);
  const config = readConfig({ DATABASE_URL: own.url, DATABASE_REPLICA_URLS: own.url });
  const replicas = watchDatabase(own.database, { config, log, observe: unobserved });
  onTestFinished(async () => {
    await replicas.close();
    await own[Symbol.asyncDispose]();
  });
  await expect.poll(() => lines, { timeout: 10_000 }).toHaveLength(1);
  expect(lines).toMatchObject([
    {
      level: 40,
      msg: "the replica is not used",
      replica: url.host + url.pathname,
      reason: expect.stringContaining("not in recovery"),
    },
  ]);
  expect(text()).not.toContain(url.password);
  expect(replicas.areUsed()).toBe(false);
});

test("the embedded database is not watched, and asked for everything", async () => {
  await using own = await testDatabase();
  const replicas = watchDatabase(own.database, {
    ...{ config: readConfig({}), log: capturedLog().log, observe: unobserved },
  });
  expect(replicas.states()).toEqual([]);
  expect(replicas.readFor("ana")).toBe(own.database.db);
});
