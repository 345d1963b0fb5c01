import type { Db } from "#db/connect.ts";
import { messages, users } from "#db/schema/index.ts";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { purgeBeyond, purgeOldEvents, selectAuditEvents } from "./audit/audit-events.ts";
import { findChat, findMessage } from "./chat/access.ts";
import { findChatByRequest, selectChats } from "./chat/chats.ts";
import { findAccessToken, listAccessTokens, purgeAccessTokens } from "./user/access-tokens.ts";
import { selectUsers } from "./user/administration.ts";
import { deleteMessages, selectBranch, selectNewest } from "./chat/deletions.ts";
import { findReplyByRequest, newestReply, selectMessages, selectTurns } from "./chat/messages.ts";
import { deleteChats, selectDueChats, selectSomeChats } from "./chat/purge.ts";
import { findLastWalked, lookUp, walkNewest } from "./chat/search/search-entries.ts";
import { selectOldestChats, selectRange, selectSizes } from "./chat/transfer/export-chats.ts";
import { findSource } from "./chat/transfer/import-chat.ts";
import { testDatabase, type TestDatabase } from "./testing/database.ts";
import { findSession, findSessionAt, listSessions, purgeSessions } from "./user/sessions.ts";
import { selectInvitations } from "./user/invitations.ts";
import { findUser } from "./user/users.ts";

const ROWS = 100_000;

type PlannedQuery = {
  name: string;
  query: (db: Db) => { getQuery(): { sql: string } } | { toSQL(): { sql: string } };
};

const id = "00000000-0000-7000-8000-000000000001";
const time = "2026-11-23T00:00:00.000Z";

const lists: PlannedQuery[] = [
  {
    name: "the first page of a user's chats",
    query: (db) => selectChats(db, id, { size: 50, after: undefined }),
  },
  {
    name: "a later page of a user's chats",
    query: (db) => selectChats(db, id, { size: 50, after: { time, id } }),
  },
  {
    name: "the first page of a chat's messages",
    query: (db) => selectMessages(db, id, { size: 50, after: undefined }),
  },
  {
    name: "a later page of a chat's messages",
    query: (db) => selectMessages(db, id, { size: 50, after: id }),
  },
  { name: "the newest reply of a chat", query: (db) => newestReply(db, id) },
  {
    name: "a user's oldest chats",
    query: (db) => selectOldestChats(db, id, { size: 50, after: undefined }),
  },
  {
    name: "a user's next chats after the oldest",
    query: (db) => selectOldestChats(db, id, { size: 50, after: { createTime: new Date(), id } }),
  },
  {
    name: "the sizes of a chat's messages",
    query: (db) => selectSizes(db, id, { size: 50, after: id }),
  },
  {
    name: "messages of a chat that follow each other",
    query: (db) => selectRange(db, id, { first: id, last: id }),
  },
  {
    name: "the newest messages of a chat",
    query: (db) => selectNewest(db, eq(messages.chatId, id), undefined),
  },
  {
    name: "a user's next messages before the newest",
    query: (db) => selectNewest(db, eq(messages.userId, id), id),
  },
  {
    name: "the first page of a user's sessions",
    query: (db) => listSessions(db, id, { size: 50 }),
  },
  {
    name: "a later page of a user's sessions",
    query: (db) => listSessions(db, id, { size: 50, after: id }),
  },
  {
    name: "the first page of a user's access tokens",
    query: (db) => listAccessTokens(db, id, { size: 50 }),
  },
  {
    name: "a later page of a user's access tokens",
    query: (db) => listAccessTokens(db, id, { size: 50, after: id }),
  },
  {
    name: "the first page of the users",
    query: (db) => selectUsers(db, { size: 50, after: undefined }),
  },
  {
    name: "a later page of the users",
    query: (db) => selectUsers(db, { size: 50, after: id }),
  },
  {
    name: "a page of the invitations",
    query: (db) => selectInvitations(db, { size: 50, after: id }),
  },
  {
    name: "the first page of the audit log",
    query: (db) => selectAuditEvents(db, { size: 50, after: undefined }),
  },
  {
    name: "a later page of the audit log",
    query: (db) => selectAuditEvents(db, { size: 50, after: id }),
  },
  {
    name: "a page of what a user did",
    query: (db) => selectAuditEvents(db, { actorId: id, size: 50, after: id }),
  },
  {
    name: "a page of deeds of one kind",
    query: (db) => selectAuditEvents(db, { kind: "signed_in", size: 50, after: id }),
  },
];

const wanted = {
  userId: id,
  words: "'word'",
  range: { after: { time, id }, from: new Date(time), to: new Date(time) },
  count: 51,
};

