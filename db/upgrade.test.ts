import { expect, onTestFinished, test } from "vitest";
import { emptyDatabase } from "../server/testing/database.ts";
import { readTables } from "./backup/tables.ts";
import { connectDatabase } from "./connect.ts";
import { migrateDatabase } from "./migrate.ts";
import { fillUpTo, hasSample, migrations } from "./testing/earlier-schema.ts";
import { rowsOf, searchEntries } from "./testing/rows-of.ts";

async function openEmpty() {
  const own = await emptyDatabase();
  onTestFinished(() => own[Symbol.asyncDispose]());
  return own;
}

test.each(migrations)(
  "two servers that start at once bring the rows of %s to this version, without loss",
  async (tag) => {
    const { database, url } = await openEmpty();
    await fillUpTo(tag, database);
    const tables = await readTables(database.sql);
    const before = await rowsOf(database, tables);
    const servers = [connectDatabase(url), connectDatabase(url)];
    onTestFinished(async () => void (await Promise.all(servers.map((server) => server.close()))));
    await Promise.all(servers.map(migrateDatabase));
    // The same columns as before, with the same rows in the same order.
    expect(await rowsOf(database, tables)).toEqual(before);
    const applied = await database.sql`select from drizzle.__drizzle_migrations`;
    expect(applied).toHaveLength(migrations.length);
  },
);

test.each(migrations)("what was written at %s is found by search afterwards", async (tag) => {
  const { database } = await openEmpty();
  await fillUpTo(tag, database);
  await migrateDatabase(database);
  const found = await database.sql`
    select id from search_entries where words @@ search_word('canções') or words @@ search_word('cantiga')`;
  expect(found.length).toBeGreaterThanOrEqual(2);
  // As if everything had been written by this version.
  const upgraded = (await rowsOf(database, [searchEntries]))["search_entries"];
  await database.sql`delete from search_entries`;
  await database.sql`update chats set title = title`;
  await database.sql`update messages set text = text`;
  expect((await rowsOf(database, [searchEntries]))["search_entries"]).toBe(upgraded);
});

test("there are rows of each earlier schema to try it with, in every table", async () => {
  expect(migrations.slice(0, -1).filter((tag) => !hasSample(tag))).toEqual([]);
  const { database } = await openEmpty();
  await fillUpTo("0003_oldest_chats", database);
  const empty = Object.entries(await rowsOf(database)).filter(([, rows]) => rows === "");
  expect(empty).toEqual([]);
});
