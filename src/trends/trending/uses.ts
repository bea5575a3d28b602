import { fence } from '../../db/fence.ts';
import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Platform } from '../../shared/post.ts';
import { joinedList } from '../../shared/stored-lists.ts';
import type { TrendKind } from '../../shared/trend.ts';

/** Which posts are counted. */
export type TrendScope = {
  readonly kind: TrendKind;
  /** Null: all. */
  readonly platform: Platform | null;
  /** Own posts of these streams, a post in several of them once; null: of all streams. */
  readonly streamIds: readonly number[] | null;
};

/** The column of a post with the terms of a kind. */
const lists = {
  HASHTAG: 'p.hashtags',
  MENTION: 'p.mentions',
  WORD: joinedList('words'),
} as const satisfies Record<TrendKind, string>;

const ofAll = sql`/* across streams: trends are of all */`;

/** Whether the index on terms serves the read: it has hashtags, of the rows that represent a post across all streams. */
export const isByTerm = ({ kind, streamIds }: TrendScope): boolean =>
  kind === 'HASHTAG' && streamIds === null;

/**
 * Returns what follows FROM to read each use as `t` (term, author_id, created_at), in the spans `r` (span, lo
 * inclusive, hi exclusive) of `stretches`; those of one span must not overlap. Reads all terms, or those in the
 * column `term` of a table.
 *
 * Hashtags of all streams come from an index alone: post_terms_window (created_at, term, author_id), or
 * post_terms_term (term, created_at, author_id) when the terms are given. Mentions and words come from the posts,
 * served by posts_newest (created_at) or posts_created (stream_id, created_at). The fence makes each span a range of
 * its index: the planner cannot estimate a join of ranges, and would read the whole table.
 */
export function usesIn(scope: TrendScope, stretches: SQL, termsOf?: string): SQL {
  const given = termsOf === undefined ? null : sql.raw(termsOf);
  if (isByTerm(scope)) {
    return sql`${stretches} r ${given === null ? sql`` : sql`cross join ${given} given`} cross join lateral (
      select ${ofAll} t.term, t.author_id, t.created_at, ${fence} from post_terms t ${ofPlatform(scope, sql`t`)}
      where t.stands and ${within(sql`t.created_at`)} ${given === null ? sql`` : sql`and t.term = given.term`}
    ) t`;
  }
  const ofGiven = given === null ? sql`` : sql`join ${given} given on given.term = t.term`;
  const { streamIds } = scope;
  if (streamIds !== null && streamIds.length > 1) {
    return sql`(${oncePerPost(scope, streamIds, stretches)}) r
      cross join lateral (select unnest(r.terms) as term, r.author_id, r.created_at) t ${ofGiven}`;
  }
  return sql`${stretches} r cross join lateral (
      select ${streamIds === null ? ofAll : sql``} term, p.author_id, p.created_at, ${fence} from posts p ${ofPlatform(scope, sql`p`)}
        cross join unnest(${sql.raw(lists[scope.kind])}) as term
      where ${within(sql`p.created_at`)} and p.own and p.kind <> 'REPOST'
        and ${streamIds === null ? sql`p.stands` : sql`p.stream_id = any(${arrayOf(streamIds)}::int[])`}
    ) t ${ofGiven}`;
}

/**
 * Returns the posts of several streams in each span. A post in several of them comes once, from the stream with the
 * lowest id. Rows of two streams may be on two nodes of a cluster, which cannot be joined. So the posts are looked up
 * by id in all these streams, by the primary key.
 */
function oncePerPost(scope: TrendScope, streamIds: readonly number[], stretches: SQL): SQL {
  const isUsed = sql`p.own and p.kind <> 'REPOST' and p.stream_id = any(${arrayOf(streamIds)}::int[])`;
  return sql`
    with found as materialized (
      select r.span, p.post_id, p.stream_id, p.terms, p.author_id, p.created_at from ${stretches} r cross join lateral (
        select p.post_id, p.stream_id, ${sql.raw(lists[scope.kind])} as terms, p.author_id, p.created_at, ${fence}
        from posts p ${ofPlatform(scope, sql`p`)} where ${within(sql`p.created_at`)} and ${isUsed}
      ) p
    ), first as materialized (
      select f.post_id, min(p.stream_id) as stream_id from (select distinct post_id from found) f cross join lateral (
        select p.stream_id, ${fence} from posts p where p.post_id = f.post_id and ${isUsed}
      ) p group by f.post_id
    )
    select found.* from found join first using (post_id, stream_id)`;
}

const within = (created: SQL): SQL => sql`${created} >= r.lo and ${created} < r.hi`;

const ofPlatform = ({ platform }: TrendScope, rows: SQL): SQL =>
  platform === null
    ? sql``
    : sql`join streams s on s.stream_id = ${rows}.stream_id and s.platform = ${platform}`;
