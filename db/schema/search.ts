import { customType, index, pgTable, uuid } from "drizzle-orm/pg-core";
import { chats } from "./chat.ts";
import { moment } from "./columns.ts";

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/**
 * What can be found: one row for each title and each message that has ended, kept by the triggers
 * of migration 0002, whoever writes. A table of its own, so that reading messages does not carry the
 * words along, installing it rewrites no message, and titles and messages come in one order.
 */
export const searchEntries = pgTable(
  "search_entries",
  {
    /** The message's id, or the chat's for its title. */
    id: uuid("id").primaryKey(),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    /** Who can find it; goes with the chat. */
    userId: uuid("user_id").notNull(),
    createTime: moment("create_time").notNull(),
    /** The words, and beside them the user, the model and the weeks, so that one index narrows by all. */
    words: tsvector("words").notNull(),
  },
  (t) => [
    index("search_entries_user_id_create_time_idx").on(t.userId, t.createTime, t.id),
    index("search_entries_chat_id_idx").on(t.chatId),
    // Without a list of what is still to be put in: every search would have to read through it.
    index("search_entries_words_idx").using("gin", t.words).with({ fastupdate: false }),
  ],
);
