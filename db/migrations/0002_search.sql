CREATE TABLE "search_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"chat_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"create_time" timestamp (3) with time zone NOT NULL,
	"words" "tsvector" NOT NULL
);
--> statement-breakpoint
-- Snowball's stems without its stop words: those of one language are words of the other ("as", "do", "no").
CREATE TEXT SEARCH DICTIONARY "public"."search_portuguese" (TEMPLATE = pg_catalog.snowball, LANGUAGE = portuguese);--> statement-breakpoint
CREATE TEXT SEARCH DICTIONARY "public"."search_english" (TEMPLATE = pg_catalog.snowball, LANGUAGE = english);--> statement-breakpoint
CREATE TEXT SEARCH CONFIGURATION "public"."search_portuguese" (COPY = pg_catalog.simple);--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION "public"."search_portuguese" ALTER MAPPING FOR asciiword, word, numword WITH "public"."search_portuguese";--> statement-breakpoint
CREATE TEXT SEARCH CONFIGURATION "public"."search_english" (COPY = pg_catalog.simple);--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION "public"."search_english" ALTER MAPPING FOR asciiword, word, numword WITH "public"."search_english";--> statement-breakpoint
-- Only letters and digits, in small letters: so "a.b/c_d" is four words, in code as in an address.
CREATE FUNCTION "public"."search_split"(content text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(normalize(lower(content COLLATE pg_c_utf8), NFC) COLLATE pg_c_utf8, '[^[:alnum:]]+', ' ', 'g');--> statement-breakpoint
CREATE FUNCTION "public"."search_bare"(split text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN normalize(regexp_replace(normalize(split, NFD) COLLATE pg_c_utf8, '[\u0300-\u036f]+', '', 'g'), NFC);--> statement-breakpoint
-- The plurals that Snowball leaves apart: canções and canção, animais and animal, homens and homem.
CREATE FUNCTION "public"."search_singular"(bare text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(regexp_replace(regexp_replace(bare COLLATE pg_c_utf8,
  '(?:oes|aes|aos)\M', 'ao', 'g'), '(\w\w[aeou])is\M', '\1l', 'g'), 'ns\M', 'm', 'g');--> statement-breakpoint
-- Each word as it is but for accents, with its place, and its stems: in Portuguese as written and
-- without accents, so that either can be left out, and in English. Only the first have places.
CREATE FUNCTION "public"."search_words"(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT to_tsvector('pg_catalog.simple', bare)
    || strip(to_tsvector('public.search_portuguese', split))
    || strip(to_tsvector('public.search_portuguese', public.search_singular(bare)))
    || strip(to_tsvector('public.search_english', bare))
  FROM public.search_split(content) AS split, public.search_bare(split) AS bare;
END;--> statement-breakpoint
-- What finds these words side by side.
CREATE FUNCTION "public"."search_phrase"(content text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN phraseto_tsquery('pg_catalog.simple', public.search_bare(public.search_split(content)));--> statement-breakpoint
-- What finds a word in any form; "foo_bar" is a phrase of two.
CREATE FUNCTION "public"."search_word"(content text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN bare LIKE '% %' THEN public.search_phrase(content) ELSE
    plainto_tsquery('pg_catalog.simple', bare)
    || plainto_tsquery('public.search_portuguese', split)
    || plainto_tsquery('public.search_portuguese', public.search_singular(bare))
    || plainto_tsquery('public.search_english', bare) END
  FROM btrim(public.search_split(content)) AS split, public.search_bare(split) AS bare;
END;--> statement-breakpoint
-- The words of an entry with its user, its model, with and without tag, and in which eight weeks
-- since 1970 it lies, all as words that no text can hold. A tsvector takes 1 MB and places up to
-- 16,383, so the first 100,000 characters count, and fewer if need be: storing a message never
-- fails over this.
CREATE FUNCTION "public"."search_entry"(owner uuid, created timestamptz, model text, content text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  most integer := 100000;
  name text := lower(left(model, 500));
  facts text[] := ARRAY['user ' || owner, 'weeks ' || floor(extract(epoch FROM created) / (8 * 604800))];
BEGIN
  IF name <> '' THEN
    facts := facts || ARRAY['model ' || name, 'model ' || regexp_replace(name, ':[^:/]*$', '')];
  END IF;
  LOOP
    BEGIN
      RETURN array_to_tsvector(facts) || public.search_words(left(content, most));
    EXCEPTION WHEN program_limit_exceeded THEN
      most := most / 2;
    END;
  END LOOP;
END
$$;--> statement-breakpoint
CREATE FUNCTION "public"."put_search_entry"(entry uuid, chat uuid, owner uuid, created timestamptz, model text, content text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF content = '' THEN
    DELETE FROM public.search_entries WHERE id = entry;
  ELSE
    INSERT INTO public.search_entries AS old (id, chat_id, user_id, create_time, words)
    VALUES (entry, chat, owner, created, public.search_entry(owner, created, model, content))
    ON CONFLICT (id) DO UPDATE SET words = excluded.words WHERE old.words <> excluded.words;
  END IF;
END
$$;--> statement-breakpoint
CREATE FUNCTION "public"."put_message_in_search"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.put_search_entry(new.id, new.chat_id, new.user_id, new.create_time,
    CASE new.role WHEN 'assistant' THEN new.model ELSE '' END, new.text);
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE FUNCTION "public"."put_title_in_search"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.put_search_entry(new.id, new.id, new.user_id, new.create_time, '', new.title);
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE FUNCTION "public"."drop_message_from_search"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public.search_entries WHERE id = old.id;
  RETURN NULL;
END
$$;--> statement-breakpoint
INSERT INTO "search_entries" ("id", "chat_id", "user_id", "create_time", "words")
SELECT "id", "id", "user_id", "create_time", "public"."search_entry"("user_id", "create_time", '', "title")
FROM "chats" WHERE "title" <> '';--> statement-breakpoint
INSERT INTO "search_entries" ("id", "chat_id", "user_id", "create_time", "words")
SELECT "id", "chat_id", "user_id", "create_time",
  "public"."search_entry"("user_id", "create_time", CASE "role" WHEN 'assistant' THEN "model" ELSE '' END, "text")
FROM "messages" WHERE "text" <> '' AND "status" NOT IN ('queued', 'loading', 'streaming');--> statement-breakpoint
ALTER TABLE "search_entries" ADD CONSTRAINT "search_entries_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "search_entries_user_id_create_time_idx" ON "search_entries" USING btree ("user_id","create_time","id");--> statement-breakpoint
CREATE INDEX "search_entries_chat_id_idx" ON "search_entries" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "search_entries_words_idx" ON "search_entries" USING gin ("words") WITH (fastupdate=false);--> statement-breakpoint
CREATE TRIGGER "messages_search_put" AFTER INSERT OR UPDATE OF "text", "status" ON "messages" FOR EACH ROW
WHEN (new.status NOT IN ('queued', 'loading', 'streaming')) EXECUTE FUNCTION "public"."put_message_in_search"();--> statement-breakpoint
CREATE TRIGGER "messages_search_drop" AFTER DELETE ON "messages" FOR EACH ROW EXECUTE FUNCTION "public"."drop_message_from_search"();--> statement-breakpoint
CREATE TRIGGER "chats_search_put" AFTER INSERT OR UPDATE OF "title" ON "chats" FOR EACH ROW
EXECUTE FUNCTION "public"."put_title_in_search"();
