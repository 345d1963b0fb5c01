import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { capturedLog } from "../testing/captured-log.ts";
import { testDatabase } from "../testing/database.ts";
import { observeQueries } from "./queries.ts";

/** The lines about slow queries after two of them, one within a transaction. */
async function slowQueries(slowMs: number) {
  const { log, lines, text } = capturedLog();
  await using own = await testDatabase({ observe: observeQueries({ log, slowMs }) });
  const { db } = own.database;
  await db.execute(sql`select   pg_sleep(${0.2}::float8),
    ${"a secret"}::text`);
  await db.transaction((tx) => tx.execute(sql`select pg_sleep(${0.2}::float8) as "inside"`));
  await db.execute(sql`select ${"quick"}::text`);
  return { lines: lines.filter(({ msg }) => msg === "slow query"), text: text() };
}

test("a slow query is logged with its time and its statement, without its values", async () => {
  const { lines, text } = await slowQueries(100);
  expect(lines).toMatchObject([
    { level: 40, statement: "select pg_sleep($1::float8), $2::text", ms: expect.any(Number) },
    { statement: 'select pg_sleep($1::float8) as "inside"' },
  ]);
  expect(Number(lines[0]!["ms"])).toBeGreaterThanOrEqual(100);
  expect(text).not.toContain("a secret");
});

test("a query that fails after a long time is logged as well", async () => {
  const { log, lines } = capturedLog();
  await using own = await testDatabase({ observe: observeQueries({ log, slowMs: 100 }) });
  const late = own.database.db.execute(sql`select 1 / (pg_sleep(0.2) is null)::int`);
  await expect(late).rejects.toThrow(/Failed query/);
  expect(lines).toMatchObject([{ msg: "slow query" }]);
});

test("0 logs none", async () => {
  expect((await slowQueries(0)).lines).toEqual([]);
});
