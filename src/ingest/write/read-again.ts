import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { must } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost, Platform, ProviderName } from '../../shared/post.ts';
import { enrich } from '../enrich/enrich.ts';
import { messageOf, sentAtOf } from '../../shared/post-key.ts';
import { mergePost } from './merge.ts';
import { readRaw } from './raw.ts';
import type { RawIndex } from './raw-index.ts';
import { type PostRow, toRow } from './row.ts';

/** Returns today's parser for a provider's kept payloads; null when they cannot be read. */
export type RawParsers = (
  provider: ProviderName,
) => ((raw: string, account: AccountProfile | null) => NormalisedPost) | null;

/** The stream whose payloads are read, and how. */
export type RawSource = {
  readonly streamId: number;
  readonly platform: Platform;
  /** The stream's account; null for a topic. Payloads may lack it. */
  readonly profile: AccountProfile | null;
  readonly parsers: RawParsers;
  /** The channel's emotes, as for `enrich`. */
  readonly emotes?: ReadonlyMap<string, string>;
  readonly index: RawIndex;
};

/** What the kept payloads of a post say, read by today's parser. */
export type Reread = {
  /** The post as if each payload had just arrived; null when none can be read. */
  readonly row: PostRow | null;
  /** The times at which the readable payloads were seen. */
  readonly seen: ReadonlySet<number>;
  /** How many could not be read. */
  readonly unreadable: number;
};

/** Payloads read before other work gets a chance to run. */
const readInARow = 50;

/**
 * Reads the kept payloads of some posts again, in the order in which they were seen. Returns the result by post; posts
 * without payloads are left out. `ids` is sorted. Takes no lock.
 */
export async function readAgain(
  sql: Sql | TransactionSql,
  source: RawSource,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Reread>> {
  const told = new Map<string, Reread>();
  const [from, to] = [ids[0], ids.at(-1)];
  if (from === undefined || to === undefined) return told;
  const wanted = new Set(ids);
  await source.index.refresh(sql);
  const rows = await sql<{ batchId: number }[]>`
    select batch_id::float8 as "batchId" from raw_payloads
    where stream_id = ${source.streamId} and batch_id = any(${source.index.rowsOf(from, to)})
      and exists (select from unnest(post_ids) as id where id between ${from} and ${to})
    order by observed_at, batch_id`;
  let read = 0;
  for (const { batchId } of rows) {
    for await (const { postId, row, seenAt } of readRow(sql, source, { batchId, wanted })) {
      told.set(postId, add(told.get(postId) ?? nothing, row, seenAt));
      if (++read % readInARow === 0) await setImmediate();
    }
  }
  return told;
}

const nothing: Reread = { row: null, seen: new Set(), unreadable: 0 };

function add(told: Reread, row: PostRow | null, seenAt: number): Reread {
  if (row === null) return { ...told, unreadable: told.unreadable + 1 };
  const merged = told.row === null ? row : (mergePost(told.row, row)?.row ?? told.row);
  return { ...told, row: merged, seen: new Set([...told.seen, seenAt]) };
}

type StoredRaw = {
  readonly provider: ProviderName;
  readonly account: AccountProfile | null;
  readonly seenAt: number;
  readonly postIds: readonly string[];
  readonly payloads: Buffer;
};

/** One payload; `row` is null when it cannot be read. */
type Reading = { readonly postId: string; readonly row: PostRow | null; readonly seenAt: number };

async function* readRow(
  sql: Sql | TransactionSql,
  source: RawSource,
  { batchId, wanted }: { readonly batchId: number; readonly wanted: ReadonlySet<string> },
): AsyncGenerator<Reading> {
  // Payloads may be deleted meanwhile.
  const [stored] = await sql<StoredRaw[]>`
    select provider, account, (extract(epoch from observed_at) * 1000)::float8 as "seenAt",
      post_ids as "postIds", payloads
    from raw_payloads where stream_id = ${source.streamId} and batch_id = ${batchId}`;
  if (stored === undefined) return;
  const { seenAt } = stored;
  const payloads = await readRaw(stored.payloads).catch(() => []);
  for (const [at, postId] of stored.postIds.entries()) {
    if (wanted.has(postId)) yield { postId, seenAt, row: parsed(source, stored, postId, payloads[at]) };
  }
}

function parsed(
  { platform, profile, parsers, emotes }: RawSource,
  { provider, account, seenAt }: StoredRaw,
  postId: string,
  raw: string | undefined,
): PostRow | null {
  try {
    const parse = must(parsers(provider), 'its payloads can be read');
    const post = enrich(parse(must(raw, 'the row holds it'), account ?? profile), emotes);
    // Some payloads do not contain the time at which they were read.
    const row = toRow(platform, provider, { ...post, observedAt: seenAt });
    if (row.postId === postId) return row;
    // Another sighting of the same message with a different instant: the first one's instant stays.
    const isSame = platform === 'TWITCH' && messageOf(row.postId) === messageOf(postId);
    return isSame ? { ...row, postId, createdAt: sentAtOf(postId) } : null;
  } catch {
    return null;
  }
}
