import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { getTableConfig, isPgEnum, PgTable } from 'drizzle-orm/pg-core';
import * as alerts from './tables/alerts.ts';
import * as channels from './tables/channels.ts';
import * as jobs from './tables/jobs.ts';
import * as keys from './tables/keys.ts';
import * as knownPosts from './tables/known-posts.ts';
import * as optOuts from './tables/opt-outs.ts';
import * as posts from './tables/posts.ts';
import * as providers from './tables/providers.ts';
import * as rollups from './tables/rollups.ts';
import * as shares from './tables/shares.ts';
import * as streams from './tables/streams.ts';
import * as trends from './tables/trends.ts';
import * as types from './tables/types.ts';

const declared: readonly unknown[] = [
  alerts,
  channels,
  jobs,
  keys,
  knownPosts,
  optOuts,
  posts,
  providers,
  rollups,
  shares,
  streams,
  trends,
  types,
].flatMap((file) => Object.values(file));

const tables = declared.filter((value) => is(value, PgTable));

/** All tables of the store. BullMQ's are left out, since the rows of `jobs` are what lasts. */
export const storeTables: readonly string[] = tables.map((table) => getTableName(table)).sort();

/** The tables whose rows belong to streams. */
export const streamTables: readonly string[] = tables
  .filter((table) => Object.values(getTableColumns(table)).some((column) => column.name === 'stream_id'))
  .map((table) => getTableName(table))
  .sort();

/** Tables with the stream first in a key of several columns that are still not distributed, each with the reason. */
export const notDistributed: Readonly<Record<string, string>> = {
  vacant_posts: 'written under the locks of known_posts, in statements with it; empty but for moments',
  emote_sets: 'a few rows, and those of stream 0 are read with each channel',
};

/**
 * The tables that a cluster distributes by `stream_id` (`larkstat distribute`): those with the stream first in a key of
 * several columns. All others are plain tables of the coordinator. `posts` is first, since it decides the placement of
 * the others.
 */
export const distributedTables: readonly string[] = tables
  .filter((table) => isOfManyRowsAStream(table) && !(getTableName(table) in notDistributed))
  .map((table) => getTableName(table))
  .sort((a, b) => Number(b === 'posts') - Number(a === 'posts') || (a < b ? -1 : 1));

function isOfManyRowsAStream(table: PgTable): boolean {
  const [key] = getTableConfig(table).primaryKeys;
  return key !== undefined && key.columns.length > 1 && key.columns[0]?.name === 'stream_id';
}

/** All enums of the store's tables. */
export const storeTypes: readonly string[] = declared
  .filter((value) => isPgEnum(value))
  .map((type) => type.enumName)
  .sort();
