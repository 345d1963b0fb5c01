import type postgres from "postgres";
import { tablesOfMigrations } from "../migrate.ts";
import type { Table } from "./format.ts";

type Sql = Pick<postgres.Sql, "unsafe">;

/**
 * What triggers make of the rest. It is not in a backup: another PostgreSQL may have other stems,
 * and then a copied entry would not be found any more.
 */
const DERIVED = new Set(["search_entries"]);

const TABLES = `
  select c.relname as "table",
    (select json_agg(a.attname order by a.attnum) from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    (select json_agg(a.attname order by k.place)
     from pg_index i, unnest(i.indkey) with ordinality k (number, place), pg_attribute a
     where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.number) as key,
    (select json_agg(distinct r.relname) from pg_constraint f join pg_class r on r.oid = f.confrelid
     where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> f.conrelid) as needs
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  order by c.relname`;

type Row = { table: string; columns: string[]; key: string[] | null; needs: string[] | null };

/**
 * The tables that a backup holds, as the database has them, each after those that it refers to.
 * Those of another program are none of ours.
 */
export async function readTables(sql: Sql, ours = tablesOfMigrations()): Promise<Table[]> {
  const rows = (await sql.unsafe(TABLES)) as unknown as Row[];
  const left = rows.filter(({ table }) => ours.has(table) && !DERIVED.has(table));
  const ordered: Table[] = [];
  while (left.length > 0) {
    const isFree = ({ needs }: Row) => !left.some(({ table }) => needs?.includes(table));
    const next = left.findIndex(isFree);
    if (next < 0)
      throw new Error(`The tables ${left.map(({ table }) => table).join(", ")} form a ring.`);
    const [{ table, columns, key }] = left.splice(next, 1) as [Row];
    ordered.push({ table, columns, key: key ?? columns });
  }
  return ordered;
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
const list = (names: string[]) => names.map(quote).join(", ");

/** In the order of the key, so that the same rows are always the same bytes. */
export const copyOutStatement = ({ table, columns, key }: Table): string =>
  `copy (select ${list(columns)} from public.${quote(table)} order by ${list(key)}) to stdout`;

export const copyInStatement = ({ table, columns }: Table): string =>
  `copy public.${quote(table)} (${list(columns)}) from stdin`;

export async function hasRows(sql: Sql, tables: Table[]): Promise<boolean> {
  for (const { table } of tables) {
    const [row] = await sql.unsafe(`select exists (select from public.${quote(table)}) as found`);
    if (row?.["found"] === true) return true;
  }
  return false;
}

const DERIVED_INDEXES = `
  select indexname as name, indexdef as definition from pg_indexes
  where schemaname = 'public' and tablename = any($1)
    and indexname not in (select conname from pg_constraint)`;

/** Lets `load` run without the indexes of derived tables, which are quicker made at its end. */
export async function withoutDerivedIndexes(sql: Sql, load: () => Promise<void>): Promise<void> {
  const indexes = await sql.unsafe(DERIVED_INDEXES, [`{${[...DERIVED].join()}}`]);
  for (const { name } of indexes) await sql.unsafe(`drop index public.${quote(String(name))}`);
  await load();
  for (const { definition } of indexes) await sql.unsafe(String(definition));
}

const SEQUENCES = `
  select format('select setval(%L, coalesce(max(%I), 1), count(*) > 0) from public.%I',
    pg_get_serial_sequence(format('public.%I', c.relname), a.attname), a.attname, c.relname) as go_on
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and a.attnum > 0 and not a.attisdropped
    and pg_get_serial_sequence(format('public.%I', c.relname), a.attname) is not null`;

/** Lets columns that count by themselves go on after the greatest number that is there. */
export async function continueSequences(sql: Sql): Promise<void> {
  for (const { go_on } of await sql.unsafe(SEQUENCES)) await sql.unsafe(String(go_on));
}
