import type { TransactionSql } from "postgres";
import { tablesOfMigrations } from "../migrate.ts";

/** What extensions have brought stays: it may serve the whole database. */
const own = (catalog: string) =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = o.oid and d.deptype = 'e')`;

const DROP_EVERYTHING = `
  do $$
  declare
    statement text;
    -- All at once: what has been dropped along with another has no name any more.
    statements text[] := array(
      select format('drop table if exists public.%I cascade', o.relname) from pg_class o
        where o.relnamespace = 'public'::regnamespace and o.relkind in ('r', 'p') and ${own("pg_class")}
      union all
      select format('drop routine if exists %s cascade', o.oid::regprocedure) from pg_proc o
        where o.pronamespace = 'public'::regnamespace and ${own("pg_proc")}
      union all
      select format('drop text search configuration if exists public.%I cascade', o.cfgname) from pg_ts_config o
        where o.cfgnamespace = 'public'::regnamespace and ${own("pg_ts_config")}
      union all
      select format('drop text search dictionary if exists public.%I cascade', o.dictname) from pg_ts_dict o
        where o.dictnamespace = 'public'::regnamespace and ${own("pg_ts_dict")}
      union all
      select format('drop type if exists public.%I cascade', o.typname) from pg_type o
        where o.typnamespace = 'public'::regnamespace and o.typtype in ('e', 'd') and ${own("pg_type")}
    );
  begin
    foreach statement in array statements loop
      execute statement;
    end loop;
  end $$;
  drop schema if exists drizzle cascade`;

/** Takes away all that migrations have made, with all its rows; refuses where there is more than that. */
export async function clearDatabase(tx: TransactionSql): Promise<void> {
  const known = tablesOfMigrations();
  const found = await tx.unsafe(`
    select o.relname as name from pg_class o
    where o.relnamespace = 'public'::regnamespace and o.relkind in ('r', 'p') and ${own("pg_class")}`);
  const foreign = found.map(({ name }) => String(name)).filter((name) => !known.has(name));
  if (foreign.length > 0) {
    throw new Error(
      `The database holds tables that this Prosa does not know and will not delete: ${foreign.toSorted().join(", ")}. ` +
        "Restore into an empty database of its own.",
    );
  }
  await tx.unsafe(DROP_EVERYTHING);
}
