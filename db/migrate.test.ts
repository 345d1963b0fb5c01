import { expect, onTestFinished, test } from "vitest";
import { emptyDatabase as createEmpty } from "../server/testing/database.ts";
import { migrateDatabase } from "./migrate.ts";
import { users } from "./schema/index.ts";

async function emptyDatabase() {
  const own = await createEmpty();
  onTestFinished(() => own[Symbol.asyncDispose]());
  return own.database;
}

test("an empty database gets the whole schema, also when several servers start at once", async () => {
  const database = await emptyDatabase();
  await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(database)));
  expect(await database.db.select().from(users)).toEqual([]);
  const rows = await database.sql`select hash from drizzle.__drizzle_migrations`;
  expect(new Set(rows.map((row) => row["hash"])).size).toBe(rows.length);
});

test("what a database holds already can be searched after the migration", async () => {
  const database = await emptyDatabase();
  await migrateDatabase(database);
  // As an older version left it: without what migration 0002 brings.
  await database.sql.unsafe(`
    drop table search_entries;
    drop function put_message_in_search, put_title_in_search, drop_message_from_search cascade;
    drop function put_search_entry, search_entry, search_word, search_phrase, search_words,
      search_singular, search_bare, search_split;
    drop text search configuration search_portuguese;
    drop text search configuration search_english;
    drop text search dictionary search_portuguese;
    drop text search dictionary search_english;
    delete from drizzle.__drizzle_migrations where id = 3;
    insert into users (id, email, display_name, password_hash, role, locale, theme)
      values (gen_random_uuid(), 'ana@example.org', 'Ana', '', 'member', 'en', 'system');
    insert into chats (id, user_id, title, model, system_prompt, options)
      select gen_random_uuid(), id, title, 'm:1b', '', '{}' from users, (values ('Canções'), ('')) t (title);
    insert into messages (id, chat_id, user_id, role, status, text, thinking, model, options)
      select gen_random_uuid(), id, user_id, role, status, text, '', 'm:1b', '{}' from chats, (values
        ('user', 'complete', 'Uma canção'), ('assistant', 'failed', 'cantiga'),
        ('assistant', 'streaming', 'cancao'), ('assistant', 'failed', '')) t (role, status, text)
      where title <> ''`);
  await migrateDatabase(database);
  const count = async (query: string) => {
    const found = await database.sql`
      select count(*)::int as n from search_entries where words @@ ${query}::tsquery`;
    return Number(found[0]!["n"]);
  };
  expect(await count("cancao | canca")).toBe(2);
  expect(await count("'model m:1b'")).toBe(1);
  expect(await count("'model m' & cantig:*")).toBe(1);
  await database.sql`update messages set status = 'complete' where status = 'streaming'`;
  expect(await count("cancao")).toBe(2);
});

test("a migration again changes nothing", async () => {
  const database = await emptyDatabase();
  await migrateDatabase(database);
  const before = await database.sql`select * from drizzle.__drizzle_migrations`;
  await migrateDatabase(database);
  expect(await database.sql`select * from drizzle.__drizzle_migrations`).toEqual(before);
});

test("a database of a newer version is refused in words", async () => {
  const database = await emptyDatabase();
  await migrateDatabase(database);
  const time = Date.UTC(2040, 0, 1);
  await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', ${time})`;
  await expect(migrateDatabase(database)).rejects.toThrow(
    "newer than this Prosa: it has a migration of 2040-01-01",
  );
});

test("a migration that fails leaves the database as it was", async () => {
  const database = await emptyDatabase();
  // Bears the name of an index that is made when most tables are there.
  await database.sql`create table chats_delete_time_idx (id int)`;
  await expect(migrateDatabase(database)).rejects.toThrow("already exists");
  const tables = await database.sql`
    select table_name from information_schema.tables where table_schema in ('public', 'drizzle')`;
  expect(tables.map((row) => row["table_name"])).toEqual(["chats_delete_time_idx"]);
});
