import { eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { testDatabase } from "../server/testing/database.ts";
import { tcpProxy } from "../server/testing/tcp-proxy.ts";
import { connectDatabase, type Db } from "./connect.ts";
import { users } from "./schema/index.ts";
import { transact } from "./transact.ts";

const person = (id: string) => ({
  id,
  email: `${id}@example.org`,
  displayName: "Ana",
  passwordHash: "",
  role: "member" as const,
  locale: "en",
  theme: "system" as const,
});

/** Safe to repeat: the id is the caller's. */
const register = (id: string) => (tx: Db) =>
  tx.insert(users).values(person(id)).onConflictDoNothing();

async function openThroughProxy() {
  const real = await testDatabase();
  const proxy = await tcpProxy(real.url);
  const { db, close } = connectDatabase(proxy.through(real.url), {
    connections: 2,
    deadline: 800,
    statementTimeout: 600,
    connectTimeout: 400,
  });
  onTestFinished(async () => {
    await close();
    await proxy[Symbol.asyncDispose]();
    await real[Symbol.asyncDispose]();
  });
  return { db, proxy, direct: real.database.db };
}

test.each(["cut", "silent"] as const)(
  "a transaction whose answer to COMMIT is lost (%s) is repeated and stored once",
  async (how) => {
    const { db, proxy, direct } = await openThroughProxy();
    const id = crypto.randomUUID();
    let runs = 0;
    await db.execute(sql`select 1`);
    proxy.loseAnswerTo("commit", how);
    await transact(db, (tx) => {
      runs += 1;
      return register(id)(tx);
    });
    expect(runs).toBe(2);
    expect(await direct.select().from(users).where(eq(users.id, id))).toHaveLength(1);
  },
);

test("a transaction that loses against another is repeated", async () => {
  const { db, direct } = await openThroughProxy();
  const id = crypto.randomUUID();
  await direct.insert(users).values(person(id));
  let runs = 0;
  await transact(db, async (tx) => {
    runs += 1;
    await tx.execute(sql`set transaction isolation level repeatable read`);
    await tx.select().from(users).where(eq(users.id, id));
    if (runs === 1) await direct.update(users).set({ locale: "pt-BR" }).where(eq(users.id, id));
    await tx.update(users).set({ displayName: "Bea" }).where(eq(users.id, id));
  });
  expect(runs).toBe(2);
  const [row] = await direct.select().from(users).where(eq(users.id, id));
  expect(row).toMatchObject({ displayName: "Bea", locale: "pt-BR" });
});

test("an error of the function's own is thrown at once", async () => {
  const { db } = await openThroughProxy();
  let runs = 0;
  const own = transact(db, async () => {
    runs += 1;
    throw new Error("own");
  });
  await expect(own).rejects.toThrow("own");
  expect(runs).toBe(1);
});
