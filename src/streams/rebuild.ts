import type { Sql, TransactionSql } from 'postgres';
import type { AccountProfile, NormalisedPost, Platform, ProviderName } from '../shared/post.ts';
import { enrich } from '../ingest/enrich/enrich.ts';
import { noArrivals } from '../ingest/write/changes.ts';
import { mergeContent, sameRow } from '../ingest/write/merge.ts';
import { type PostChange, updatePosts } from '../ingest/write/posts.ts';
import { readRaw } from '../ingest/write/raw.ts';
import { rebuildRollups } from '../ingest/write/recount.ts';
import { measuredMetrics, noMetrics, type PostRow, toRow, withEstimate } from '../ingest/write/row.ts';
import { findPosts } from '../ingest/write/stored.ts';
import { lockStream } from './lock.ts';
import { findProfile } from './profile.ts';
import { touch } from './touch.ts';
import { unifyOwner } from './unify-owner.ts';

/** Reads a provider's kept payloads with today's parser; null for a provider whose payloads nobody can read. */
type RawParsers = (
  provider: ProviderName,
) => ((raw: string, account: AccountProfile | null) => NormalisedPost) | null;

export type Rebuilt = { readonly posts: number; readonly changed: number };

/**
 * Makes everything of a stream that is derived from what was collected anew: terms, language, sentiment and the
 * like from the kept payloads with today's parser, estimates from the metrics, rollups from the posts, and one author
 * of an account that was once kept as two, by its handle and by its id. Metrics,
 * their history and posts without a payload stay. All in one transaction: readers see the old until it is done.
 */
export async function rebuildStream(
  sql: Sql,
  streamId: number,
  parsers: RawParsers,
  onProgress: (posts: number) => void = () => {},
): Promise<Rebuilt> {
  return sql.begin(async (tx) => {
    await lockStream(tx, streamId);
    const rebuilt = { posts: 0, changed: 0 };
    const profile = await findProfile(tx, streamId);
    // By observation, so that the newest payload has the last word, as it had when it came in.
    const batches = await tx<{ id: string }[]>`
      select batch_id as id from raw_payloads where stream_id = ${streamId} order by observed_at, batch_id`;
    for (const { id } of batches) {
      const { posts, changed } = await rebuildBatch(tx, { streamId, id, profile }, parsers);
      rebuilt.posts += posts;
      rebuilt.changed += changed;
      onProgress(rebuilt.posts);
    }
    await rebuildRollups(tx, streamId);
    rebuilt.changed += (await unifyOwner(tx, streamId)) ?? 0;
    await touch(tx, streamId, { posts: noArrivals });
    return rebuilt;
  });
}

type RawRow = {
  readonly provider: ProviderName;
  readonly platform: Platform;
  readonly account: AccountProfile | null;
  readonly payloads: Buffer;
};

async function rebuildBatch(
  tx: TransactionSql,
  which: {
    readonly streamId: number;
    readonly id: string;
    /** Whose stream it is; null for a topic. Payloads may have come without saying so. */
    readonly profile: AccountProfile | null;
  },
  parsers: RawParsers,
): Promise<Rebuilt> {
  const { streamId, id, profile } = which;
  const [batch] = await tx<RawRow[]>`
    select r.provider, s.platform, r.account, r.payloads from raw_payloads r join streams s using (stream_id)
    where r.stream_id = ${streamId} and r.batch_id = ${id}`;
  const parse = batch ? parsers(batch.provider) : null;
  if (!batch || !parse) return { posts: 0, changed: 0 };
  const rows = (await readRaw(batch.payloads)).map((raw) =>
    toRow(batch.platform, batch.provider, enrich(parse(raw, batch.account ?? profile))),
  );
  const stored = await findPosts(
    tx,
    streamId,
    rows.map((row) => row.postId),
  );
  const changed: PostChange[] = [];
  for (const row of rows) {
    const before = stored.get(row.postId);
    if (before === undefined) continue;
    const after = derivedAnew(before, row);
    if (!sameRow(before, after)) changed.push({ stored: before, row: after });
  }
  await updatePosts(tx, streamId, changed);
  return { posts: rows.length, changed: changed.length };
}

/** The stored post with the content that its payload says today. */
function derivedAnew(stored: PostRow, parsed: PostRow): PostRow {
  const content = mergeContent(parsed, stored);
  return {
    ...content,
    ...(content.kind === 'REPOST' ? noMetrics : withEstimate(measuredMetrics(stored))),
    observedAt: stored.observedAt,
    seenAt: stored.seenAt,
    toldAt: stored.toldAt,
    provider: stored.provider,
  };
}
