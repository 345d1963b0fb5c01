import { sql } from "drizzle-orm";
import { boolean, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, moment } from "./columns.ts";

export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey(),
    email: text("email").notNull(),
    displayName: text("display_name").notNull(),
    passwordHash: text("password_hash").notNull(),
    role: text("role", { enum: ["member", "admin"] }).notNull(),
    locale: text("locale").notNull(),
    theme: text("theme", { enum: ["system", "light", "dark"] }).notNull(),
    disabled: boolean("disabled").notNull().default(false),
    createTime: moment("create_time").notNull().defaultNow(),
    updateTime: moment("update_time").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("users_email_key").on(t.email)],
);

export const sessions = pgTable(
  "sessions",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tokenHash: bytea("token_hash").notNull(),
    device: text("device").notNull(),
    address: text("address").notNull(),
    createTime: moment("create_time").notNull().defaultNow(),
    lastSeenTime: moment("last_seen_time").notNull().defaultNow(),
    expireTime: moment("expire_time").notNull(),
  },
  (t) => [
    uniqueIndex("sessions_token_hash_key").on(t.tokenHash),
    index("sessions_user_id_id_idx").on(t.userId, t.id),
    index("sessions_expire_time_idx").on(t.expireTime),
  ],
);

/** The keys of programs; the token itself is stored hashed. */
export const accessTokens = pgTable(
  "access_tokens",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tokenHash: bytea("token_hash").notNull(),
    name: text("name").notNull(),
    scope: text("scope", { enum: ["read", "write"] }).notNull(),
    createTime: moment("create_time").notNull().defaultNow(),
    /** Null: it works for ever. */
    expireTime: moment("expire_time"),
    lastUsedTime: moment("last_used_time"),
  },
  (t) => [
    uniqueIndex("access_tokens_token_hash_key").on(t.tokenHash),
    index("access_tokens_user_id_id_idx").on(t.userId, t.id),
    index("access_tokens_expire_time_idx")
      .on(t.expireTime)
      .where(sql`${t.expireTime} is not null`),
  ],
);

export const invitations = pgTable(
  "invitations",
  {
    id: uuid("id").primaryKey(),
    codeHash: bytea("code_hash").notNull(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    usedBy: uuid("used_by").references(() => users.id, { onDelete: "set null" }),
    createTime: moment("create_time").notNull().defaultNow(),
    useTime: moment("use_time"),
    expireTime: moment("expire_time").notNull(),
  },
  (t) => [
    uniqueIndex("invitations_code_hash_key").on(t.codeHash),
    index("invitations_created_by_idx")
      .on(t.createdBy)
      .where(sql`${t.createdBy} is not null`),
    index("invitations_used_by_idx")
      .on(t.usedBy)
      .where(sql`${t.usedBy} is not null`),
  ],
);
