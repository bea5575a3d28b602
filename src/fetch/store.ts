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
 * Reads the completely fetched ranges of a stream. Before the first fetch, this is the range from the first to the last
 * stored own post, since an archive is complete; posts by others do not count.
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

/** Records a range as fetched. The caller holds the stream's lock. */
export async function saveCovered(
  tx: TransactionSql,
  streamId: number,
  before: Coverage,
  range: readonly [from: string, to: string],
): Promise<void> {
  // Another job may have fetched a part of it meanwhile.
  await rememberCovered(tx, streamId, (known) => cover(known ?? before, ...range));
}

/** Counts the stored own posts, from the rollup by provider. */
export async function countOwnPosts(sql: Sql, streamId: number): Promise<number> {
  const [row] = await sql<{ posts: number | null }[]>`
    select sum(posts)::float8 as posts from tally_totals where stream_id = ${streamId} and dimension = 'PROVIDER'`;
  return row?.posts ?? 0;
}

/** Counts the stored own posts that were posted after an instant: an index range of posts_created. */
export async function countPostedSince(sql: Sql, streamId: number, since: number): Promise<number> {
  const [row] = await sql<{ posts: number }[]>`
    select count(*)::int as posts from posts
    where stream_id = ${streamId} and own and created_at > ${toIso(since)}`;
  return row?.posts ?? 0;
}

/** Most conversations whose newest reply is recorded: those of a week, however busy the account is. */
const mostConversations = 500;

/**
 * Returns the newest reply to a post, at any depth, that a fetch of its replies has delivered; null before the first.
 * It is recorded rather than searched for: replies to replies are connected by posts that may be deleted, and the
 * account's own replies come with its timeline, which does not include earlier replies by others.
 */
export async function newestReply(sql: Sql, streamId: number, rootId: string): Promise<string | null> {
  const [row] = await sql<{ newest: string | null }[]>`
    select newest_replies ->> ${rootId} as newest from streams where stream_id = ${streamId}`;
  return row?.newest ?? null;
}

/** Records how far replies to a post were fetched. The caller holds the stream's lock. */
export async function saveNewestReply(
  tx: TransactionSql,
  streamId: number,
  rootId: string,
  page: Pick<FetchedPage, 'posts'>,
): Promise<void> {
  if (page.posts.length === 0) return;
  await rememberReplies(tx, streamId, (known) => {
    // A page of older replies does not move the mark back.
    const seen = [...page.posts.map(({ platformId }) => platformId), known?.[rootId] ?? '0'];
    const newest = seen.sort(newestFirst)[0] ?? '0';
    const kept = Object.entries({ ...known, [rootId]: newest })
      .sort(([a], [b]) => newestFirst(a, b))
      .slice(0, mostConversations);
    return Object.fromEntries(kept);
  });
}

/** Records the stream of a job once it is known. */
export async function nameStream(sql: Sql, job: RunningJob, streamId: number): Promise<void> {
  const result = await sql`update jobs set stream_id = ${streamId} where job_id = ${job.jobId}`;
  announceJob(sql, job.jobId, result);
}

const mostRejections = 100;

/** Records on the job which provider delivered, and what was rejected. */
export async function recordDelivery(
  tx: TransactionSql,
  job: RunningJob,
  provider: FetchProviderName,
  rejected: readonly Rejection[],
): Promise<void> {
  // No more than these are shown.
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
