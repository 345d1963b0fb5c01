-- What a server of this migration leaves: an administrator and a member, a chat with two versions
-- of an answer, a deleted chat, a reply that was under way when the server died, an invitation.
INSERT INTO users (id, email, display_name, password_hash, role, locale, theme, create_time, update_time) VALUES
  ('01980000-0000-7000-8000-000000000001', 'ana@example.org', 'Ana Müller', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA', 'admin', 'pt-BR', 'dark', '2026-11-23 10:00:00.001Z', '2026-11-23 10:00:00.001Z'),
  ('01980000-0000-7000-8000-000000000002', 'bea@example.org', E'Bea\t"quoted" \\ 漢字 🦊', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaB', 'member', 'en', 'system', '2026-11-23 10:05:00Z', '2026-11-23 10:05:00Z');

INSERT INTO sessions (id, user_id, token_hash, device, address, create_time, last_seen_time, expire_time) VALUES
  ('01980000-0000-7000-8000-000000000011', '01980000-0000-7000-8000-000000000001', sha256(convert_to(repeat('A', 43), 'UTF8')), 'Firefox', '127.0.0.1', '2026-11-23 10:00:00Z', '2026-11-23 11:00:00Z', '2126-12-23 11:00:00Z');

INSERT INTO invitations (id, code_hash, created_by, used_by, create_time, use_time, expire_time) VALUES
  ('01980000-0000-7000-8000-000000000021', '\x01', '01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000002', '2026-11-23 10:01:00Z', '2026-11-23 10:05:00Z', '2026-11-30 10:01:00Z'),
  ('01980000-0000-7000-8000-000000000022', '\x02', NULL, NULL, '2026-11-23 10:02:00Z', NULL, '2126-11-30 10:02:00Z');

INSERT INTO chats (id, user_id, request_id, title, model, system_prompt, options, create_time, update_time, delete_time) VALUES
  ('01980000-0000-7000-8000-000000000031', '01980000-0000-7000-8000-000000000001', '01980000-0000-4000-8000-0000000000a1', 'Canções de ninar', 'llama3.2:1b', E'Be brief.\nAlways.', '{"temperature": 0.70, "maxTokens": 200}', '2026-11-23 10:10:00Z', '2026-11-23 10:20:00Z', NULL),
  ('01980000-0000-7000-8000-000000000032', '01980000-0000-7000-8000-000000000002', NULL, '', 'prosa-tiny', '', '{}', '2026-11-23 10:30:00Z', '2026-11-23 10:30:00Z', '2126-11-24 10:30:00Z');

INSERT INTO messages (id, chat_id, parent_id, user_id, request_id, role, status, text, thinking, error, model, options, statistics, truncated, context_start_id, create_time, finish_time) VALUES
  ('01980000-0000-7000-8000-000000000041', '01980000-0000-7000-8000-000000000031', NULL, '01980000-0000-7000-8000-000000000001', NULL, 'user', 'complete', E'Uma canção?\n\\.\n\tTabs, \\n and "quotes"', '', NULL, '', '{}', NULL, false, NULL, '2026-11-23 10:10:00Z', '2026-11-23 10:10:00Z'),
  ('01980000-0000-7000-8000-000000000042', '01980000-0000-7000-8000-000000000031', '01980000-0000-7000-8000-000000000041', '01980000-0000-7000-8000-000000000001', '01980000-0000-4000-8000-0000000000b1', 'assistant', 'complete', 'Dorme, menino', 'A lullaby, then.', NULL, 'llama3.2:1b', '{"seed": 7}', '{"promptTokens": 12, "completionTokens": 4, "timeToFirstToken": 310, "loadDuration": 0, "generationDuration": 900, "totalDuration": 1250}', true, '01980000-0000-7000-8000-000000000041', '2026-11-23 10:10:00.002Z', '2026-11-23 10:10:04Z'),
  ('01980000-0000-7000-8000-000000000043', '01980000-0000-7000-8000-000000000031', '01980000-0000-7000-8000-000000000041', '01980000-0000-7000-8000-000000000001', '01980000-0000-4000-8000-0000000000b2', 'assistant', 'failed', '', '', '{"reason": "MODEL_MISSING", "message": "There is no model x."}', 'x', '{}', NULL, false, NULL, '2026-11-23 10:20:00Z', '2026-11-23 10:20:01Z'),
  ('01980000-0000-7000-8000-000000000044', '01980000-0000-7000-8000-000000000032', NULL, '01980000-0000-7000-8000-000000000002', NULL, 'user', 'complete', 'Tell me everything', '', NULL, '', '{}', NULL, false, NULL, '2026-11-23 10:30:00Z', '2026-11-23 10:30:00Z'),
  ('01980000-0000-7000-8000-000000000045', '01980000-0000-7000-8000-000000000032', '01980000-0000-7000-8000-000000000044', '01980000-0000-7000-8000-000000000002', '01980000-0000-4000-8000-0000000000b3', 'assistant', 'queued', '', '', NULL, 'prosa-tiny', '{}', NULL, false, NULL, '2026-11-23 10:30:00.001Z', NULL);

INSERT INTO reply_chunks (message_id, kind, "offset", text) VALUES
  ('01980000-0000-7000-8000-000000000045', 'thinking', 0, 'Hm'),
  ('01980000-0000-7000-8000-000000000045', 'text', 0, 'Everything '),
  ('01980000-0000-7000-8000-000000000045', 'text', 11, 'begins');
