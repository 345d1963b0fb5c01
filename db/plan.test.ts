import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../server/testing/database.ts";
import type { Db } from "./connect.ts";
import { chats, messages, sessions, users } from "./schema/index.ts";

const ROWS = 100_000;

type PlannedQuery = {
  name: string;
  query: (db: Db) => { toSQL(): { sql: string; params: unknown[] } };
};

const id = "00000000-0000-7000-8000-000000000001";
const time = new Date("2026-11-23T00:00:00Z");
/** A partial index serves a prepared statement only when its condition stands there in words. */
const isRunning: SQL = sql`${messages.status} in ('queued', 'loading', 'streaming')`;

const queries: PlannedQuery[] = [
  {
    name: "the first page of a user's chats",
    query: (db) =>
      db
        .select()
        .from(chats)
        .where(and(eq(chats.userId, id), isNull(chats.deleteTime)))
        .orderBy(desc(chats.updateTime), desc(chats.id))
        .limit(51),
  },
  {
    name: "a later page of a user's chats",
    query: (db) =>
      db
        .select()
        .from(chats)
        .where(
          and(
            eq(chats.userId, id),
            isNull(chats.deleteTime),
            sql`(${chats.updateTime}, ${chats.id}) < (${time.toISOString()}::timestamptz, ${id}::uuid)`,
          ),
        )
        .orderBy(desc(chats.updateTime), desc(chats.id))
        .limit(51),
  },
  {
    name: "a chat by the request that made it",
    query: (db) =>
      db
        .select()
        .from(chats)
        .where(and(eq(chats.userId, id), eq(chats.requestId, id))),
  },
  {
    name: "deleted chats that are due",
    query: (db) =>
      db
        .select({ id: chats.id })
        .from(chats)
        .where(and(isNotNull(chats.deleteTime), lt(chats.deleteTime, time)))
        .limit(100),
  },
  {
    name: "a page of a chat's messages",
    query: (db) =>
      db
        .select()
        .from(messages)
        .where(and(eq(messages.chatId, id), gt(messages.id, id)))
        .orderBy(messages.id)
        .limit(51),
  },
  {
    name: "the replies under way",
    query: (db) => db.select().from(messages).where(isRunning),
  },
  {
    name: "a reply by its request",
    query: (db) =>
      db
        .select()
        .from(messages)
        .where(and(eq(messages.userId, id), eq(messages.requestId, id))),
  },
  {
    name: "the children of a message",
    query: (db) => db.select().from(messages).where(eq(messages.parentId, id)),
  },
  {
    name: "messages by id",
    query: (db) =>
      db
        .select()
        .from(messages)
        .where(inArray(messages.id, [id, id])),
  },
  {
    name: "a page of a user's sessions",
    query: (db) =>
      db
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, id), lt(sessions.id, id)))
        .orderBy(desc(sessions.id))
        .limit(51),
  },
  {
    name: "a session by its token, with its user",
    query: (db) =>
      db
        .select()
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(eq(sessions.tokenHash, Buffer.from("x"))),
  },
  {
    name: "expired sessions",
    query: (db) =>
      db.select({ id: sessions.id }).from(sessions).where(lt(sessions.expireTime, time)).limit(100),
  },
  {
    name: "a user by e-mail",
    query: (db) => db.select().from(users).where(eq(users.email, "ana@example.org")),
  },
];

let filled: TestDatabase;
beforeAll(async () => {
  filled = await testDatabase({ deadline: 120_000, statementTimeout: 120_000 });
  await fill(filled);
}, 120_000);
afterAll(() => filled[Symbol.asyncDispose]());

/** A hundred rows of everything for each of a thousand users, and a few that are out of the usual. */
async function fill({ database }: TestDatabase) {
  const uuid = (kind: number, n: string) =>
    `('00000000-0000-7000-800${kind}-' || lpad((${n})::text, 12, '0'))::uuid`;
  await database.sql.unsafe(`
    insert into users (id, email, display_name, password_hash, role, locale, theme)
      select ${uuid(0, "n")}, n || '@example.org', 'n', 'x', 'member', 'en', 'system'
      from generate_series(1, ${ROWS}) n;
    insert into sessions (id, user_id, token_hash, device, address, expire_time)
      select ${uuid(1, "n")}, ${uuid(0, "1 + n % 1000")}, sha256(n::text::bytea), '', '',
        now() + make_interval(mins => n)
      from generate_series(1, ${ROWS}) n;
    insert into chats (id, user_id, request_id, title, model, system_prompt, options,
        update_time, delete_time)
      select ${uuid(2, "n")}, ${uuid(0, "1 + n % 1000")}, ${uuid(3, "n")}, 'n', 'm', '', '{}',
        now() - make_interval(mins => n), case when n % 100 = 0 then now() end
      from generate_series(1, ${ROWS}) n;
    insert into messages (id, chat_id, parent_id, user_id, request_id, role, status, text, thinking,
        model, options)
      select ${uuid(4, "n")}, ${uuid(2, "1 + n % 1000")}, case when n > 1 then ${uuid(4, "n - 1")} end,
        ${uuid(0, "1 + n % 1000")}, case when n % 2 = 0 then ${uuid(5, "n")} end,
        case when n % 2 = 0 then 'assistant' else 'user' end,
        case when n % 10000 = 0 then 'streaming' else 'complete' end, 'text', '', 'm', '{}'
      from generate_series(1, ${ROWS}) n;
    analyze`);
}

/** The plan of the prepared statement for whatever values; in words, a line for each step. */
async function planOf({ name, query }: PlannedQuery): Promise<string> {
  const { sql: text } = query(filled.database.db).toSQL();
  const rows = await filled.database.sql.unsafe(`explain (generic_plan) ${text}`);
  return `${name}\n${rows.map((row) => row["QUERY PLAN"]).join("\n")}`;
}

test.each(queries)("$name: no table is read whole", async (planned) => {
  expect(await planOf(planned)).not.toContain("Seq Scan");
});

test.each(queries.slice(0, 2))(
  "$name: the rows come out of the index in order",
  async (planned) => {
    expect(await planOf(planned)).not.toContain("Sort");
  },
);

test("a query that no index serves is found out", async () => {
  const query: PlannedQuery["query"] = (db) =>
    db.select().from(users).where(eq(users.displayName, "n"));
  expect(await planOf({ name: "by name", query })).toContain("Seq Scan");
});
