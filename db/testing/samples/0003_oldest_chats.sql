-- This migration brings an index; a server of it leaves one more chat.
INSERT INTO chats (id, user_id, title, model, system_prompt, options, create_time, update_time) VALUES
  ('01980000-0000-7000-8000-000000000034', '01980000-0000-7000-8000-000000000001', 'The newest', 'prosa-tiny', '', '{}', '2026-11-25 12:00:00Z', '2026-11-25 12:00:00Z');
