import type { Db } from "#db/connect.ts";
import { type SQL, sql } from "drizzle-orm";
import type { SearchQuery, Term } from "./search-query.ts";

/** The tsquery, as text, of what a user looks for; the functions are those of migration 0002. */
export async function toTsquery(db: Db, userId: string, query: SearchQuery): Promise<string> {
  const { wanted, excluded, models, excludedModels } = query;
  const byModel = models.map((model) => fact("model", model));
  const conditions = [
    fact("user", userId),
    ...(byModel.length > 0 ? [sql`(${sql.join(byModel, sql` || `)})`] : []),
    ...wanted.map(termQuery),
    ...excluded.map((term) => sql`!!${termQuery(term)}`),
    ...excludedModels.map((model) => sql`!!${fact("model", model)}`),
  ];
  return readText(db, sql.join(conditions, sql` && `));
}

/** The tsquery, as text, that a single word meets when it is one of these in whatever form. */
export function toAnyWord(db: Db, terms: readonly Term[]): Promise<string> {
  return readText(db, sql.join(terms.map(termQuery), sql` || `));
}

async function readText(db: Db, query: SQL): Promise<string> {
  const [row] = await db.execute<{ words: string }>(sql`select (${query})::text as words`);
  return row?.words ?? "";
}

function termQuery({ text, phrase }: Term): SQL {
  return phrase ? sql`search_phrase(${text}::text)` : sql`search_word(${text}::text)`;
}

/** What search_entry writes beside the words of a text. */
function fact(name: "user" | "model", value: string): SQL {
  const quoted = `${name} ${value}`.replaceAll("\\", "\\\\").replaceAll("'", "''");
  return sql`${`'${quoted}'`}::tsquery`;
}
