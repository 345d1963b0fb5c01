import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { testDatabase, type TestDatabase } from "../server/testing/database.ts";
import { type TcpProxy, tcpProxy } from "../server/testing/tcp-proxy.ts";
import { connectDatabase, type Database, type DatabaseOptions, type Db } from "./connect.ts";
import { deadlineError } from "./deadline.ts";
import { causedBy, isTimeout, isUnavailable } from "./failure.ts";
import { users } from "./schema/index.ts";

const QUICK = { connections: 3, deadline: 800, statementTimeout: 600, connectTimeout: 400 };

let real: TestDatabase;
let proxy: TcpProxy;
beforeAll(async () => {
  real = await testDatabase();
  proxy = await tcpProxy(real.url);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await real[Symbol.asyncDispose]();
});

function open(url = real.url, options: DatabaseOptions = QUICK): Database {
  const database = connectDatabase(url, options);
  onTestFinished(() => database.close());
  return database;
}

const ask = async (db: Db, number = 1) => {
  const rows = await db.execute(sql`select ${number}::int as answer`);
  return rows[0]?.["answer"];
};
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const person = (email: string) => ({
  id: crypto.randomUUID(),
  email,
  displayName: "Ana",
  passwordHash: "",
  role: "member" as const,
  locale: "en",
  theme: "system" as const,
});
const countOf = async (email: string) =>
  (await real.database.db.select().from(users).where(eq(users.email, email))).length;

test("a query reads and writes rows through the schema", async () => {
  const { db } = open();
  await db.insert(users).values(person("row@example.org"));
  expect(await countOf("row@example.org")).toBe(1);
});

test("an array is one parameter, whatever its elements contain", async () => {
  const { db } = open();
  const texts = ["plain", 'quo"te', "back\\slash", "com,ma", "{}", "", "NULL", null];
  const rows = await db.execute(sql`select t from unnest(${sql.param(texts)}::text[]) as t`);
  expect(rows.map((row) => row["t"])).toEqual(texts);
  const ids = [crypto.randomUUID(), crypto.randomUUID()];
  const pairs = await db.execute(sql`
    select * from unnest(${sql.param(ids)}::uuid[], ${sql.param([1, -2])}::int[]) as t(id, n)`);
  expect([...pairs]).toEqual([
    { id: ids[0], n: 1 },
    { id: ids[1], n: -2 },
  ]);
});

test("more queries at once than connections are all answered", async () => {
  const { db } = open();
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  expect(await Promise.all(numbers.map((number) => ask(db, number)))).toEqual(numbers);
});

test("a slow statement is ended by PostgreSQL and the connection goes on", async () => {
  const { db } = open(real.url, { ...QUICK, deadline: 5_000, statementTimeout: 100 });
  const error = await failure(db.execute(sql`select pg_sleep(30)`));
  expect(isTimeout(error)).toBe(true);
  expect(isUnavailable(error)).toBe(false);
  expect(await ask(db)).toBe(1);
});

test("a wait for a free connection ends with an error, and the query is not sent later", async () => {
  const { db } = open(real.url, { ...QUICK, connections: 1, statementTimeout: 5_000 });
  const holding = db.transaction(async (tx) => {
    const late = db.insert(users).values(person("late@example.org"));
    const error = await failure(late.execute());
    await ask(tx);
    return error;
  });
  expect(isUnavailable(await holding)).toBe(true);
  expect(await ask(db)).toBe(1);
  expect(await countOf("late@example.org")).toBe(0);
});

test("a function that fails rolls its transaction back", async () => {
  const { db } = open();
  const fails = db.transaction(async (tx) => {
    await tx.insert(users).values(person("undone@example.org"));
    throw new Error("no");
  });
  await expect(fails).rejects.toThrow("no");
  expect(await countOf("undone@example.org")).toBe(0);
});

test("a nested transaction is undone alone", async () => {
  const { db } = open();
  await db.transaction(async (tx) => {
    await tx.insert(users).values(person("outer@example.org"));
    const inner = tx.transaction(async (nested) => {
      await nested.insert(users).values(person("inner@example.org"));
      throw new Error("no");
    });
    await expect(inner).rejects.toThrow("no");
  });
  expect(await countOf("outer@example.org")).toBe(1);
  expect(await countOf("inner@example.org")).toBe(0);
});

test("queries on a host that went silent fail, and work again when it is back", async () => {
  const { db } = open(proxy.through(real.url));
  await Promise.all([ask(db), ask(db), ask(db)]);
  expect(proxy.open()).toBe(3);
  proxy.silence();
  const errors = await Promise.all(Array.from({ length: 8 }, () => failure(ask(db))));
  expect(errors.map(isUnavailable)).toEqual(errors.map(() => true));
  expect(isUnavailable(await failure(ask(db)))).toBe(true);
  proxy.resume();
  await expect.poll(() => ask(db).catch(() => 0), { timeout: 5_000 }).toBe(1);
  const numbers = Array.from({ length: 30 }, (_, index) => index);
  expect(await Promise.all(numbers.map((number) => ask(db, number)))).toEqual(numbers);
  expect(proxy.open()).toBeLessThanOrEqual(3);
});

