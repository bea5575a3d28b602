import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type LikedPost, normalPosts, outstandingPosts } from '../compute.ts';
import type { LikesCondition } from '../condition.ts';
import { postsLiked } from '../summary.ts';
import { listChanged, recordChecked } from './changed-streams.ts';
import type { Evaluation, Outcome } from './outcome.ts';
import { addMatches, type Match } from './waiting-posts.ts';

/**
 * Checks the newest posts of the accounts that have changed. Each post is reported once, even when its likes keep
 * rising.
 */
export async function evaluateLikes(evaluation: Evaluation<LikesCondition>): Promise<Outcome> {
  const { tx, db, alert, condition, now, coolsUntil } = evaluation;
  const { streams, more } = await listChanged(tx, alert, 'accounts');
  const matches: Match[] = [];
  for (const { streamId } of streams) {
    const posts = await listLikes(db, streamId);
    const found = outstandingPosts(posts, { ...condition, from: now - condition.withinMs });
    matches.push(...found.map(({ postId, times }) => ({ streamId, postId, measured: times })));
  }
  await recordChecked(tx, alert.alertId, streams);
  const waiting = await addMatches(tx, alert.alertId, matches, now);
  if (waiting.first === null) return { firings: [], nextAt: more ? now : null };
  if (coolsUntil !== null && now < coolsUntil) return { firings: [], nextAt: more ? now : coolsUntil };
  const { posts, first, streamId } = waiting;
  const measured = waiting.highest ?? 0;
  const summary = postsLiked(posts, measured);
  const firing = { cause: `post ${first}`, streamId, measured, threshold: condition.times, summary, posts };
  return { firings: [firing], nextAt: more ? now : null };
}

/**
 * Lists a stream's newest own posts with known likes, without reposts: those to check, and those before them that
 * define what was normal. Uses the index on stream_id and created_at.
 */
async function listLikes(db: Database, streamId: number): Promise<readonly LikedPost[]> {
  return db.rows<LikedPost>(sql`
    select p.post_id as "postId", (extract(epoch from p.created_at) * 1000)::float8 as "createdAt", p.likes::float8 as likes
    from posts p
    where p.stream_id = ${streamId} and p.own and p.kind <> 'REPOST' and p.likes is not null
    order by p.created_at desc, p.post_id desc limit ${2 * normalPosts.max}`);
}
