import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../server/testing/database.ts";
import { users } from "./schema/index.ts";

let it: TestDatabase;
beforeAll(async () => {
  it = await testDatabase();
});
afterAll(() => it[Symbol.asyncDispose]());

test("a query reads rows through the schema", async () => {
  expect(await it.database.db.select().from(users)).toEqual([]);
});
