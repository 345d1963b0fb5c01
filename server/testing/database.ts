import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { connectDatabase, type Database, type DatabaseOptions } from "#db/connect.ts";
import { databaseUrl } from "./database-url.ts";

export type TestDatabase = AsyncDisposable & { url: string; database: Database };

/** A fresh, migrated database of its own, dropped at the end. */
export function testDatabase(options: DatabaseOptions = {}): Promise<TestDatabase> {
  return createDatabase(`template ${inject("postgres").template}`, options);
}

/** A database in which nothing is, dropped at the end. */
export const emptyDatabase = (): Promise<TestDatabase> => createDatabase("", {});

async function createDatabase(how: string, options: DatabaseOptions): Promise<TestDatabase> {
  const { url } = inject("postgres");
  const name = `prosa_test_${randomUUID().replaceAll("-", "")}`;
  await administer(url, `create database ${name} ${how}`);
  const own = databaseUrl(url, name);
  const database = connectDatabase(own, { connections: 5, ...options });
  return {
    url: own,
    database,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await administer(url, `drop database if exists ${name} with (force)`);
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const { sql, close } = connectDatabase(url, { connections: 1 });
  await sql.unsafe(statement);
  await close();
}
