-- What a server of this migration leaves besides: tokens of programs, an imported chat, a rated
-- reply that was edited, and somebody who may not log in.
INSERT INTO access_tokens (id, user_id, token_hash, name, scope, create_time, expire_time, last_used_time) VALUES
  ('01980000-0000-7000-8000-000000000051', '01980000-0000-7000-8000-000000000001', '\xabcdef', 'backup script', 'read', '2026-11-25 10:00:00Z', NULL, '2026-11-25 11:00:00Z'),
  ('01980000-0000-7000-8000-000000000052', '01980000-0000-7000-8000-000000000001', '\x123456', 'cli', 'write', '2026-11-25 10:00:00Z', '2126-11-25 10:00:00Z', NULL);

INSERT INTO chats (id, user_id, request_id, source_id, title, model, system_prompt, options, create_time, update_time) VALUES
  ('01980000-0000-7000-8000-000000000033', '01980000-0000-7000-8000-000000000002', NULL, 'chatgpt:6789', 'Imported', 'gpt-4', '', '{}', '2024-01-01 10:00:00Z', '2024-01-01 10:00:00Z');

INSERT INTO messages (id, chat_id, parent_id, user_id, role, status, text, thinking, model, options, rating, edited, create_time, finish_time) VALUES
  ('01980000-0000-7000-8000-000000000046', '01980000-0000-7000-8000-000000000033', NULL, '01980000-0000-7000-8000-000000000002', 'user', 'complete', 'What is gRPC?', '', '', '{}', NULL, false, '2024-01-01 10:00:00Z', '2024-01-01 10:00:00Z'),
  ('01980000-0000-7000-8000-000000000047', '01980000-0000-7000-8000-000000000033', '01980000-0000-7000-8000-000000000046', '01980000-0000-7000-8000-000000000002', 'assistant', 'complete', 'Remote calls over HTTP/2', '', 'gpt-4', '{}', 'good', true, '2024-01-01 10:00:01Z', '2024-01-01 10:00:02Z');

UPDATE users SET disabled = true WHERE email = 'bea@example.org';