const others: PlannedQuery[] = [
  { name: "words among the newest messages", query: (db) => walkNewest(db, wanted) },
  { name: "the last title or message that is walked", query: (db) => findLastWalked(db, wanted) },
  { name: "words by their index", query: (db) => lookUp(db, wanted) },
  { name: "a user's chat", query: (db) => findChat(db, id, id) },
  { name: "a chat by the request that made it", query: (db) => findChatByRequest(db, id, id) },
  { name: "a chat by its source", query: (db) => findSource(db, id, id) },
  { name: "deleted chats that are due", query: (db) => selectDueChats(db) },
  { name: "some chats of a user", query: (db) => selectSomeChats(db, id, false) },
  { name: "some deleted chats of a user", query: (db) => selectSomeChats(db, id, true) },
  { name: "chats by their ids", query: (db) => deleteChats(db, [id]) },
  { name: "a message of a user", query: (db) => findMessage(db, id, id) },
  { name: "a reply by its request", query: (db) => findReplyByRequest(db, id, id) },
  { name: "the way from the first message to one", query: (db) => selectTurns(db, id) },
  { name: "a message and all that follow it", query: (db) => selectBranch(db, id) },
  { name: "messages by their ids", query: (db) => deleteMessages(db, [id]) },
  { name: "a session by its token, with its user", query: (db) => findSession(db, "x") },
  { name: "a user's session at an address", query: (db) => findSessionAt(db, id, "127.0.0.1") },
  { name: "expired sessions", query: (db) => purgeSessions(db) },
  { name: "an access token, with its user", query: (db) => findAccessToken(db, "x") },
  { name: "expired access tokens", query: (db) => purgeAccessTokens(db) },
  { name: "old events of the audit log", query: (db) => purgeOldEvents(db) },
  {
    name: "failed attempts beyond the newest",
    query: (db) => purgeBeyond(db, "sign_in_failed", 9),
  },
  { name: "a user by e-mail", query: (db) => findUser(db, "ana@example.org") },
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
    alter table chats disable trigger user; alter table messages disable trigger user;
    insert into users (id, email, display_name, password_hash, role, locale, theme)
      select ${uuid(0, "n")}, n || '@example.org', 'n', 'x', 'member', 'en', 'system'
      from generate_series(1, ${ROWS}) n;
    insert into sessions (id, user_id, token_hash, device, address, expire_time)
      select ${uuid(1, "n")}, ${uuid(0, "1 + n % 1000")}, sha256(n::text::bytea), '', '',
        now() + make_interval(mins => n)
      from generate_series(1, ${ROWS}) n;
    insert into access_tokens (id, user_id, token_hash, name, scope, expire_time)
      select ${uuid(6, "n")}, ${uuid(0, "1 + n % 1000")}, sha256(n::text::bytea), 'n', 'read',
        case when n % 2 = 0 then now() + make_interval(mins => n) end
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
    insert into invitations (id, code_hash, created_by, expire_time)
      select ${uuid(7, "n")}, sha256(n::text::bytea), ${uuid(0, "1 + n % 1000")}, now()
      from generate_series(1, ${ROWS}) n;
    insert into audit_events (id, kind, actor_id, actor_name, subject, details, address, device,
        create_time)
      select ${uuid(8, "n")}, case when n % 2 = 0 then 'signed_in' else 'sign_in_failed' end,
        ${uuid(0, "1 + n % 1000")}, 'n', '', '{}', '', '', now() - make_interval(mins => n)
      from generate_series(1, ${ROWS}) n;
    insert into search_entries (id, chat_id, user_id, create_time, words)
      select id, chat_id, user_id, create_time, array_to_tsvector(array['user ' || user_id, text])
      from messages;
    analyze`);
}

/** The plan of the prepared statement for whatever values; in words, a line for each step. */
async function planOf({ name, query }: PlannedQuery): Promise<string> {
  const built = query(filled.database.db);
  const { sql: text } = "toSQL" in built ? built.toSQL() : built.getQuery();
  const rows = await filled.database.sql.unsafe(`explain (generic_plan) ${text}`);
  return `${name}\n${rows.map((row) => row["QUERY PLAN"]).join("\n")}`;
}

test.each([...lists, ...others])("$name: no table is read whole", async (planned) => {
  expect(await planOf(planned)).not.toContain("Seq Scan");
});

test.each(lists)("$name: the rows come out of the index in order", async (planned) => {
  expect(await planOf(planned)).not.toContain("Sort");
});

test("a query that no index serves is found out", async () => {
  const query: PlannedQuery["query"] = (db) =>
    db.select().from(users).where(eq(users.displayName, "n"));
  expect(await planOf({ name: "by name", query })).toContain("Seq Scan");
});
