import type { Sql, TransactionSql } from 'postgres';
import { streamNotice } from '../../db/changes.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { AccountProfile, EnrichedPost, Platform, ProviderName } from '../../shared/post.ts';
import { insertPosts, updatePosts } from './posts.ts';
import { RollupDelta } from './contributions.ts';
import { type Merged, mergePost, type Observation } from './merge.ts';
import { type RawBatch, saveRaw } from './raw.ts';
import { applyRollups } from './rollups.ts';
import { authorKey, type PostRow, toRow } from './row.ts';
import { findPast, findPosts } from './stored.ts';
import { saveAuthors, saveProfile } from './streams.ts';

export type Batch = {
  readonly streamId: number;
  readonly platform: Platform;
  readonly provider: ProviderName;
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly posts: readonly EnrichedPost[];
  readonly collectedAt: number;
};

export type BatchOutcome = { readonly inserted: number; readonly updated: number };

/**
 * Writes a batch in one transaction: posts, payloads, authors, metric history, rollups and the stream's version
 * together, or nothing. The same batch twice changes nothing; batches of one stream take turns.
 * `withinTransaction` runs last and commits or fails with the rest: a job keeps its cursor by it.
 */
export async function writeBatch(
  sql: Sql,
  batch: Batch,
  withinTransaction?: (tx: TransactionSql, outcome: BatchOutcome) => Promise<void>,
): Promise<BatchOutcome> {
  return sql.begin(async (tx) => {
    await lockStream(tx, batch.streamId);
    const plan = await planWrite(tx, batch);
    await carryOut(tx, batch, plan);
    const outcome = { inserted: plan.inserted.length, updated: plan.changed.length };
    await withinTransaction?.(tx, outcome);
    return outcome;
  });
}

/** Whoever changes a stream's posts or rollups holds this until the transaction ends. */
export async function lockStream(tx: TransactionSql, streamId: number): Promise<void> {
  const rows = await tx`select 1 from streams where stream_id = ${streamId} for update`;
  if (rows.length === 0)
    throw new NotFoundError('The stream was deleted while posts were being written to it');
}

type Change = { readonly stored: PostRow; readonly merged: Merged };
type Plan = {
  readonly inserted: readonly PostRow[];
  readonly changed: readonly Change[];
  /** Posts whose payload is worth keeping: new ones, and those that said something new. */
  readonly telling: readonly EnrichedPost[];
};

async function planWrite(tx: TransactionSql, batch: Batch): Promise<Plan> {
  const incoming = new Map<string, { row: PostRow; post: EnrichedPost }>();
  for (const post of batch.posts) {
    const row = toRow(batch.platform, batch.provider, post);
    const twin = incoming.get(row.postId);
    incoming.set(row.postId, { row: twin ? (mergePost(twin.row, row)?.row ?? twin.row) : row, post });
  }
  const stored = await findPosts(tx, batch.streamId, [...incoming.keys()]);
  const inserted: PostRow[] = [];
  const changed: Change[] = [];
  const telling: EnrichedPost[] = [];
  for (const { row, post } of incoming.values()) {
    const before = stored.get(row.postId);
    if (before === undefined) {
      inserted.push(row);
      telling.push(post);
      continue;
    }
    const merged = mergePost(before, row);
    if (merged === null) continue;
    changed.push({ stored: before, merged });
    telling.push(post);
  }
  return { inserted, changed, telling };
}

async function carryOut(tx: TransactionSql, batch: Batch, plan: Plan): Promise<void> {
  const { streamId } = batch;
  const { inserted, changed } = plan;
  if (batch.account !== null) await saveProfile(tx, streamId, batch.account);
  if (inserted.length === 0 && changed.length === 0) return;

  const past = await findPast(
    tx,
    streamId,
    changed.map((change) => change.stored.postId),
  );
  const delta = new RollupDelta();
  const left = { buckets: new Set<number>(), observed: false };
  for (const row of inserted) delta.apply(row, [], 1);
  for (const { stored, merged } of changed) {
    const observations = past.get(stored.postId) ?? [];
    const already = observations.some((seen) => seen.observedAt === merged.past?.observedAt);
    delta.apply(stored, observations, -1);
    delta.apply(merged.row, merged.past && !already ? [...observations, merged.past] : observations, 1);
    const moved =
      stored.createdAt !== merged.row.createdAt ||
      // A measured figure in the place of an estimate: nothing estimated may be left.
      stored.impressionsEstimated !== merged.row.impressionsEstimated;
    const counted = countsAs(stored) === countsAs(merged.row);
    if (moved || !counted) {
      for (const row of [stored, merged.row]) left.buckets.add(row.createdAt - (row.createdAt % 900_000));
    }
    if (!counted) left.observed = true;
  }

  await updatePosts(
    tx,
    streamId,
    changed.map((change) => change.merged.row),
  );
  await insertPosts(tx, streamId, inserted, batch.collectedAt);
  await insertHistory(tx, streamId, changed);
  await saveRaw(tx, rawBatch(batch, plan.telling));
  await saveAuthors(tx, streamId, distinctAuthors(plan.telling));
  await applyRollups(tx, streamId, delta, left);
  const times = [...inserted, ...changed.map((change) => change.merged.row)].map((row) => row.createdAt);
  await raiseVersion(tx, batch, { earliest: minimum(times), latest: maximum(times), inserted });
}

