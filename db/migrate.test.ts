import { randomUUID } from "node:crypto";
import { expect, inject, onTestFinished, test } from "vitest";
import { databaseUrl } from "../server/testing/database-url.ts";
import { connectDatabase } from "./connect.ts";
import { migrateDatabase } from "./migrate.ts";
import { users } from "./schema/index.ts";

async function emptyDatabase() {
  const { url } = inject("postgres");
  const name = `prosa_empty_${randomUUID().replaceAll("-", "")}`;
  const admin = connectDatabase(url, { connections: 1 });
  await admin.sql.unsafe(`create database ${name}`);
  const database = connectDatabase(databaseUrl(url, name));
  onTestFinished(async () => {
    await database.close();
    await admin.sql.unsafe(`drop database ${name} with (force)`);
    await admin.close();
  });
  return database;
}

test("an empty database gets the whole schema, also when several servers start at once", async () => {
  const database = await emptyDatabase();
  await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(database)));
  expect(await database.db.select().from(users)).toEqual([]);
  const rows = await database.sql`select hash from drizzle.__drizzle_migrations`;
  expect(new Set(rows.map((row) => row["hash"])).size).toBe(rows.length);
});

test("a migration again changes nothing", async () => {
  const database = await emptyDatabase();
  await migrateDatabase(database);
  const before = await database.sql`select * from drizzle.__drizzle_migrations`;
  await migrateDatabase(database);
  expect(await database.sql`select * from drizzle.__drizzle_migrations`).toEqual(before);
});

test("a database of a newer version is refused in words", async () => {
  const database = await emptyDatabase();
  await migrateDatabase(database);
  const time = Date.UTC(2040, 0, 1);
  await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', ${time})`;
  await expect(migrateDatabase(database)).rejects.toThrow(
    "newer than this Prosa: it has a migration of 2040-01-01",
  );
});

test("a migration that fails leaves the database as it was", async () => {
  const database = await emptyDatabase();
  await database.sql`create table users (id int)`;
  await expect(migrateDatabase(database)).rejects.toThrow("already exists");
  const tables = await database.sql`
    select table_name from information_schema.tables where table_schema in ('public', 'drizzle')`;
  expect(tables.map((row) => row["table_name"])).toEqual(["users"]);
});
