import { type SQL, sql } from 'drizzle-orm';
import { isRated, postsStatement, toPosts } from '../../entities/post/query.ts';
import { createdIn } from '../../db/created-in.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { postValue } from '../scope/post-value.ts';
import { read } from '../scope/read.ts';

/** Figures with an index of their own, by (stream_id, the figure or -1, created_at, post_id). */
const indexed: ReadonlySet<Metric> = new Set(['LIKES', 'REPOSTS', 'REPLIES', 'IMPRESSIONS', 'ENGAGEMENT']);

/**
 * The posts with the most of a metric, of those where it is known; equal values: newest first. An indexed figure is
 * read in the order of its index, or like the others by posts_created and sorted where the range is short.
 */
export const listTopPosts = read((scope, metric: Metric, first: number, offset: number) => {
  const value = postValue(metric);
  if (scope.span === null && scope.days === null) return null;
  const order: SQL = indexed.has(metric) ? sql`coalesce(${value}, -1)` : value;
  return postsStatement(
    // Of an indexed figure the known ones are one range of the index: an archive's replies are all unknown.
    sql`p.stream_id = ${scope.streamId} and p.own and p.kind <> 'REPOST'
      and ${indexed.has(metric) ? sql`${isRated} and ${order} >= 0` : sql`${value} is not null`}
      and ${createdIn(scope.span, scope.days)}`,
    sql`order by ${order} desc, p.created_at desc, p.post_id desc limit ${first} offset ${offset}`,
  );
}, toPosts);
