import { readdirSync, readFileSync } from "node:fs";
import { root } from "./command.ts";

/** Above a statement that takes something away: which version was the last to use it. */
const ANNOTATION = /^-- contract: \S/m;

/** What the servers of the previous version, which go on while new ones start, would stumble over. */
const RULES: [pattern: RegExp, what: string][] = [
  [/\bDROP (TABLE|COLUMN|VIEW|FUNCTION|TYPE|SCHEMA)\b/i, "drops what the previous version may use"],
  [/\bRENAME\b/i, "renames what the previous version calls by its old name"],
  [/\bALTER COLUMN "\w+" (SET DATA )?TYPE\b/i, "changes the type of a column"],
  [
    /\bALTER COLUMN "\w+" SET NOT NULL\b/i,
    "asks for a value that the previous version may not give",
  ],
  [/\bALTER COLUMN "\w+" DROP DEFAULT\b/i, "takes away a default that the previous version needs"],
  [
    /\bADD COLUMN (?!.*\b(DEFAULT|GENERATED)\b).*\bNOT NULL\b/i,
    "adds a NOT NULL column without a default",
  ],
  [
    /\b(ADD CONSTRAINT|CREATE UNIQUE INDEX)\b/i,
    "adds a rule that the previous version's rows may break",
  ],
];

const TABLE = /^(?:ALTER TABLE|CREATE UNIQUE INDEX\b[^"]*"\w+" ON) "(\w+)"/i;
const UNIQUE_COLUMNS = /^CREATE UNIQUE INDEX\b[^"]*"\w+" ON "(\w+)"(.*?)(?:\bWHERE\b.*)?$/is;

/** Whether an index has a column that the migration adds, which is empty in what others write. */
function isUniqueInNewColumn(statement: string, migration: string): boolean {
  const [, table, columns = ""] = UNIQUE_COLUMNS.exec(statement) ?? [];
  return [...columns.matchAll(/"(\w+)"/g)].some(([, column]) =>
    new RegExp(`ALTER TABLE "${table}" ADD COLUMN "${column}" (?![^;]*\\bDEFAULT\\b)`, "i").test(
      migration,
    ),
  );
}

/** The statements of a migration that need an annotation and have none; see docs/upgrade.md. */
export function incompatibilities(migration: string): string[] {
  const made = new Set([...migration.matchAll(/CREATE TABLE "(\w+)"/g)].map(([, name]) => name));
  return migration.split("--> statement-breakpoint").flatMap((text) => {
    const statement = text.replaceAll(/^\s*--.*$/gm, "").trim();
    const table = TABLE.exec(statement)?.[1];
    // Nobody knows a table yet that the same migration makes.
    if (ANNOTATION.test(text) || (table !== undefined && made.has(table))) return [];
    if (isUniqueInNewColumn(statement, migration)) return [];
    const broken = RULES.filter(([pattern]) => pattern.test(statement));
    return broken.map(([, what]) => `${what}: ${statement.replaceAll(/\s+/g, " ").slice(0, 100)}`);
  });
}

/** Migrations that the previous version of the server would not live with. */
export function compatibilityProblems(): string {
  const folder = new URL("db/migrations/", root);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .flatMap((name) => {
      const found = incompatibilities(readFileSync(new URL(name, folder), "utf8"));
      return found.map((problem) => `${name} ${problem}`);
    })
    .join("\n");
}
