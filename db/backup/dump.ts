import { createHash } from "node:crypto";
import type postgres from "postgres";
import { appliedMigrations, refuseNewer } from "../migrate.ts";
import { copyOut } from "./copy.ts";
import {
  END_OF_ROWS,
  FORMAT,
  FORMAT_VERSION,
  type Header,
  type Manifest,
  type Table,
  toLine,
} from "./format.ts";
import { countRows, type OnProgress, type OnRows } from "./progress.ts";
import { createRowCounter } from "./row-counter.ts";
import { copyOutStatement, readTables } from "./tables.ts";

/** The bytes of a backup of what the snapshot `sql` sees; `done` is told what it holds. */
export async function* dump(
  sql: postgres.Sql,
  about: Pick<Header, "prosa" | "time">,
  done: (manifest: Manifest) => void,
  onProgress: OnProgress = () => {},
): AsyncGenerator<Buffer> {
  const applied = await appliedMigrations(sql);
  const migration = applied.at(-1);
  if (migration === undefined) {
    throw new Error("There is nothing to back up: Prosa has never used this database.");
  }
  refuseNewer(applied);
  const header: Header = { format: FORMAT, version: FORMAT_VERSION, ...about, migration };
  const hash = createHash("sha256");
  const tables: Manifest["tables"] = [];
  for await (const chunk of body(sql, header, tables, countRows(onProgress, "read"))) {
    hash.update(chunk);
    yield chunk;
  }
  yield toLine({ end: true, tables: tables.length, sha256: hash.digest("hex") });
  done({ header, tables });
}

async function* body(sql: postgres.Sql, header: Header, done: Manifest["tables"], onRows: OnRows) {
  yield toLine(header);
  for (const table of await readTables(sql)) {
    yield toLine(table);
    // Before a large table gives its first row, PostgreSQL may sort it.
    onRows(table.table, 0);
    const counter = createRowCounter();
    for await (const rows of copyOut(sql, copyOutStatement(table))) {
      onRows(table.table, counter.add(rows));
      yield rows;
    }
    yield Buffer.from(END_OF_ROWS);
    const content = counter.content();
    yield toLine(content);
    done.push({ ...table, ...content });
  }
}

/** What COPY would now write of the table: the same as in a backup if the rows are the same. */
export async function contentOf(sql: postgres.TransactionSql, table: Table, onRows: OnRows) {
  onRows(table.table, 0);
  const counter = createRowCounter();
  for await (const rows of copyOut(sql, copyOutStatement(table))) {
    onRows(table.table, counter.add(rows));
  }
  return counter.content();
}
