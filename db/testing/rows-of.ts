import type { Database } from "../connect.ts";
import { copyOut } from "../backup/copy.ts";
import type { Table } from "../backup/format.ts";
import { copyOutStatement, readTables } from "../backup/tables.ts";

/** Of some tables the rows, in order and as text; without a list of all that a backup holds. */
export async function rowsOf(
  { sql }: Pick<Database, "sql">,
  tables?: Table[],
): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};
  for (const table of tables ?? (await readTables(sql))) {
    let text = "";
    for await (const chunk of copyOut(sql, copyOutStatement(table))) text += chunk.toString();
    rows[table.table] = text;
  }
  return rows;
}

/** What can be found, which is made by triggers. */
export const searchEntries: Table = {
  table: "search_entries",
  columns: ["id", "chat_id", "user_id", "create_time", "words"],
  key: ["id"],
};
