import { expect, onTestFinished, test } from "vitest";
import { emptyDatabase, testDatabase } from "../../server/testing/database.ts";
import { connectDatabase } from "../connect.ts";
import { migrateDatabase } from "../migrate.ts";
import { backupBytes, forged, piecesOf } from "../testing/backup-bytes.ts";
import { fillUpTo, migrations } from "../testing/earlier-schema.ts";
import { rowsOf, searchEntries } from "../testing/rows-of.ts";
import { HasData, inspect, restore, type RestoreOptions } from "./restore.ts";

const NEWEST = migrations.at(-1)!;

async function restoreFrom(
  url: string,
  bytes: () => AsyncIterable<Buffer>,
  options: RestoreOptions = {},
) {
  const backup = await inspect(bytes);
  await restore(url, backup, options);
  return backup.manifest;
}

type Own = Awaited<ReturnType<typeof emptyDatabase>>;

/** The server itself would refuse a restore; so its connections are closed. */
async function open(make: () => Promise<Own>) {
  const own = await make();
  await own.database.close();
  const database = connectDatabase(own.url, { applicationName: "test" });
  onTestFinished(async () => {
    await database.close();
    await own[Symbol.asyncDispose]();
  });
  return { url: own.url, database };
}

async function filled(tag = NEWEST) {
  const own = await open(emptyDatabase);
  await fillUpTo(tag, own.database);
  return own;
}

const everything = async ({ database }: { database: Own["database"] }) => ({
  ...(await rowsOf(database)),
  ...(await rowsOf(database, [searchEntries])),
});

const indexesOf = ({ database }: { database: Own["database"] }) =>
  database.sql`select indexdef from pg_indexes where schemaname = 'public' order by 1`.values();

const tablesIn = ({ database }: { database: Own["database"] }) =>
  database.sql`select tablename from pg_tables where schemaname = 'public'`.values();

test.each(migrations)(
  "a backup from the time of %s is restored as a database of that time that was migrated",
  async (tag) => {
    const source = await filled(tag);
    const bytes = await backupBytes(source.url);
    const target = await open(emptyDatabase);
    const { header, tables } = await restoreFrom(target.url, piecesOf(bytes));
    expect(header).toMatchObject({ prosa: "0.0.1" });
    expect(tables.find(({ table }) => table === "users")).toMatchObject({ rows: 2 });
    await migrateDatabase(source.database);
    expect(await everything(target)).toEqual(await everything(source));
    expect(await indexesOf(target)).toEqual(await indexesOf(source));
  },
);

test("the same rows are always the same bytes", async () => {
  const source = await filled();
  const bytes = await backupBytes(source.url);
  expect((await backupBytes(source.url)).equals(bytes)).toBe(true);
  const target = await open(emptyDatabase);
  await restoreFrom(target.url, piecesOf(bytes));
  expect((await backupBytes(target.url)).equals(bytes)).toBe(true);
});

test("what is written while a backup is made is not in it, and is not kept waiting", async () => {
  const source = await filled();
  const before = await backupBytes(source.url);
  const during = await backupBytes(
    source.url,
    () => source.database.sql`update messages set text = 'changed meanwhile'`,
  );
  expect(during.equals(before)).toBe(true);
  expect((await backupBytes(source.url)).toString()).toContain("changed meanwhile");
});

test("a database that was never used has nothing to back up", async () => {
  const empty = await open(emptyDatabase);
  await expect(backupBytes(empty.url)).rejects.toThrow("Prosa has never used this database");
});

test("a database of a newer version is not backed up by an older one", async () => {
  const source = await filled();
  await source.database.sql`insert into drizzle.__drizzle_migrations (hash, created_at)
    values ('x', ${Date.UTC(2040, 0, 1)})`;
  await expect(backupBytes(source.url)).rejects.toThrow("newer than this Prosa");
});

