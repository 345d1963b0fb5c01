import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type Replicated, startReplicated } from "../server/testing/replica.ts";
import { databaseUrl } from "../server/testing/database-url.ts";
import { type TcpProxy, tcpProxy } from "../server/testing/tcp-proxy.ts";
import { connectDatabase, type Database, type Db } from "./connect.ts";
import { isUnavailable } from "./failure.ts";
import type { ReplicaState } from "./replica.ts";
import { openPulse } from "./pulse.ts";
import { openReplicas } from "./replicas.ts";
import { chats, users } from "./schema/index.ts";

const QUICK = { interval: 50, limit: 1000, maxLag: 60_000, deadline: 5000 };
/** How long to wait for what takes a moment, on a busy machine too. */
const SOON = { timeout: 15_000 };
vi.setConfig({ testTimeout: 40_000, hookTimeout: 60_000 });

const ana = crypto.randomUUID();
const bea = crypto.randomUUID();

let real: Replicated;
let network: { primary: TcpProxy; replica: TcpProxy };
beforeAll(async () => {
  real = await startReplicated();
  network = {
    primary: await tcpProxy(real.primary.url),
    replica: await tcpProxy(real.replica.url),
  };
});
beforeEach(async () => {
  network.primary.resume();
  network.replica.resume();
  await real.replica.catchUp();
});
afterAll(async () => {
  await network.primary[Symbol.asyncDispose]();
  await network.replica[Symbol.asyncDispose]();
  await real[Symbol.asyncDispose]();
});

/** The database as a server of ours has it, with what it was told of its replicas. */
function open(options: Partial<typeof QUICK> & { urls?: string[]; database?: Database } = {}) {
  const url = network.primary.through(real.primary.url);
  const database = connectDatabase(url, { connections: 3 });
  const states: ReplicaState[] = [];
  const failures: (string | undefined)[] = [];
  const replicas = openReplicas(database, {
    ...QUICK,
    ...{ urls: [network.replica.through(real.replica.url)] },
    ...options,
    onReplica: (state) => states.push(state),
    onPrimary: (failure) => failures.push(failure),
  });
  onTestFinished(async () => {
    await replicas.close();
    await database.close();
  });
  const statuses = () => states.map(({ status }) => status);
  return { database, replicas, states, statuses, failures };
}

/** Who answers, when it does something besides. */
async function askedBy(db: Db, besides = sql``): Promise<"primary" | "replica"> {
  const [row] = await db.execute(sql`select pg_is_in_recovery() as replica ${besides}`);
  return row!["replica"] === true ? "replica" : "primary";
}

const titles = async (db: Db) => (await db.select().from(chats)).map(({ title }) => title);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

async function addUser(id: string) {
  const row = { id, email: `${id}@example.org`, displayName: "Ana", passwordHash: "" };
  await real.primary.database.db
    .insert(users)
    .values({ ...row, role: "member", locale: "en", theme: "system" })
    .onConflictDoNothing();
}

async function addChat(db: Db, userId: string, title: string) {
  const row = { id: crypto.randomUUID(), userId, title, model: "m:1b", systemPrompt: "" };
  await db.insert(chats).values({ ...row, options: {} });
}

/** Waits until reads of the user come from there. */
const expectReads = (from: "primary" | "replica", db: Db) =>
  expect.poll(() => askedBy(db), SOON).toBe(from);

test("reads come from the replica, and writes go to the primary", async () => {
  const { replicas, database, states } = open();
  await expectReads("replica", replicas.readFor(ana));
  await addUser(ana);
  await addChat(database.db, ana, "A walk");
  await real.replica.catchUp();
  expect(await titles(replicas.readFor(ana))).toContain("A walk");
  expect(await replicas.readFor(ana).transaction(askedBy)).toBe("primary");
  expect(states).toMatchObject([{ status: "used", words: "" }]);
  expect(replicas.states()).toMatchObject([{ status: "used", lagBytes: expect.any(Number) }]);
});

test("what a user writes is read from the primary until the replica has it", async () => {
  const { replicas, database } = open();
  const [own, others] = [replicas.readFor(ana), replicas.readFor(bea)];
  await addUser(ana);
  await real.replica.catchUp();
  await expectReads("replica", own);
  await real.replica.pause();
  onTestFinished(() => real.replica.resume());
  await addChat(database.db, ana, "Mine");
  replicas.wrote(ana);
  // However often the servers are asked meanwhile.
  for (let looks = 0; looks < 10; looks += 1) {
    await database.db.execute(sql`select pg_sleep(0.03)`);
    expect(await titles(own)).toContain("Mine");
    expect(await titles(others)).not.toContain("Mine");
  }
  await real.replica.resume();
  await expectReads("replica", own);
  expect(await titles(own)).toContain("Mine");
});

test("a replica that falls behind is left out and comes back", async () => {
  const { replicas, statuses } = open({ maxLag: 200 });
  const others = replicas.readFor(bea);
  await addUser(ana);
  await expectReads("replica", others);
  await real.replica.pause();
  onTestFinished(() => real.replica.resume());
  await addChat(real.primary.database.db, ana, "Unseen");
  await expectReads("primary", others);
  expect(await titles(others)).toContain("Unseen");
  expect(replicas.states()).toMatchObject([{ status: "lagging", reason: "behind" }]);
  expect(replicas.states()[0]!.lagBytes).toBeGreaterThan(0);
  await expect.poll(statuses, SOON).toEqual(["used", "lagging"]);
  await real.replica.resume();
  await expectReads("replica", others);
  await expect.poll(statuses, SOON).toEqual(["used", "lagging", "used"]);
});

