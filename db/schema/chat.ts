import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";
import { users } from "./user.ts";

/** How a model chooses its words; the fields of prosa.llm.v1.GenerationOptions. */
export type GenerationOptions = {
  temperature?: number;
  topP?: number;
  topK?: number;
  seed?: number;
  maxTokens?: number;
};

/** Why a reply failed or was interrupted; `reason` is a name of prosa.rpc.v1.ErrorReason. */
export type StoredError = { reason: string; message: string; metadata?: Record<string, string> };

/** Tokens and milliseconds of a finished reply. */
export type ReplyStatistics = {
  promptTokens: number;
  completionTokens: number;
  timeToFirstToken: number;
  loadDuration: number;
  generationDuration: number;
  totalDuration: number;
};

export const chats = pgTable(
  "chats",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    requestId: uuid("request_id"),
    /** Of an imported chat: what it is called where it came from. */
    sourceId: text("source_id"),
    title: text("title").notNull(),
    model: text("model").notNull(),
    systemPrompt: text("system_prompt").notNull(),
    options: jsonb("options").$type<GenerationOptions>().notNull(),
    createTime: moment("create_time").notNull().defaultNow(),
    updateTime: moment("update_time").notNull().defaultNow(),
    deleteTime: moment("delete_time"),
  },
  (t) => [
    uniqueIndex("chats_user_id_request_id_key")
      .on(t.userId, t.requestId)
      .where(sql`${t.requestId} is not null`),
    uniqueIndex("chats_user_id_source_id_key")
      .on(t.userId, t.sourceId)
      .where(sql`${t.sourceId} is not null`),
    index("chats_user_id_update_time_idx")
      .on(t.userId, t.updateTime, t.id)
      .where(sql`${t.deleteTime} is null`),
    index("chats_user_id_create_time_idx")
      .on(t.userId, t.createTime, t.id)
      .where(sql`${t.deleteTime} is null`),
    index("chats_delete_time_idx")
      .on(t.deleteTime)
      .where(sql`${t.deleteTime} is not null`),
  ],
);

export const messages = pgTable(
  "messages",
  {
    id: uuid("id").primaryKey(),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    parentId: uuid("parent_id").references((): AnyPgColumn => messages.id, { onDelete: "cascade" }),
    /** Whose request made it: the person who wrote it, or who asked for the reply. */
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Of a reply: the client's name for the request, unique for the user. */
    requestId: uuid("request_id"),
    role: text("role", { enum: ["user", "assistant"] }).notNull(),
    /** A reply is stored as `queued` until its end: how far it is, the process that runs it knows. */
    status: text("status", {
      enum: ["queued", "loading", "streaming", "complete", "stopped", "interrupted", "failed"],
    }).notNull(),
    text: text("text").notNull(),
    thinking: text("thinking").notNull(),
    error: jsonb("error").$type<StoredError>(),
    model: text("model").notNull(),
    /** Of a reply: the options that it is asked with, already merged with the chat's. */
    options: jsonb("options").$type<GenerationOptions>().notNull(),
    statistics: jsonb("statistics").$type<ReplyStatistics>(),
    truncated: boolean("truncated").notNull().default(false),
    /** Of a reply: the oldest message that the model was given; null when it was given all. */
    contextStartId: uuid("context_start_id"),
    /** Of a reply: what its user thinks of it. */
    rating: text("rating", { enum: ["good", "bad"] }),
    /** Whether a person wrote or changed a reply. */
    edited: boolean("edited").notNull().default(false),
    createTime: moment("create_time").notNull().defaultNow(),
    finishTime: moment("finish_time"),
  },
  (t) => [
    index("messages_chat_id_id_idx").on(t.chatId, t.id),
    index("messages_parent_id_idx").on(t.parentId),
    index("messages_user_id_id_idx").on(t.userId, t.id),
    uniqueIndex("messages_user_id_request_id_key")
      .on(t.userId, t.requestId)
      .where(sql`${t.requestId} is not null`),
    index("messages_running_idx")
      .on(t.id)
      .where(sql`${t.status} in ('queued', 'loading', 'streaming')`),
  ],
);

/** The text of a reply under way, appended in batches and folded into its message at the end. */
export const replyChunks = pgTable(
  "reply_chunks",
  {
    messageId: uuid("message_id")
      .notNull()
      .references(() => messages.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["text", "thinking"] }).notNull(),
    /** The length of this kind before the chunk, in bytes of UTF-8. */
    offset: integer("offset").notNull(),
    text: text("text").notNull(),
  },
  (t) => [primaryKey({ name: "reply_chunks_pkey", columns: [t.messageId, t.kind, t.offset] })],
);
