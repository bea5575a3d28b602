import type { Sql, TransactionSql } from 'postgres';
import { NotFoundError } from '../../shared/errors.ts';
import type { AccountProfile, EnrichedPost, Platform, ProviderName } from '../../shared/post.ts';
import { insertPosts, updatePosts } from './posts.ts';
import { StreamChanges } from './changes.ts';
import { type Merged, mergePost, type Observation } from './merge.ts';
import { packRaw, saveRaw } from './raw.ts';
import { authorKey, type PostRow, toRow } from './row.ts';
import { findPast, findPosts } from './stored.ts';
import { saveAuthors, saveProfile } from './streams.ts';

/** Whose posts are written, and who delivered them. */
export type Source = {
  readonly streamId: number;
  readonly platform: Platform;
  readonly provider: ProviderName;
};

/** Posts that are in memory together. */
export type Batch = {
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly posts: readonly EnrichedPost[];
  readonly collectedAt: number;
};

export type BatchOutcome = { readonly inserted: number; readonly updated: number };

/**
 * Writes batches in one transaction: posts, payloads, authors, metric history, rollups and the stream's version
 * together, or nothing. The same batch twice changes nothing; transactions of one stream take turns. Rollups are
 * added to once, at the end: the more batches share that, the less each costs.
 * `withinTransaction` runs last and commits or fails with the rest: a job keeps its cursor by it.
 */
export async function writeBatches(
  sql: Sql,
  source: Source,
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  withinTransaction?: (tx: TransactionSql, outcome: BatchOutcome) => Promise<void>,
): Promise<BatchOutcome> {
  return sql.begin(async (tx) => {
    await lockStream(tx, source.streamId);
    const progress: Progress = { inserted: 0, updated: 0, account: null, collectedAt: 0 };
    const changes = new StreamChanges();
    for await (const batch of batches) await writeBatch(tx, source, batch, { changes, progress });
    const { inserted, updated, collectedAt } = progress;
    if (inserted > 0 || updated > 0) {
      await changes.save(tx, source.streamId);
      await noteProvider(tx, source, collectedAt);
    }
    await withinTransaction?.(tx, { inserted, updated });
    return { inserted, updated };
  });
}

/** What a transaction has written so far. */
type Progress = {
  inserted: number;
  updated: number;
  /** As last saved: most batches tell the same. */
  account: AccountProfile | null;
  /** The newest of its batches. */
  collectedAt: number;
};

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

async function planWrite(tx: TransactionSql, source: Source, posts: readonly EnrichedPost[]): Promise<Plan> {
  const incoming = new Map<string, { row: PostRow; post: EnrichedPost }>();
  for (const post of posts) {
    const row = toRow(source.platform, source.provider, post);
    const twin = incoming.get(row.postId);
    incoming.set(row.postId, { row: twin ? (mergePost(twin.row, row)?.row ?? twin.row) : row, post });
  }
  const stored = await findPosts(tx, source.streamId, [...incoming.keys()]);
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

async function writeBatch(
  tx: TransactionSql,
  source: Source,
  batch: Batch,
  { changes, progress }: { readonly changes: StreamChanges; readonly progress: Progress },
): Promise<void> {
  const { streamId } = source;
  const { inserted, changed, telling } = await planWrite(tx, source, batch.posts);
  if (batch.account !== null && batch.account !== progress.account) {
    await saveProfile(tx, streamId, batch.account);
    progress.account = batch.account;
  }
  if (inserted.length === 0 && changed.length === 0) return;

  const past = await findPast(
    tx,
    streamId,
    changed.map((change) => change.stored.postId),
  );
  for (const { stored, merged } of changed) changes.replace(stored, merged, past.get(stored.postId) ?? []);
  await updatePosts(
    tx,
    streamId,
    changed.map(({ stored, merged }) => ({ stored, row: merged.row })),
  );
  const copied = insertPosts(tx, streamId, inserted, batch.collectedAt);
  // Its failure is met below; until then it must not count as unhandled.
  copied.catch(() => {});
  // The store is busy with the rows meanwhile.
  changes.add(inserted);
  const raw = await packRaw(source.platform, telling);
  await copied;
  await insertHistory(tx, streamId, changed);
  await saveRaw(tx, { ...source, ...batch }, raw);
  await saveAuthors(tx, streamId, distinctAuthors(telling));
  progress.collectedAt = Math.max(progress.collectedAt, batch.collectedAt);
  progress.inserted += inserted.length;
  progress.updated += changed.length;
}

async function noteProvider(tx: TransactionSql, source: Source, collectedAt: number): Promise<void> {
  await tx`
    insert into stream_providers as p (stream_id, provider, collected_at)
    values (${source.streamId}, ${source.provider}, ${iso(collectedAt)})
    on conflict (stream_id, provider) do update set collected_at = greatest(p.collected_at, excluded.collected_at)`;
}

/** The ids of the newest of a batch, oldest first: those that arrive together are told in the order of posting. */
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

const iso = (instant: number) => new Date(instant).toISOString();
