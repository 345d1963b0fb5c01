import { once } from "node:events";
import type { Sql } from "postgres";
import { createRandom, makeText, makeVocabulary, type Vocabulary } from "./search-corpus.ts";

const seed = 20_261_125;
const messagesPerChat = 20;
const batchRows = 1000;
const firstDay = Date.UTC(2024, 0, 1);
const fillDays = 700;
export const models = ["llama3.2:1b", "qwen3:0.6b", "gemma3:1b"];

/** Who has how many messages. */
export interface Owner {
  readonly userId: string;
  readonly messages: number;
}

export interface Vocabularies {
  readonly pt: Vocabulary;
  readonly en: Vocabulary;
}

/** Fills the database with chats whose messages lie in time as they would: everybody's side by side. */
export async function fillMessages(
  sql: Sql,
  registered: readonly Owner[],
  others: readonly Owner[],
): Promise<Vocabularies> {
  const owners = [...registered, ...others];
  const random = createRandom(seed);
  const vocabularies = {
    pt: makeVocabulary("pt", random),
    en: makeVocabulary("en", random),
  };
  const [index] = await sql`select pg_get_indexdef('search_entries_words_idx'::regclass) as text`;
  // The triggers do the same row by row, and an index is built faster than it grows.
  await sql.unsafe(`
    set session_replication_role = replica; set statement_timeout = 0;
    set maintenance_work_mem = '1GB'; drop index search_entries_words_idx`);
  await copyRows(sql, userColumns, userRows(others));
  await copyRows(sql, chatColumns, chatRows(owners, vocabularies, random));
  await copyRows(sql, messageColumns, messageRows(owners, vocabularies, random));
  await sql.unsafe(`
    insert into search_entries (id, chat_id, user_id, create_time, words)
      select id, id, user_id, create_time, search_entry(user_id, create_time, '', title) from chats;
    insert into search_entries (id, chat_id, user_id, create_time, words)
      select id, chat_id, user_id, create_time, search_entry(user_id, create_time, model, text) from messages;
    ${String(index?.["text"])}; set session_replication_role = origin`);
  await sql.unsafe("vacuum analyze");
  return vocabularies;
}

const userColumns = "users (id, email, display_name, password_hash, role, locale, theme)";
const chatColumns =
  "chats (id, user_id, title, model, system_prompt, options, create_time, update_time)";
const messageColumns =
  "messages (id, chat_id, user_id, role, status, text, thinking, model, options, create_time)";

const total = (owners: readonly Owner[]) => owners.reduce((sum, one) => sum + one.messages, 0);

/** Version 7, from a time and a number. */
function idOf(time: number, number: number): string {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** The chat with this number of an owner; older than all messages, so that no id comes twice. */
const chatId = (owner: number, chat: number) => idOf(firstDay - 1, owner * 2 ** 20 + chat);

function* userRows(owners: readonly Owner[]) {
  for (const { userId } of owners) {
    yield [userId, `${userId}@example.com`, "Bench", "", "member", "en", "system"];
  }
}

function* chatRows(owners: readonly Owner[], words: Vocabularies, random: () => number) {
  for (const [at, owner] of owners.entries()) {
    for (let chat = 0; chat * messagesPerChat < owner.messages; chat += 1) {
      const title = makeText(random() < 0.5 ? words.pt : words.en, 4, random);
      const time = new Date(firstDay).toISOString();
      yield [chatId(at, chat), owner.userId, title, models[0]!, "", "{}", time, time];
    }
  }
}

/** The owners take turns, each as often as it has messages; questions are short, answers longer. */
function* messageRows(owners: readonly Owner[], words: Vocabularies, random: () => number) {
  const all = total(owners);
  const turns = owners.flatMap((owner, at) =>
    Array<number>(Math.ceil(owner.messages / 100)).fill(at),
  );
  const written = owners.map(() => 0);
  for (let number = 0; number < all;) {
    const at = turns[Math.floor(random() * turns.length)]!;
    const owner = owners[at]!;
    if (written[at]! >= owner.messages) {
      // What is left over of the draw goes to whoever is not full.
      turns.splice(turns.indexOf(at), 1);
      continue;
    }
    const count = written[at]!;
    written[at] = count + 1;
    const answer = count % 2 === 1;
    const length = answer ? 20 + Math.floor(random() * 100) : 3 + Math.floor(random() * 20);
    const time = firstDay + Math.floor((number / all) * fillDays * 86_400_000);
    yield [
      idOf(time, number),
      chatId(at, Math.floor(count / messagesPerChat)),
      owner.userId,
      answer ? "assistant" : "user",
      "complete",
      makeText(random() < 0.5 ? words.pt : words.en, length, random),
      "",
      answer ? models[count % models.length]! : "",
      "{}",
      new Date(time).toISOString(),
    ];
    number += 1;
  }
}

async function copyRows(sql: Sql, columns: string, rows: Iterable<string[]>): Promise<void> {
  const copy = await sql.unsafe(`copy ${columns} from stdin`).writable();
  let batch = "";
  let count = 0;
  for (const row of rows) {
    batch += `${row.join("\t")}\n`;
    if ((count += 1) % batchRows > 0) continue;
    if (!copy.write(batch)) await once(copy, "drain");
    batch = "";
  }
  copy.end(batch);
  await once(copy, "finish");
}
