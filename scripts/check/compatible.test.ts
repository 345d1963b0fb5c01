import { expect, test } from "vitest";
import { compatibilityProblems, incompatibilities } from "./compatible.ts";

const refused: [statement: string, what: string][] = [
  ['ALTER TABLE "chats" DROP COLUMN "title";', "drops"],
  ['DROP TABLE "reply_chunks";', "drops"],
  ['DROP FUNCTION "public"."search_word"(text);', "drops"],
  ['ALTER TABLE "chats" RENAME COLUMN "title" TO "name";', "renames"],
  ['ALTER TABLE "chats" RENAME TO "conversations";', "renames"],
  ['ALTER TABLE "chats" ALTER COLUMN "title" SET DATA TYPE varchar(100);', "changes the type"],
  ['ALTER TABLE "messages" ALTER COLUMN "rating" SET NOT NULL;', "asks for a value"],
  ['ALTER TABLE "users" ALTER COLUMN "disabled" DROP DEFAULT;', "takes away a default"],
  ['ALTER TABLE "users" ADD COLUMN "team" uuid NOT NULL;', "without a default"],
  ['ALTER TABLE "users" ADD CONSTRAINT "mail" CHECK (email like \'%@%\');', "adds a rule"],
  [
    'CREATE UNIQUE INDEX "n_key" ON "users" USING btree ("name") WHERE "name" <> \'\';',
    "adds a rule",
  ],
];

test.each(refused)(
  "%s is refused, unless it says since when nobody needs it",
  (statement, what) => {
    expect(incompatibilities(statement)).toEqual([expect.stringContaining(what)]);
    const annotated = `-- contract: not used since 0.4.0\n${statement}`;
    expect(incompatibilities(annotated)).toEqual([]);
    expect(incompatibilities(`-- contract:\n${statement}`)).toHaveLength(1);
  },
);

test("an annotation is for its own statement alone", () => {
  const [first, second] = refused.map(([statement]) => statement);
  const both = `-- contract: not used since 0.4.0\n${first}--> statement-breakpoint\n${second}`;
  expect(incompatibilities(both)).toHaveLength(1);
});

test("a unique index is let through where a column of it is new, and empty in what others write", () => {
  const index = 'CREATE UNIQUE INDEX "k" ON "chats" USING btree ("user_id","source_id");';
  const after = (statement: string) =>
    incompatibilities(`${statement}\n--> statement-breakpoint\n${index}`);
  expect(after('ALTER TABLE "chats" ADD COLUMN "source_id" text;')).toEqual([]);
  for (const other of [
    'ALTER TABLE "chats" ADD COLUMN "source" text;',
    'ALTER TABLE "users" ADD COLUMN "source_id" text;',
    'ALTER TABLE "chats" ADD COLUMN "source_id" text DEFAULT \'\' NOT NULL;',
  ])
    expect(after(other)).toEqual([expect.stringContaining("adds a rule")]);
});

test.each([
  'ALTER TABLE "users" ADD COLUMN "disabled" boolean DEFAULT false NOT NULL;',
  'ALTER TABLE "chats" ADD COLUMN "source_id" text;',
  'CREATE INDEX "a_idx" ON "chats" USING btree ("id");',
  'CREATE TABLE "teams" ("id" uuid NOT NULL);\n--> statement-breakpoint\nALTER TABLE "teams" ADD CONSTRAINT "x" UNIQUE ("id");',
  'CREATE TABLE "teams" ("id" uuid NOT NULL);\n--> statement-breakpoint\nCREATE UNIQUE INDEX "x" ON "teams" USING btree ("id");',
  "-- DROP TABLE in a comment is none.\nSELECT 1;",
])("%s is let through", (statement) => {
  expect(incompatibilities(statement)).toEqual([]);
});

test("all migrations that there are leave the previous version working", () => {
  expect(compatibilityProblems()).toBe("");
});