test("a connection that breaks in the middle is an error, not a backup of two moments", async () => {
  const source = await filled();
  const end = () =>
    source.database.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'prosa backup' and datname = current_database()`;
  await expect(backupBytes(source.url, end)).rejects.toThrow();
});

test("a restore over rows is refused, unless they may go", async () => {
  const bytes = await backupBytes((await filled()).url);
  const target = await filled("0001_api");
  const before = await rowsOf(target.database);
  await expect(restoreFrom(target.url, piecesOf(bytes))).rejects.toThrow(HasData);
  expect(await rowsOf(target.database)).toEqual(before);
  await restoreFrom(target.url, piecesOf(bytes), { replace: true });
  expect((await backupBytes(target.url)).equals(bytes)).toBe(true);
});

test("a database without a row needs no permission", async () => {
  const bytes = await backupBytes((await filled()).url);
  const target = await open(testDatabase);
  await restoreFrom(target.url, piecesOf(bytes));
  expect((await backupBytes(target.url)).equals(bytes)).toBe(true);
});

test("a restore beside a server is refused", async () => {
  const bytes = await backupBytes((await filled()).url);
  const target = await open(testDatabase);
  const server = connectDatabase(target.url);
  onTestFinished(() => server.close());
  await server.sql`select 1`;
  const restored = restoreFrom(target.url, piecesOf(bytes), { replace: true });
  await expect(restored).rejects.toThrow("Stop it first");
});

test("tables that are not Prosa's are not in a backup, or it could not be restored", async () => {
  const source = await filled();
  const bytes = await backupBytes(source.url);
  await source.database.sql`create table invoices (id int)`;
  await source.database.sql`insert into invoices values (1)`;
  expect(await backupBytes(source.url)).toEqual(bytes);
});

test("tables that are not Prosa's are not deleted", async () => {
  const bytes = await backupBytes((await filled()).url);
  const target = await open(emptyDatabase);
  await target.database.sql`create table invoices (id int)`;
  const restored = restoreFrom(target.url, piecesOf(bytes), { replace: true });
  await expect(restored).rejects.toThrow("will not delete: invoices");
  expect(await tablesIn(target)).toEqual([["invoices"]]);
});

test("a restore that fails in the middle loses nothing", async () => {
  const bytes = await backupBytes((await filled()).url);
  const target = await filled("0002_search");
  const before = await everything(target);
  let reads = 0;
  // The second time, when it is written already, the disk fails.
  const failing = async function* () {
    reads += 1;
    yield bytes.subarray(0, bytes.length - 100);
    if (reads === 2) throw new Error("EIO: i/o error, read");
    yield bytes.subarray(bytes.length - 100);
  };
  await expect(restoreFrom(target.url, failing, { replace: true })).rejects.toThrow("EIO");
  expect(await everything(target)).toEqual(before);
});

test.each([
  ["at once", "\tno id\t", "invalid input syntax"],
  ["only after the last row", "\t01980000-0000-7000-8000-0000000000ff\t", "foreign key constraint"],
])("rows that PostgreSQL does not take, which it tells %s, are refused", async (_, id, words) => {
  const bytes = await backupBytes((await filled()).url);
  const parent = "\t01980000-0000-7000-8000-000000000046\t";
  const bad = forged(bytes, parent, id);
  expect(bad.equals(bytes)).toBe(false);
  const target = await open(emptyDatabase);
  await expect(restoreFrom(target.url, piecesOf(bad))).rejects.toThrow(words);
  expect(await tablesIn(target)).toEqual([]);
});

test("a restore that is stopped leaves the database as it was", async () => {
  const bytes = await backupBytes((await filled()).url);
  const target = await filled("0001_api");
  const before = await rowsOf(target.database);
  const stopping = new AbortController();
  let reads = 0;
  const stopped = async function* () {
    reads += 1;
    yield bytes.subarray(0, 4000);
    if (reads === 2) stopping.abort(new Error("stopped"));
    yield bytes.subarray(4000);
  };
  const options = { replace: true, signal: stopping.signal };
  await expect(restoreFrom(target.url, stopped, options)).rejects.toThrow("stopped");
  expect(await rowsOf(target.database)).toEqual(before);
});