test("a server that starts takes no replica that lacks what was written before", async () => {
  await addUser(ana);
  await real.replica.pause();
  onTestFinished(() => real.replica.resume());
  await addChat(real.primary.database.db, ana, "Before");
  const { replicas, statuses } = open();
  await expect.poll(statuses, SOON).toEqual(["lagging"]);
  expect(await titles(replicas.readFor(ana))).toContain("Before");
  await real.replica.resume();
  await expectReads("replica", replicas.readFor(ana));
});

test("a replica that crashes fails no read, and comes back", async () => {
  const { replicas } = open();
  const db = replicas.readFor(ana);
  await expectReads("replica", db);
  const under = askedBy(db, sql`, pg_sleep(0.5)`);
  let isBack = false;
  const back = real.replica.crash().then(() => (isBack = true));
  while (!isBack) await askedBy(db);
  await back;
  expect(await under).toBe("primary");
  await expectReads("replica", db);
});

test("a replica that goes silent fails no read, and comes back", async () => {
  const { replicas, states } = open();
  const db = replicas.readFor(ana);
  await expectReads("replica", db);
  network.replica.silence();
  expect(await Promise.all([askedBy(db), askedBy(db)])).toEqual(["primary", "primary"]);
  await expect.poll(() => states.at(-1)?.status, SOON).toBe("away");
  expect(states.at(-1)!.words).toContain("no answer within 1000 ms");
  network.replica.resume();
  await expectReads("replica", db);
});

test("what fails on the replica is asked of the primary", async () => {
  const { replicas } = open();
  const db = replicas.readFor(ana);
  await expectReads("replica", db);
  // A replica has no such place, and says so.
  const rows = await db.execute(sql`select pg_current_wal_lsn()::text as position`);
  expect(rows[0]!["position"]).toMatch(/^\w+\/\w+$/);
  expect(await failure(db.execute(sql`select no_column`))).toMatchObject({
    cause: { code: "42703" },
  });
});

test("what is no replica of this database is not used, and told by its name", async () => {
  const wrong = new URL(real.replica.url);
  wrong.password = "wrong";
  const urls = [
    real.primary.url,
    databaseUrl(real.replica.url, "postgres"),
    databaseUrl(real.replica.url, "nowhere"),
    wrong.href,
    "postgres://prosa:secret@127.0.0.1:1/prosa",
  ];
  const { replicas, states } = open({ urls });
  await expect.poll(() => states.length, SOON).toBe(urls.length);
  const told = urls.map((url) => {
    const { host, pathname } = new URL(url);
    return states.find(({ name }) => name === host + pathname);
  });
  expect(told).toMatchObject([
    { status: "refused", reason: "no_replica", words: expect.stringContaining("not in recovery") },
    {
      status: "refused",
      reason: "other_database",
      words: expect.stringContaining("of another database"),
    },
    {
      status: "away",
      reason: "no_answer",
      words: expect.stringContaining('"nowhere" does not exist'),
    },
    {
      status: "away",
      reason: "no_answer",
      words: expect.stringContaining("password authentication failed"),
    },
    { status: "away", reason: "no_answer", words: expect.stringContaining("ECONNREFUSED") },
  ]);
  expect(JSON.stringify(states)).not.toContain("secret");
  expect(await askedBy(replicas.readFor(ana))).toBe("primary");
});

test("an account without special rights may ask a server where it stands", async () => {
  await real.primary.database.sql.unsafe("create role plain login password 'plain'");
  await real.replica.catchUp();
  const standings = [real.primary.url, real.replica.url].map(async (url) => {
    const plain = Object.assign(new URL(url), { username: "plain", password: "plain" });
    const pulse = openPulse(plain.href, QUICK.limit);
    onTestFinished(pulse.close);
    return pulse.ask();
  });
  const [primary, replica] = await Promise.all(standings);
  expect(primary).toMatchObject({ isReplica: false, data: replica!.data });
  expect(replica).toMatchObject({ isReplica: true, position: expect.any(BigInt) });
});

test("while the primary is silent reads come from the replica, and all else fails soon", async () => {
  const { replicas, database, failures } = open();
  await addUser(ana);
  await addUser(bea);
  await real.replica.catchUp();
  const [own, others] = [replicas.readFor(ana), replicas.readFor(bea)];
  await expectReads("replica", own);
  const user = (id: string) => async (db: Db) => {
    const [row] = await db
      .select()
      .from(users)
      .where(sql`${users.id} = ${id}`);
    return row && { user: row };
  };
  network.primary.silence();
  replicas.wrote(ana);
  const under = failure(database.db.transaction((tx) => addChat(tx, ana, "Lost")));
  await expect.poll(() => failures.length, SOON).toBe(1);
  expect(isUnavailable(await under)).toBe(true);

  expect(await askedBy(others)).toBe("replica");
  expect(isUnavailable(await failure(askedBy(own)))).toBe(true);
  expect(isUnavailable(await failure(addChat(database.db, ana, "Lost")))).toBe(true);
  expect(await replicas.lookUp(user(bea))).toMatchObject({ user: { id: bea } });
  // It may be there although the replica does not know it, or be otherwise by now.
  for (const id of [crypto.randomUUID(), ana]) {
    expect(isUnavailable(await failure(replicas.lookUp(user(id))))).toBe(true);
  }

  network.primary.resume();
  await expectReads("replica", own);
  await addChat(database.db, ana, "Kept");
  expect(await titles(database.db)).not.toContain("Lost");
  expect(failures).toEqual([expect.stringContaining("no answer"), undefined]);
});
