import type { Sql, TransactionSql } from 'postgres';
import type { FetchedPage, FetchProviderName } from '../providers/fetch-provider.ts';
import { newestFirst } from '../providers/x/ids.ts';
import { toIso } from '../shared/instant.ts';
import type { Rejection } from '../shared/post.ts';
import { must } from '../shared/errors.ts';
import { messageText } from '../shared/text.ts';
import { xIdOf } from '../shared/post-key.ts';
import { announceJob } from '../jobs/announce.ts';
import type { RunningJob } from '../jobs/lease.ts';
import { rememberCovered, rememberReplies } from '../streams/remember.ts';
import { type Coverage, cover } from './coverage.ts';

/**
 * What was fetched of a stream from end to end. Before the first fetch: from the first to the last own post that is
 * stored, as an archive is whole; others' posts say nothing of what was fetched.
 */
export async function readCoverage(sql: Sql, streamId: number): Promise<Coverage> {
  const [row] = await sql<{ covered: Coverage | null; oldest: string | null; newest: string | null }[]>`
    select covered,
      (select post_id from posts where stream_id = ${streamId} and own order by post_id limit 1) as oldest,
      (select post_id from posts where stream_id = ${streamId} and own order by post_id desc limit 1) as newest
    from streams where stream_id = ${streamId}`;
  const { covered, oldest, newest } = must(row, 'the stream was found a moment ago');
  if (covered !== null) return covered;
  return oldest === null || newest === null ? [] : cover([], xIdOf(oldest), xIdOf(newest));
}

/** Notes a range as fetched. The caller holds the stream's lock. */
export async function saveCovered(
  tx: TransactionSql,
  streamId: number,
  before: Coverage,
  range: readonly [from: string, to: string],
): Promise<void> {
  // Another job may have fetched a part of it meanwhile.
  await rememberCovered(tx, streamId, (known) => cover(known ?? before, ...range));
}

/** Own posts stored, by the rollup that counts them by provider. */
export async function countOwnPosts(sql: Sql, streamId: number): Promise<number> {
  const [row] = await sql<{ posts: number | null }[]>`
    select sum(posts)::float8 as posts from tally_totals where stream_id = ${streamId} and dimension = 'PROVIDER'`;
  return row?.posts ?? 0;
}

/** Own posts stored that were posted after an instant: an index range of posts_created. */
export async function countPostedSince(sql: Sql, streamId: number, since: number): Promise<number> {
  const [row] = await sql<{ posts: number }[]>`
    select count(*)::int as posts from posts
    where stream_id = ${streamId} and own and created_at > ${toIso(since)}`;
  return row?.posts ?? 0;
}

/** Conversations whose newest reply is kept: those of a week, however busy the account is. */
const mostConversations = 500;

/**
 * The newest reply to a post, at whatever depth, that a fetch of its replies has delivered; null before the first. It is
 * kept rather than looked for among the posts: replies to replies hang together by posts that may be gone, and the
 * account's own come with its timeline, which says nothing of others' replies before them.
 */
export async function newestReply(sql: Sql, streamId: number, rootId: string): Promise<string | null> {
  const [row] = await sql<{ newest: string | null }[]>`
    select newest_replies ->> ${rootId} as newest from streams where stream_id = ${streamId}`;
  return row?.newest ?? null;
}

/** Notes how far replies to a post were fetched. The caller holds the stream's lock. */
export async function saveNewestReply(
  tx: TransactionSql,
  streamId: number,
  rootId: string,
  page: Pick<FetchedPage, 'posts'>,
): Promise<void> {
  if (page.posts.length === 0) return;
  await rememberReplies(tx, streamId, (known) => {
    // A page of older replies does not take the mark back.
    const seen = [...page.posts.map(({ platformId }) => platformId), known?.[rootId] ?? '0'];
    const newest = seen.sort(newestFirst)[0] ?? '0';
    const kept = Object.entries({ ...known, [rootId]: newest })
      .sort(([a], [b]) => newestFirst(a, b))
      .slice(0, mostConversations);
    return Object.fromEntries(kept);
  });
}

/** Notes on the job which stream it turned out to be about. */
export async function nameStream(sql: Sql, job: RunningJob, streamId: number): Promise<void> {
  const result = await sql`update jobs set stream_id = ${streamId} where job_id = ${job.jobId}`;
  announceJob(sql, job.jobId, result);
}

const mostRejections = 100;

/** Notes on the job who delivers, and what was kept out. */
export async function noteDelivery(
  tx: TransactionSql,
  job: RunningJob,
  provider: FetchProviderName,
  rejected: readonly Rejection[],
): Promise<void> {
  // More are never shown.
  const named = rejected
    .slice(0, mostRejections)
    .map(({ where, reason }) => ({ where: messageText(where), reason: messageText(reason) }));
  const result = await tx`
    update jobs set provider = ${provider}, rejected = rejected + ${rejected.length},
      rejections = case when ${rejected.length} = 0 or jsonb_array_length(coalesce(rejections, '[]')) >= ${mostRejections}
        then rejections else coalesce(rejections, '[]') || ${tx.json(named)} end
    where job_id = ${job.jobId}`;
  announceJob(tx, job.jobId, result);
}
