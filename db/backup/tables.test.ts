import { expect, onTestFinished, test } from "vitest";
import { emptyDatabase } from "../../server/testing/database.ts";
import { migrateDatabase } from "../migrate.ts";
import { clearDatabase } from "./clear.ts";
import { continueSequences, readTables } from "./tables.ts";

async function withTables(text: string) {
  const own = await emptyDatabase();
  onTestFinished(() => own[Symbol.asyncDispose]());
  await own.database.sql.unsafe(text);
  return own.database;
}

test("each table comes after those that it refers to, in the order of its key", async () => {
  const { sql } = await withTables(`
    create table users (id int primary key);
    create table b (x int, y int, id int references users, primary key (y, x));
    create table a (id int references users, parent int)`);
  expect(await readTables(sql, new Set(["users", "a", "b"]))).toEqual([
    { table: "users", columns: ["id"], key: ["id"] },
    { table: "a", columns: ["id", "parent"], key: ["id", "parent"] },
    { table: "b", columns: ["x", "y", "id"], key: ["y", "x"] },
  ]);
});

test("tables that refer to each other are told, not left out", async () => {
  const { sql } = await withTables(`
    create table a (id int primary key);
    create table b (id int primary key references a);
    alter table a add foreign key (id) references b`);
  await expect(readTables(sql, new Set(["a", "b"]))).rejects.toThrow("The tables a, b form a ring");
});

test("a column that is computed is not copied, nor one that is gone", async () => {
  const { sql } = await withTables(`
    create table a (id int primary key, gone int, twice int generated always as (id * 2) stored);
    alter table a drop column gone`);
  const tables = await readTables(sql, new Set(["a"]));
  expect(tables).toEqual([{ table: "a", columns: ["id"], key: ["id"] }]);
});

test("columns that count by themselves go on after the rows that were copied", async () => {
  const { sql } = await withTables(`
    create table a (id bigint generated always as identity primary key, text text);
    create table "B" (id serial primary key, text text);
    insert into a (id, text) overriding system value values (7, 'x');`);
  await continueSequences(sql);
  const [a] = await sql`insert into a (text) values ('y') returning id`;
  const [b] = await sql`insert into "B" (text) values ('y') returning id`;
  expect([Number(a?.["id"]), b?.["id"]]).toEqual([8, 1]);
});

test("after a clearing all migrations go through again", async () => {
  const database = await withTables("create table users (id int)");
  await database.sql.begin(clearDatabase);
  for (let round = 0; round < 2; round += 1) {
    await migrateDatabase(database);
    await database.sql.begin(clearDatabase);
    const left = await database.sql`
      select from pg_class where relnamespace = 'public'::regnamespace
      union all select from pg_proc where pronamespace = 'public'::regnamespace
      union all select from pg_ts_config where cfgnamespace = 'public'::regnamespace
      union all select from pg_ts_dict where dictnamespace = 'public'::regnamespace`;
    expect(left).toHaveLength(0);
  }
});
