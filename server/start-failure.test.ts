import { checkServer } from "#db/check-server.ts";
import { connectDatabase } from "#db/connect.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, inject, onTestFinished, test } from "vitest";
import { startApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { databaseUrl } from "./testing/database-url.ts";

/** An empty database and a user of their own; the user has no right but to connect. */
async function emptyDatabase() {
  const { url } = inject("postgres");
  const name = `prosa_start_${randomUUID().replaceAll("-", "")}`;
  const admin = connectDatabase(url, { connections: 1 });
  await admin.sql.unsafe(`create database ${name}`);
  await admin.sql.unsafe(`create role ${name} login password 'right'`);
  onTestFinished(async () => {
    await admin.sql.unsafe(`drop database ${name} with (force)`);
    await admin.sql.unsafe(`drop role ${name}`);
    await admin.close();
  });
  const own = databaseUrl(url, name);
  const as = (user: string, password: string) => {
    const address = Object.assign(new URL(own), { username: user, password });
    return address.href;
  };
  return { name, own, as, admin };
}

const start = (url: string) => {
  const config = readConfig({ DATABASE_URL: url, OLLAMA_HOST: "http://127.0.0.1:1", PORT: "0" });
  return startApp(config, createLog("silent"), new AbortController().signal);
};

test("a user without the right to make tables is told what it lacks", async () => {
  const { name, as, own } = await emptyDatabase();
  await expect(start(as(name, "right"))).rejects.toThrow(
    /^The database refuses: permission denied for .*let it own the database/,
  );
  const database = connectDatabase(own);
  onTestFinished(() => database.close());
  expect(await database.sql`select from pg_tables where schemaname = 'public'`).toHaveLength(0);
});

test("a user that owns the database is enough", async () => {
  const { name, as, admin } = await emptyDatabase();
  await admin.sql.unsafe(`alter database ${name} owner to ${name}`);
  const app = await start(as(name, "right"));
  onTestFinished(() => app.close());
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
});

test("a wrong password is told without it, and so is a database that is not there", async () => {
  const { name, own, as } = await emptyDatabase();
  const refused = start(as(name, "secret-word"));
  await expect(refused).rejects.toThrow(/user and the password in DATABASE_URL right/);
  await expect(refused).rejects.not.toThrow("secret-word");
  await expect(start(databaseUrl(own, "not_there"))).rejects.toThrow(
    /database "not_there" does not exist.*CREATE DATABASE/,
  );
});

test("a database that only reads is told as the replica that it may be", async () => {
  const { name, own, admin } = await emptyDatabase();
  await admin.sql.unsafe(`alter database ${name} set default_transaction_read_only = on`);
  await expect(start(own)).rejects.toThrow(/must be the primary, not a replica/);
});

test("a database of a newer version is refused by its date, and nothing is changed", async () => {
  const { own } = await emptyDatabase();
  const database = connectDatabase(own);
  onTestFinished(() => database.close());
  await migrateDatabase(database);
  await database.sql`
    insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', ${Date.UTC(2040, 0)})`;
  await expect(start(own)).rejects.toThrow("newer than this Prosa");
});

test("a database that only reads is told as such, also when it has been migrated", async () => {
  const { name, own, admin } = await emptyDatabase();
  await (await start(own)).close();
  await admin.sql.unsafe(`alter database ${name} set default_transaction_read_only = on`);
  await expect(start(own)).rejects.toThrow(
    /^The database refuses: cannot execute \w+ in a read-only transaction\. .*not a replica\.$/,
  );
});

test("what takes a connection and ends it is no database, and is not waited for without end", async () => {
  const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await expect(start(`postgres://prosa:secret@127.0.0.1:${port}/prosa`)).rejects.toThrow(
    /^The database does not answer: no PostgreSQL has answered .* Is DATABASE_URL right\?$/,
  );
});

test("a database with another program's tables is left as it is", async () => {
  const { own } = await emptyDatabase();
  const database = connectDatabase(own);
  onTestFinished(() => database.close());
  await database.sql`create table users (name text)`;
  await expect(start(own)).rejects.toThrow(
    /^The database holds tables of another program: users\. .*CREATE DATABASE/,
  );
  expect(await database.sql`select to_regclass('drizzle.__drizzle_migrations') as name`).toEqual([
    { name: null },
  ]);
});

test("an old PostgreSQL is told what is needed", async () => {
  const old = async () => [{ name: "15.9 (Debian)", major: 15 }];
  await expect(checkServer(old as never)).rejects.toThrow(
    "This PostgreSQL is 15.9 (Debian); Prosa needs 18 or newer.",
  );
});