test(
  "a transaction on a host that went silent fails at whatever step it is",
  { timeout: 20_000 },
  async () => {
    const { db } = open(proxy.through(real.url));
    const steps: ((tx: Db) => Promise<unknown>)[] = [
      async (tx) => {
        await ask(tx);
        proxy.silence();
        await ask(tx);
      },
      async (tx) => {
        await ask(tx);
        proxy.silence();
      },
      async (tx) => {
        await ask(tx);
        proxy.silence();
        throw new Error("at ROLLBACK");
      },
      async (tx) => {
        await ask(tx);
        proxy.silence();
        await tx.transaction(ask);
      },
      async (tx) => {
        await tx.transaction(async (inner) => {
          await ask(inner);
          proxy.silence();
          throw new Error("at ROLLBACK TO");
        });
      },
    ];
    for (const step of steps) {
      expect(isUnavailable(await failure(db.transaction(step)))).toBe(true);
      expect(isUnavailable(await failure(db.transaction(ask)))).toBe(true);
      proxy.resume();
      await expect.poll(() => ask(db).catch(() => 0), { timeout: 5_000 }).toBe(1);
    }
  },
);

test("a transaction whose connection is ended fails, whatever it asks afterwards", async () => {
  const { db } = open();
  const broken = db.transaction(async (tx) => {
    const rows = await tx.execute(sql`select pg_backend_pid() as pid`);
    await real.database.db.execute(sql`select pg_terminate_backend(${rows[0]?.["pid"]}::int)`);
    await failure(ask(tx));
    await failure(tx.transaction(ask));
    return ask(tx);
  });
  expect(isUnavailable(await failure(broken))).toBe(true);
  expect(await ask(db)).toBe(1);
});

test("a connection that is ended while its transaction is busy elsewhere fails the transaction", async () => {
  const { db } = open();
  const broken = db.transaction(async (tx) => {
    const rows = await tx.execute(sql`select pg_backend_pid() as pid`);
    await real.database.db.execute(sql`select pg_terminate_backend(${rows[0]?.["pid"]}::int)`);
    await real.database.db.execute(sql`select pg_sleep(0.1)`);
    return ask(tx);
  });
  expect(isUnavailable(await failure(broken))).toBe(true);
  expect(await ask(db)).toBe(1);
});

test("the first query on the successor of an ended connection works", async () => {
  const { db } = open(real.url, { ...QUICK, connections: 1, statementTimeout: 5_000 });
  const end = async () => {
    const rows = await db.execute(sql`select pg_backend_pid() as pid`);
    const sleeping = failure(db.execute(sql`select pg_sleep(5)`));
    await real.database.db.execute(sql`select pg_sleep(0.1)`);
    await real.database.db.execute(sql`select pg_terminate_backend(${rows[0]?.["pid"]}::int)`);
    return sleeping;
  };
  expect(isUnavailable(await end())).toBe(true);
  expect(await ask(db)).toBe(1);
  expect(isUnavailable(await end())).toBe(true);
  expect(await db.transaction((tx) => ask(tx))).toBe(1);
});

test("what waits for a database that is given up fails at once, and works when it is not any more", async () => {
  const patient = { connections: 1, deadline: 20_000, statementTimeout: 20_000 };
  const { db, refuse } = open(real.url, patient);
  await ask(db);
  const under = failure(db.execute(sql`select pg_sleep(15)`));
  const inLine = failure(ask(db));
  const gone = deadlineError("gone");
  refuse(gone);
  const later = [failure(ask(db)), failure(db.transaction(ask))];
  for (const error of await Promise.all([under, inLine, ...later])) {
    expect(causedBy(error, gone)).toBe(true);
  }
  refuse(undefined);
  // Connections that are still closing may fail once more.
  await expect.poll(() => ask(db).catch(() => 0)).toBe(1);
});

test("a transaction under way in a database that is given up fails", async () => {
  const { db, refuse } = open();
  const gone = deadlineError("gone");
  const broken = db.transaction(async (tx) => {
    await tx.insert(users).values(person("given-up@example.org"));
    refuse(gone);
    await ask(tx);
  });
  expect(isUnavailable(await failure(broken))).toBe(true);
  refuse(undefined);
  await expect.poll(() => ask(db).catch(() => 0)).toBe(1);
  expect(await countOf("given-up@example.org")).toBe(0);
});

test("a refused connection is an error at once", async () => {
  const { db } = open("postgres://nobody:x@127.0.0.1:1/none");
  expect(isUnavailable(await failure(ask(db)))).toBe(true);
  expect(isUnavailable(await failure(db.transaction(ask)))).toBe(true);
});

test("a wrong password is not mistaken for an absence", async () => {
  const wrong = new URL(real.url);
  wrong.password = "wrong";
  const error = await failure(ask(open(wrong.href).db));
  expect(error).toBeInstanceOf(Error);
  expect(isUnavailable(error)).toBe(false);
});
