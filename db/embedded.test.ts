import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { connectDatabase } from "./connect.ts";
import {
  borrowEmbeddedPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "./embedded.ts";
import { mayServe } from "./embedded/pid-file.ts";
import { isUnavailable } from "./failure.ts";
import { migrateDatabase } from "./migrate.ts";
import { users } from "./schema/index.ts";

const TIMEOUT = 60_000;

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "prosa data "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Hasty, like all of the tests' databases: what is tested is not the disk. */
const start = async (folder: string): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ folder, durable: false });
  onTestFinished(() => server.stop());
  return server;
};

async function query(url: string, text: string): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql.unsafe(text).values();
    return String(row?.[0]);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

const pidOf = async (folder: string) =>
  Number((await readFile(join(folder, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);

/** Another process that has started PostgreSQL in the folder; its error when it could not. */
async function startElsewhere(folder: string) {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL("embedded.ts", import.meta.url).href)};
    try {
      const { url } = await startEmbeddedPostgres({ folder: process.argv[1], durable: false });
      console.log(url);
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(error.message);
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [answer] = await once(child.stdout.setEncoding("utf8"), "data");
  const kill = async () => {
    if (child.kill("SIGKILL")) await once(child, "exit");
  };
  return { answer: String(answer).trim(), kill };
}

const note = (url: string, text: string) =>
  query(url, `create table if not exists notes (text text); insert into notes values ('${text}')`);
const notes = (url: string) => query(url, "select string_agg(text, ',') from notes");

test.each([0o700, 0o755])(
  "an empty folder of mode %o becomes a database that only its password opens",
  { timeout: TIMEOUT },
  async (mode) => {
    const folder = await emptyFolder();
    await chmod(folder, mode);
    const server = await startEmbeddedPostgres({ folder });
    onTestFinished(() => server.stop());
    expect(await query(server.url, "show server_version_num")).toMatch(/^18/);
    expect(await query(server.url, "show fsync")).toBe("on");
    expect(await query(server.url, "show listen_addresses")).toBe("127.0.0.1");
    expect(await query(server.url, "show timezone")).toBe("UTC");
    expect(await query(server.url, "select upper('é') || length('漢')")).toBe("É1");
    const wrong = new URL(server.url);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toThrow("password authentication failed");
    const password = await stat(join(folder, "postgres/prosa.password"));
    expect(password.mode & 0o777).toBe(0o600);
  },
);

test(
  "what was stored is there after a stop, and no process is left",
  { timeout: TIMEOUT },
  async () => {
    const folder = await emptyFolder();
    const first = await start(folder);
    await note(first.url, "kept");
    const pid = await pidOf(folder);
    expect(mayServe(pid, join(folder, "postgres"))).toBe(true);
    await first.stop();
    // A dead process that its parent has not buried yet still takes a signal.
    expect(mayServe(pid, join(folder, "postgres"))).toBe(false);
    expect(await notes((await start(folder)).url)).toBe("kept");
  },
);

test(
  "after a SIGKILL the next start takes the living database over",
  { timeout: TIMEOUT },
  async () => {
    const folder = await emptyFolder();
    const other = await startElsewhere(folder);
    await note(other.answer, "kept");
    const pid = await pidOf(folder);
    await other.kill();
    const server = await start(folder);
    expect(await pidOf(folder)).toBe(pid);
    expect(await notes(server.url)).toBe("kept");
    await server.stop();
    await expect(query(server.url, "select 1")).rejects.toThrow("ECONNREFUSED");
  },
);

test(
  "a second one on the folder is refused by name, and the first goes on",
  { timeout: TIMEOUT },
  async () => {
    const folder = await emptyFolder();
    const server = await start(folder);
    await expect(start(folder)).rejects.toThrow(`using the data folder ${folder}`);
    expect((await startElsewhere(folder)).answer).toContain(`using the data folder ${folder}`);
    expect(await query(server.url, "select 1")).toBe("1");
  },
);

test("of two that start at once on an empty folder one wins", { timeout: TIMEOUT }, async () => {
  const folder = await emptyFolder();
  const both = await Promise.all([startElsewhere(folder), startElsewhere(folder)]);
  const answers = both.map(({ answer }) => answer).toSorted();
  expect(answers[0]).toContain("Another Prosa is using the data folder");
  expect(await query(answers[1] ?? "", "select 1")).toBe("1");
  await Promise.all(both.map(({ kill }) => kill()));
  await start(folder);
});

test(
  "a pid file whose number another program has now is not believed",
  { timeout: TIMEOUT },
  async () => {
    const folder = await emptyFolder();
    const first = await start(folder);
    const file = join(folder, "postgres/postmaster.pid");
    const lines = (await readFile(file, "utf8")).split("\n");
    await note(first.url, "kept");
    await first.stop();
    const stranger = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
    onTestFinished(() => void stranger.kill("SIGKILL"));
    await writeFile(file, [String(stranger.pid), ...lines.slice(1)].join("\n"));
    expect(await notes((await start(folder)).url)).toBe("kept");
    expect(stranger.exitCode).toBeNull();
  },
);

test(
  "a moved folder works, also when its database was left running",
  { timeout: TIMEOUT },
  async () => {
    const parent = await emptyFolder();
    const other = await startElsewhere(join(parent, "one"));
    await note(other.answer, "kept");
    await other.kill();
    await rename(join(parent, "one"), join(parent, "two"));
    const second = await start(join(parent, "two"));
    expect(await notes(second.url)).toBe("kept");
    await second.stop();
    await rename(join(parent, "two"), join(parent, "three"));
    expect(await notes((await start(join(parent, "three"))).url)).toBe("kept");
  },
);

test(
  "a copy of a folder in use does not take the original's database",
  { timeout: TIMEOUT },
  async () => {
    const parent = await emptyFolder();
    const original = await start(join(parent, "one"));
    await note(original.url, "original");
    await query(original.url, "checkpoint");
    await cp(join(parent, "one"), join(parent, "two"), { recursive: true });
    const copy = await start(join(parent, "two"));
    await note(copy.url, "copy");
    expect(await notes(original.url)).toBe("original");
    expect(await notes(copy.url)).toBe("original,copy");
  },
);

test("what a broken first start left behind is thrown away", { timeout: TIMEOUT }, async () => {
  const folder = await emptyFolder();
  await mkdir(join(folder, "postgres.new/cluster/base"), { recursive: true });
  await writeFile(join(folder, "postgres.new/cluster/PG_VERSION"), "18");
  expect(await query((await start(folder)).url, "select 1")).toBe("1");
  await expect(stat(join(folder, "postgres.new"))).rejects.toThrow("ENOENT");
});

test("a folder that cannot be written to is named", async () => {
  const file = join(await emptyFolder(), "file");
  await writeFile(file, "");
  await expect(start(join(file, "data"))).rejects.toThrow(`The data folder ${file}/data cannot be`);
});

test("a cluster of another major version is refused in words", { timeout: TIMEOUT }, async () => {
  const folder = await emptyFolder();
  await (await start(folder)).stop();
  await writeFile(join(folder, "postgres/PG_VERSION"), "17\n");
  const words = "was made by PostgreSQL 17, and this Prosa brings 18. Nothing was changed.";
  await expect(start(folder)).rejects.toThrow(words);
});

test(
  "the database of a running server is borrowed, and one that is stopped is started for a while",
  { timeout: TIMEOUT },
  async () => {
    const folder = await emptyFolder();
    await expect(borrowEmbeddedPostgres({ folder })).rejects.toThrow(
      `There is no database in the data folder ${folder}`,
    );
    const other = await startElsewhere(folder);
    await note(other.answer, "kept");
    const borrowed = await borrowEmbeddedPostgres({ folder });
    expect(borrowed.url).toBe(other.answer);
    await borrowed.stop();
    expect(await notes(other.answer)).toBe("kept");
    await other.kill();
    await (await start(folder)).stop();
    const started = await borrowEmbeddedPostgres({ folder, durable: false });
    expect(await notes(started.url)).toBe("kept");
    await started.stop();
    await expect(query(started.url, "select 1")).rejects.toThrow("ECONNREFUSED");
  },
);

test(
  "the log of PostgreSQL tells what has failed, without the values that failed",
  { timeout: TIMEOUT },
  async () => {
    const folder = await emptyFolder();
    const { url } = await start(folder);
    const sql = postgres(url, { max: 1 });
    onTestFinished(() => sql.end({ timeout: 0 }));
    await sql.unsafe("create table short (word text unique check (length(word) < 20))");
    const store = (word: string) => sql.unsafe("insert into short values ($1)", [word]);
    await store("a secret");
    await expect(store("a secret")).rejects.toThrow("unique constraint");
    await expect(store("a secret that is too long")).rejects.toThrow("check constraint");
    const log = await readFile(join(folder, "postgres.log"), "utf8");
    expect(log).toMatch(/unique constraint.*check constraint/s);
    expect(log).not.toContain("a secret");
  },
);

test(
  "a database that ends under load is started again, and everything works",
  { timeout: TIMEOUT },
  async () => {
    const folder = await emptyFolder();
    const server = await start(folder);
    const database = connectDatabase(server.url, { connections: 5 });
    onTestFinished(() => database.close());
    await migrateDatabase(database);
    let stopped = false;
    const errors: unknown[] = [];
    const work = async () => {
      while (!stopped) {
        await database.db
          .transaction((tx) => tx.select().from(users))
          .catch((error: unknown) => void errors.push(error));
        await database.db
          .select()
          .from(users)
          .catch((error: unknown) => void errors.push(error));
      }
    };
    const workers = Array.from({ length: 10 }, work);
    for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
      const pid = await pidOf(folder);
      process.kill(pid, signal);
      await expect.poll(() => pidOf(folder).catch(() => pid), { timeout: 20_000 }).not.toBe(pid);
      const isWell = () =>
        database.db
          .select()
          .from(users)
          .then(
            () => true,
            () => false,
          );
      await expect.poll(isWell, { timeout: 20_000 }).toBe(true);
    }
    stopped = true;
    await Promise.all(workers);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.filter((error) => !isUnavailable(error))).toEqual([]);
    const rows = await Promise.all(
      Array.from({ length: 20 }, () => database.db.select().from(users)),
    );
    expect(rows.flat()).toEqual([]);
  },
);
