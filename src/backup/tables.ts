import { getTableName, is } from 'drizzle-orm';
import { isPgEnum, PgTable } from 'drizzle-orm/pg-core';
import type { TransactionSql } from 'postgres';
import * as alerts from '../db/tables/alerts.ts';
import * as channels from '../db/tables/channels.ts';
import * as jobs from '../db/tables/jobs.ts';
import * as keys from '../db/tables/keys.ts';
import * as knownPosts from '../db/tables/known-posts.ts';
import * as posts from '../db/tables/posts.ts';
import * as providers from '../db/tables/providers.ts';
import * as rollups from '../db/tables/rollups.ts';
import * as shares from '../db/tables/shares.ts';
import * as streams from '../db/tables/streams.ts';
import * as trends from '../db/tables/trends.ts';
import * as types from '../db/tables/types.ts';

const declared: readonly unknown[] = [
  alerts,
  channels,
  jobs,
  keys,
  knownPosts,
  posts,
  providers,
  rollups,
  shares,
  streams,
  trends,
  types,
].flatMap((file) => Object.values(file));

/** Every table of the store. BullMQ's are not among them: the rows of `jobs` are what lasts. */
export const storeTables: readonly string[] = declared
  .filter((value) => is(value, PgTable))
  .map((table) => getTableName(table))
  .sort();

/** Every enum of the store, which goes with the tables. */
export const storeTypes: readonly string[] = declared
  .filter((value) => isPgEnum(value))
  .map((type) => type.enumName)
  .sort();

/** The columns of each table that a COPY takes, in their order: generated ones make themselves. */
export async function columnsOf(
  tx: TransactionSql,
  tables: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tx<{ table: string; columns: string[] }[]>`
    select t.name as table, array_agg(a.attname::text order by a.attnum) as columns
    from unnest(${tables as string[]}::text[]) t (name)
    join pg_attribute a on a.attrelid = to_regclass(t.name)
    where a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by t.name`; // safe: it is only read
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** An identity column, and the last number that it gave out; null: none yet. */
export type Sequence = { readonly table: string; readonly column: string; readonly last: number | null };

/** The identity columns of the tables. What other transactions took meanwhile counts: a number is given out once. */
export async function sequencesOf(
  tx: TransactionSql,
  tables: readonly string[],
): Promise<readonly Sequence[]> {
  return tx<Sequence[]>`
    select t.name as table, a.attname::text as column,
      pg_sequence_last_value(pg_get_serial_sequence(t.name, a.attname)::regclass)::float8 as last
    from unnest(${tables as string[]}::text[]) t (name)
    join pg_attribute a on a.attrelid = to_regclass(t.name)
    where a.attidentity <> '' and not a.attisdropped
    order by t.name`; // safe: it is only read
}
