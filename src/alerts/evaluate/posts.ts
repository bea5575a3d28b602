import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { arrayOf } from '../../db/array.ts';
import { parseFilter } from '../../entities/post/parse-filter.ts';
import { type PostConditions, postConditions } from '../../entities/post/conditions.ts';
import { dayMs, toIso } from '../../shared/instant.ts';
import type { PostsCondition } from '../condition.ts';
import { postsMatch } from '../summary.ts';
import { type ChangedStream, listChanged, recordChecked } from './changed-streams.ts';
import type { Evaluation, Outcome } from './outcome.ts';
import { addMatches, type Match, postsPerEvent } from './waiting-posts.ts';

/** Posts that are older when they arrive are fetched or imported history, not news. */
export const newsMs = 7 * dayMs;

/** Checks the posts that have arrived since the last evaluation. During the cool-down, matching posts wait. */
export async function evaluatePosts(evaluation: Evaluation<PostsCondition>): Promise<Outcome> {
  const { tx, db, alert, condition, now, coolsUntil } = evaluation;
  const { streams, more } = await listChanged(tx, alert, 'any');
  const conditions = parseFilter(condition.filter, true);
  const matches = await listMatches(db, conditions, { arrived: streams.map(arrivedOf), now });
  await recordChecked(tx, alert.alertId, streams);
  const waiting = await addMatches(tx, alert.alertId, matches, now);
  if (waiting.first === null) return { firings: [], nextAt: more ? now : null };
  if (coolsUntil !== null && now < coolsUntil) return { firings: [], nextAt: more ? now : coolsUntil };
  const { posts, first, streamId } = waiting;
  const summary = postsMatch(posts, posts === postsPerEvent, condition.filter);
  const firing = { cause: `post ${first}`, streamId, measured: posts, threshold: 1, summary, posts };
  return { firings: [firing], nextAt: more ? now : null };
}

type Arrived = { readonly streamId: number; readonly postIds: readonly string[] };

/** Returns the posts that have arrived since the alert last checked, at most the last 200: see `streams.arrivals`. */
function arrivedOf({ streamId, arrived, seen, last }: ChangedStream): Arrived {
  return { streamId, postIds: arrived > seen ? last.slice(-(arrived - seen)) : [] };
}

/** Lists the arrived posts that match, newest first. Uses the primary key of posts. */
async function listMatches(
  db: Database,
  conditions: PostConditions,
  { arrived, now }: { readonly arrived: readonly Arrived[]; readonly now: number },
): Promise<readonly Match[]> {
  const some = arrived.filter(({ postIds }) => postIds.length > 0);
  if (some.length === 0) return [];
  const streamIds = some.map(({ streamId }) => streamId);
  const pairs = some.flatMap(({ streamId, postIds }) => postIds.map((postId) => [streamId, postId] as const));
  return db.rows<Match>(sql`
    select distinct on (p.created_at, p.post_id) p.stream_id as "streamId", p.post_id as "postId", null as measured
    from posts p
    where p.stream_id = any(${arrayOf(streamIds)}::int[])
      and (p.stream_id, p.post_id) in (select * from unnest(${arrayOf(pairs.map(([id]) => id))}::int[],
        ${arrayOf(pairs.map(([, id]) => id))}::uuid[]))
      and p.created_at >= ${toIso(now - newsMs)} and ${postConditions(conditions)}
    order by p.created_at desc, p.post_id desc, p.stream_id`);
}