/** Whether a post's figures are in the rollups, and as what. */
const countsAs = (row: PostRow) => (row.own ? row.kind : null);

/** How many of a stream's posts `streams.arrivals` names, at most. */
const arrivalsKept = 200;

type Written = {
  readonly earliest: number;
  readonly latest: number;
  readonly inserted: readonly PostRow[];
};

async function raiseVersion(
  tx: TransactionSql,
  batch: Batch,
  { earliest, latest, inserted }: Written,
): Promise<void> {
  const at = (instant: number) => new Date(instant).toISOString();
  const arrivals = newestOf(inserted);
  await tx`
    update streams set version = version + 1,
      earliest_post_at = least(earliest_post_at, ${at(earliest)}),
      latest_post_at = greatest(latest_post_at, ${at(latest)}),
      arrived = arrived + ${inserted.length},
      arrivals = arrivals[greatest(1, cardinality(arrivals) + ${arrivals.length} - ${arrivalsKept - 1}):]
        || ${arrivals}::uuid[]
    where stream_id = ${batch.streamId}
    returning ${tx.unsafe(streamNotice)}`;
  await tx`
    insert into stream_providers as p (stream_id, provider, collected_at)
    values (${batch.streamId}, ${batch.provider}, ${at(batch.collectedAt)})
    on conflict (stream_id, provider) do update set collected_at = greatest(p.collected_at, excluded.collected_at)`;
}

/** The ids of the newest of a batch, oldest first: those that arrive together are told in the order of posting. */
function newestOf(rows: readonly PostRow[]): readonly string[] {
  return [...rows]
    .sort((a, b) => a.createdAt - b.createdAt || (a.postId < b.postId ? -1 : 1))
    .slice(-arrivalsKept)
    .map((row) => row.postId);
}

async function insertHistory(tx: TransactionSql, streamId: number, changed: readonly Change[]) {
  const rows = changed.flatMap(({ stored, merged }) =>
    merged.past === null ? [] : [historyValues(stored.postId, merged.past)],
  );
  if (rows.length === 0) return;
  await tx.unsafe(
    `insert into metric_history (stream_id, post_id, observed_at, likes, reposts, replies, quotes, bookmarks,
       impressions, impressions_estimated)
     select $1::int, * from unnest($2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[],
       $7::bigint[], $8::bigint[], $9::bigint[], $10::boolean[])
     on conflict do nothing`,
    [streamId, ...columnsOf(rows)],
  );
}

function historyValues(postId: string, past: Observation): (string | null)[] {
  const text = (value: number | null) => (value === null ? null : String(value));
  return [
    postId,
    iso(past.observedAt),
    text(past.likes),
    text(past.reposts),
    text(past.replies),
    text(past.quotes),
    text(past.bookmarks),
    text(past.impressions),
    past.impressionsEstimated ? 't' : 'f',
  ];
}

function columnsOf<T>(rows: readonly (readonly T[])[]): T[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as T));
}

function rawBatch(batch: Batch, posts: readonly EnrichedPost[]): RawBatch {
  const payloads = posts.flatMap((post) =>
    post.raw === null ? [] : [{ platformId: post.platformId, raw: post.raw }],
  );
  return { ...batch, payloads };
}

function distinctAuthors(posts: readonly EnrichedPost[]) {
  const authors = new Map<string, Parameters<typeof saveAuthors>[2][number]>();
  for (const { author, observedAt } of posts) {
    const authorId = authorKey(author);
    const known = authors.get(authorId);
    if (known && known.observedAt >= observedAt) continue;
    const { handle, displayName, avatarUrl } = author;
    authors.set(authorId, { authorId, handle, displayName, avatarUrl, observedAt });
  }
  return [...authors.values()];
}

const minimum = (values: readonly number[]) =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const maximum = (values: readonly number[]) =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

const iso = (instant: number) => new Date(instant).toISOString();
