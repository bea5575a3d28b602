import { type SQL, sql } from 'drizzle-orm';
import { isRated, postsStatement, postsStatementOfAll, toPosts } from '../../entities/post/query.ts';
import { createdIn } from '../../db/created-in.ts';
import { onePlan, ownPlan } from '../../db/prepared.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { postValue } from '../kernel/post-value.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';

/** Figures with an index of their own, by (stream_id, the figure or -1, created_at, post_id). */
const indexed: ReadonlySet<Metric> = new Set(['LIKES', 'REPOSTS', 'REPLIES', 'ENGAGEMENT']);

/** Those whose order stands in an index. */
const ordered: ReadonlySet<Metric> = new Set([...indexed, 'IMPRESSIONS']);

/**
 * The posts with the most of a metric, of those where it is known; equal values: newest first. Of all posts of a stream, by a
 * metric whose order stands in an index, they are the first rows of it, whatever the stream. Of a range they may be read by
 * posts_created and sorted, where it is short: Postgres has to know which range it is.
 */
export const listTopPosts = read((scope, metric: Metric, first: number, offset: number) => {
  const isFirstOfIndex = scope.complete && ordered.has(metric) && offset === 0;
  const where = isFirstOfIndex ? sql`true` : createdIn(scope.span, scope.days);
  // Made even when there is nothing to read: it refuses a metric that every post has the same of.
  const posts = topPosts(scope, metric, where, isFirstOfIndex ? firstAlone(first) : limitOf(first, offset));
  if (scope.span === null && scope.days === null) return null;
  return sql`${isFirstOfIndex ? onePlan : ownPlan} ${posts}`;
}, toPosts);

/** How many posts are asked for, and how many of each part of the statement that is for. */
type Limit = { readonly page: SQL; readonly untilEnd: SQL };

const limitOf = (first: number, offset: number): Limit => ({
  page: sql`limit ${first} offset ${offset}`,
  untilEnd: sql`limit ${first + offset}`,
});

/** As the text of the statement: a plan for any number would read all rows and sort them. Pages further on would make a plan each. */
function firstAlone(first: number): Limit {
  const limit = sql.raw(`limit ${Number(first)}`);
  return { page: limit, untilEnd: limit };
}

function topPosts(scope: StatsScope, metric: Metric, where: SQL, limit: Limit): SQL {
  if (metric === 'IMPRESSIONS') return topImpressions(scope, where, limit);
  if (metric === 'BITS') return topBits(scope, where, limit);
  const value = postValue(scope, metric);
  const order: SQL = indexed.has(metric) ? sql`coalesce(${value}, -1)` : value;
  return postsStatement(
    // Of an indexed figure the known ones are one range of the index: an archive's replies are all unknown.
    sql`p.stream_id = ${scope.streamId} and p.own and p.kind <> 'REPOST'
      and ${indexed.has(metric) ? sql`${isRated} and ${order} >= 0` : sql`${value} is not null`}
      and ${where}`,
    sql`order by ${order} desc, p.created_at desc, p.post_id desc ${limit.page}`,
  );
}

/**
 * Measured impressions and estimated ones each stand in one order in posts_impressions; by the stream's ratio they are
 * put in one.
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

/** Few messages have bits, and posts_bits has these; whoever asks for more gets the newest of the others, by posts_created. */
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
