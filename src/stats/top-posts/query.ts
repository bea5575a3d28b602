import { type SQL, sql } from 'drizzle-orm';
import { isRated, postsStatement, postsStatementOfAll, toPosts } from '../../entities/post/query.ts';
import { createdIn } from '../../db/created-in.ts';
import { onePlan, ownPlan } from '../../db/prepared.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { postValue } from '../kernel/post-value.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';
import { hasPeaks, topOfPeaks } from './peaks.ts';

/** Metrics with an index of their own: (stream_id, the figure or -1, created_at, post_id). */
const indexed: ReadonlySet<Metric> = new Set(['LIKES', 'REPOSTS', 'REPLIES', 'ENGAGEMENT']);

/** Metrics that no message has, and no index: reading all messages of a chat would only tell that. */
const neverOfMessages: ReadonlySet<Metric> = new Set(['QUOTES', 'BOOKMARKS', 'ENGAGEMENT_RATE']);

/** Metrics whose order is available from an index. */
const ordered: ReadonlySet<Metric> = new Set([...indexed, 'IMPRESSIONS']);

/**
 * The posts with the highest known values of a metric; equal values: newest first. For all posts of a stream and an
 * indexed metric these are the first rows of the index. For a short range reading by posts_created and sorting may be
 * better, so Postgres must know the range.
 */
export const listTopPosts = read((scope, metric: Metric, first: number, offset: number) => {
  if (hasPeaks(scope, metric)) {
    return scope.span === null && scope.days === null ? null : topOfPeaks(scope, metric, first, offset);
  }
  if (scope.keepsMinutes && neverOfMessages.has(metric)) return null;
  const isFirstOfIndex = scope.complete && ordered.has(metric) && offset === 0;
  const where = isFirstOfIndex ? sql`true` : createdIn(scope.span, scope.days);
  // Built even when there is nothing to read, since it refuses metrics that do not differ between posts.
  const posts = topPosts(scope, metric, where, isFirstOfIndex ? firstAlone(first) : limitOf(first, offset));
  if (scope.span === null && scope.days === null) return null;
  return sql`${isFirstOfIndex ? onePlan : ownPlan} ${posts}`;
}, toPosts);

/** LIMIT of the whole page, and of each part of the statement. */
type Limit = { readonly page: SQL; readonly untilEnd: SQL };

const limitOf = (first: number, offset: number): Limit => ({
  page: sql`limit ${first} offset ${offset}`,
  untilEnd: sql`limit ${first + offset}`,
});

/**
 * The limit as text in the statement: a plan for any number would read and sort all rows. Only for the first page,
 * since each text has its own plan.
 */
function firstAlone(first: number): Limit {
  const limit = sql.raw(`limit ${Number(first)}`);
  return { page: limit, untilEnd: limit };
}

function topPosts(scope: StatsScope, metric: Metric, where: SQL, limit: Limit): SQL {
  if (metric === 'IMPRESSIONS') return topImpressions(scope, where, limit);
  if (metric === 'BITS') return topBits(scope, where, limit);
  const value = postValue(scope, metric);
  const order: SQL = indexed.has(metric) ? sql`coalesce(${value}, -1)` : value;
  return postsStatement({
    // The known values of an indexed figure are one range of the index; an archive's replies are all unknown.
    where: sql`p.stream_id = ${scope.streamId} and p.own and p.kind <> 'REPOST'
      and ${indexed.has(metric) ? sql`${isRated} and ${order} >= 0` : sql`${value} is not null`}
      and ${where}`,
    tail: sql`order by ${order} desc, p.created_at desc, p.post_id desc ${limit.page}`,
  });
}

/**
 * posts_impressions has measured and estimated impressions in two separate orders; the stream's ratio merges them into
 * one.
 */
function topImpressions(scope: StatsScope, where: SQL, limit: Limit): SQL {
  const parts = [sql`not p.impressions_estimated`, sql`p.impressions_estimated`].map((kind) => ({
    where: sql`p.stream_id = ${scope.streamId} and p.own and p.kind <> 'REPOST' and ${kind} and ${isRated}
      and coalesce(p.impressions, -1) >= 0
      and ${where}`,
    tail: sql`order by coalesce(p.impressions, -1) desc, p.created_at desc, p.post_id desc ${limit.untilEnd}`,
    rank: postValue(scope, 'IMPRESSIONS'),
  }));
  return postsStatementOfAll(parts, sql`order by rank desc, "createdAt" desc, "postId" desc ${limit.page}`);
}

/**
 * Few messages have bits, and posts_bits has only these. Further rows are the newest of the other messages, by
 * posts_created.
 */
function topBits(scope: StatsScope, where: SQL, limit: Limit): SQL {
  const those = (some: SQL) =>
    sql`p.stream_id = ${scope.streamId} and p.own and p.kind <> 'REPOST' and ${some} and ${where}`;
  const rank = postValue(scope, 'BITS');
  const newest = sql`p.created_at desc, p.post_id desc ${limit.untilEnd}`;
  return postsStatementOfAll(
    [
      { where: those(sql`p.bits > 0`), tail: sql`order by p.bits desc, ${newest}`, rank },
      { where: those(sql`p.bits = 0`), tail: sql`order by ${newest}`, rank },
    ],
    sql`order by rank desc, "createdAt" desc, "postId" desc ${limit.page}`,
  );
}
