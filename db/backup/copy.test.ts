import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../server/testing/database.ts";
import { connected } from "./connection.ts";
import { copyOut } from "./copy.ts";

let own: TestDatabase;
beforeAll(async () => void (own = await testDatabase()));
afterAll(() => own[Symbol.asyncDispose]());

test("a slow reader gets every row, and the connection goes on however the rows end", async () => {
  await connected(own.url, "test", async (sql) => {
    for (let rows = 0; rows <= 60; rows += 1) {
      let bytes = 0;
      const statement = `copy (select repeat('x', 19999) from generate_series(1, ${rows})) to stdout`;
      for await (const chunk of copyOut(sql, statement)) {
        bytes += chunk.length;
        await setImmediate();
      }
      expect(bytes).toBe(rows * 20_000);
      expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
    }
  });
});
