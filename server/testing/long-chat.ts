import type { Database } from "#db/connect.ts";

/** Stores a chat of the user in which each of so many messages follows the one before; returns its id. */
export async function writeLongChat({ sql }: Database, userId: string, count: number) {
  const id = crypto.randomUUID();
  const prefix = id.slice(0, 24);
  await sql`
    insert into chats (id, user_id, title, model, system_prompt, options)
    values (${id}, ${userId}, 'A long walk', 'fake:1b', '', '{}')`;
  await sql`
    insert into messages
      (id, chat_id, parent_id, user_id, role, status, text, thinking, model, options)
    select (${prefix} || lpad(n::text, 12, '0'))::uuid, ${id},
      case when n > 1 then (${prefix} || lpad((n - 1)::text, 12, '0'))::uuid end,
      ${userId}, case when n % 2 = 1 then 'user' else 'assistant' end, 'complete', 'x', '', '', '{}'
    from generate_series(1, ${count}::int) n`;
  await sql`analyze messages`;
  return id;
}

/** Watches from now on how many messages each statement deletes, its cascades counted apart. */
export async function watchDeletions({ sql }: Database) {
  await sql.unsafe(`
    create table deletions (count int);
    create function note_deletion() returns trigger language plpgsql as $$
    begin
      insert into deletions select count(*) from gone having count(*) > 0;
      return null;
    end $$;
    create trigger note_deletion after delete on messages referencing old table as gone
      for each statement execute function note_deletion()`);
  return {
    /** The numbers that have not been read before. */
    async read(): Promise<number[]> {
      const rows = await sql<{ count: number }[]>`delete from deletions returning count`;
      return rows.map(({ count }) => count);
    },
  };
}
