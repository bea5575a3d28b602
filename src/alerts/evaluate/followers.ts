import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { toIso } from '../../shared/instant.ts';
import { type FollowerReading, isLoss, lossOf } from '../compute.ts';
import type { FollowersLostCondition } from '../condition.ts';
import { followersLost } from '../summary.ts';
import { type ChangedStream, listChanged, recordChecked } from './changed-streams.ts';
import type { Evaluation, Firing, Outcome } from './outcome.ts';

/** Most readings that are read, newest first: one an hour for 90 days is 2,160. */
const readingsMax = 5_000;

/**
 * Checks the readings of the accounts that have changed, after the cool-down: losses during the cool-down are still in
 * the readings. One event per account.
 */
export async function evaluateFollowers(evaluation: Evaluation<FollowersLostCondition>): Promise<Outcome> {
  const { tx, db, alert, condition, now, coolsUntil } = evaluation;
  if (coolsUntil !== null && now < coolsUntil) return { firings: [], nextAt: coolsUntil };
  const { streams, more } = await listChanged(tx, alert, 'accounts');
  await recordChecked(tx, alert.alertId, streams);
  const firings: Firing[] = [];
  for (const stream of streams) {
    const loss = lossOf(await listReadings(db, stream, condition.withinMs), {
      withinMs: condition.withinMs,
      since: stream.reportedAt,
    });
    if (loss === null || !isLoss(loss, condition)) continue;
    const { streamId, title } = stream;
    const at = toIso(loss.to.at);
    await tx`
      update alert_streams set told_at = ${at} where alert_id = ${alert.alertId} and stream_id = ${streamId}`;
    firings.push({
      cause: `followers ${streamId} ${at}`,
      streamId,
      measured: condition.count === null ? loss.percent : loss.count,
      threshold: condition.count ?? condition.percent ?? 0,
      summary: followersLost(title, loss),
      posts: 0,
    });
  }
  return { firings, nextAt: more ? now : null };
}

/**
 * Lists the readings of the period that ends with the last one, and the one before it. Reads a range of the primary
 * key.
 */
async function listReadings(
  db: Database,
  { streamId }: ChangedStream,
  withinMs: number,
): Promise<readonly FollowerReading[]> {
  const own = sql`f.stream_id = ${streamId} and f.followers is not null`;
  const rows = await db.rows<FollowerReading>(sql`
    with start as (select max(f.observed_at) - ${`${withinMs} ms`}::interval as at from follower_snapshots f where ${own})
    select (extract(epoch from f.observed_at) * 1000)::float8 as at, f.followers::float8 as followers
    from follower_snapshots f, start
    where ${own} and f.observed_at >= coalesce(
      (select max(f.observed_at) from follower_snapshots f where ${own} and f.observed_at <= start.at), '-infinity')
    order by f.observed_at desc limit ${readingsMax}`);
  return rows.toReversed();
}
