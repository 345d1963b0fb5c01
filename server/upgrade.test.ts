import { migrateDatabase } from "#db/migrate.ts";
import { fillUpTo, migrations } from "#db/testing/earlier-schema.ts";
import { expect, onTestFinished, test } from "vitest";
import { recoverReplies } from "./chat/recover-replies.ts";
import { testApp } from "./testing/app.ts";
import { emptyDatabase } from "./testing/database.ts";

/** The one that the session in the sample of the first migration was made for. */
const TOKEN = "A".repeat(43);

test.each(migrations)(
  "who was logged in at %s reads on, searches and writes after the upgrade",
  async (tag) => {
    const database = await emptyDatabase();
    await fillUpTo(tag, database.database);
    await migrateDatabase(database.database);
    const app = await testApp({ database });
    onTestFinished(() => app[Symbol.asyncDispose]());
    const ana = app.withToken(TOKEN);
    const { chats } = await ana.chats.listChats({});
    const lullabies = chats.find(({ title }) => title.endsWith("de ninar"))!;
    const { messages } = await ana.messages.listMessages({ chatId: lullabies.id });
    expect(messages.map(({ text }) => text)).toContain("Dorme, menino");
    const { results } = await ana.chats.searchMessages({ query: "menino" });
    expect(results).toHaveLength(1);
    await ana.chats.createChat({ title: "After the upgrade" });
    expect((await ana.chats.listChats({})).chats).toHaveLength(chats.length + 1);
  },
);

test("a reply that was under way before the upgrade keeps its text", async () => {
  const database = await emptyDatabase();
  await fillUpTo("0000_first", database.database);
  await migrateDatabase(database.database);
  const app = await testApp({ database });
  onTestFinished(() => app[Symbol.asyncDispose]());
  await recoverReplies(app.deps.db);
  const rows = await database.database.sql`
    select text, thinking, status from messages where status not in ('complete', 'failed')`;
  expect([...rows]).toEqual([{ text: "Everything begins", thinking: "Hm", status: "interrupted" }]);
});
