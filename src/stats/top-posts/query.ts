import { type SQL, sql } from 'drizzle-orm';
import { isRated, postsStatement, postsStatementOfAll, toPosts } from '../../entities/post/query.ts';
import { createdIn } from '../../db/created-in.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { postValue } from '../kernel/post-value.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';

/** Figures with an index of their own, by (stream_id, the figure or -1, created_at, post_id). */
const indexed: ReadonlySet<Metric> = new Set(['LIKES', 'REPOSTS', 'REPLIES', 'ENGAGEMENT']);

/**
 * The posts with the most of a metric, of those where it is known; equal values: newest first. An indexed figure is
 * read in the order of its index, or like the others by posts_created and sorted where the range is short.
 */
export const listTopPosts = read((scope, metric: Metric, first: number, offset: number) => {
  const value = postValue(scope, metric);
  if (scope.span === null && scope.days === null) return null;
  if (metric === 'IMPRESSIONS') return topImpressions(scope, first, offset);
  const order: SQL = indexed.has(metric) ? sql`coalesce(${value}, -1)` : value;
  return postsStatement(
    // Of an indexed figure the known ones are one range of the index: an archive's replies are all unknown.
    sql`p.stream_id = ${scope.streamId} and p.own and p.kind <> 'REPOST'
      and ${indexed.has(metric) ? sql`${isRated} and ${order} >= 0` : sql`${value} is not null`}
      and ${createdIn(scope.span, scope.days)}`,
    sql`order by ${order} desc, p.created_at desc, p.post_id desc limit ${first} offset ${offset}`,
  );
}, toPosts);

/**
 * Measured impressions and estimated ones each stand in one order in posts_impressions; by the stream's ratio they are
 * put in one.
 */
function topImpressions(scope: StatsScope, first: number, offset: number): SQL {
  const parts = [sql`not p.impressions_estimated`, sql`p.impressions_estimated`].map((kind) => ({
    where: sql`p.stream_id = ${scope.streamId} and p.own and p.kind <> 'REPOST' and ${kind} and ${isRated}
      and coalesce(p.impressions, -1) >= 0
      and ${createdIn(scope.span, scope.days)}`,
    tail: sql`order by coalesce(p.impressions, -1) desc, p.created_at desc, p.post_id desc limit ${first + offset}`,
    rank: postValue(scope, 'IMPRESSIONS'),
  }));
  return postsStatementOfAll(
    parts,
    sql`order by rank desc, "createdAt" desc, "postId" desc limit ${first} offset ${offset}`,
  );
}
