import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/** What administrators have decided about the whole server, by name. */
export const settings = pgTable("settings", {
  name: text("name", { enum: ["registration"] }).primaryKey(),
  value: text("value").notNull(),
  updateTime: moment("update_time").notNull().defaultNow(),
});

/**
 * Who did what. Nothing refers to other tables: an event outlives the user who did it, and whoever
 * it was done to. Rows are only added, and removed when they are old.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind", {
      enum: [
        "registered",
        "signed_in",
        "sign_in_failed",
        "signed_out",
        "session_revoked",
        "password_refused",
        "password_changed",
        "role_changed",
        "user_disabled",
        "user_enabled",
        "account_deleted",
        "access_token_created",
        "access_token_revoked",
        "invitation_created",
        "invitation_revoked",
        "setting_changed",
        "model_pulled",
        "model_pull_canceled",
        "model_deleted",
        "model_loaded",
        "model_unloaded",
        "reply_stopped",
        "chats_imported",
        "chats_exported",
      ],
    }).notNull(),
    /** Null when nobody was signed in. */
    actorId: uuid("actor_id"),
    /** Names are those of the time. */
    actorName: text("actor_name").notNull(),
    subjectId: uuid("subject_id"),
    subject: text("subject").notNull(),
    details: jsonb("details").$type<Record<string, string>>().notNull(),
    address: text("address").notNull(),
    device: text("device").notNull(),
    createTime: moment("create_time").notNull(),
  },
  (t) => [
    index("audit_events_kind_id_idx").on(t.kind, t.id),
    index("audit_events_actor_id_id_idx").on(t.actorId, t.id),
    index("audit_events_create_time_idx").on(t.createTime),
  ],
);
