import type { TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';

/** A post that an alert will report. */
export type Match = {
  readonly streamId: number;
  readonly postId: string;
  /** Multiple of its account's normal likes; null for a saved search. */
  readonly measured: number | null;
};

/** Most posts in one event. Further matches are dropped until the alert has fired. */
export const postsPerEvent = 100;

/** The posts that wait for the next event. */
export type Waiting = {
  readonly posts: number;
  /** The highest figure; null when none has one. */
  readonly highest: number | null;
  /** One of them, always the same. */
  readonly first: string | null;
  /** The stream of all of them; null when there are none or they are in several. */
  readonly streamId: number | null;
};

/** Adds matches to the waiting posts, each post only once ever, and returns what waits now. */
export async function addMatches(
  tx: TransactionSql,
  alertId: number,
  matches: readonly Match[],
  now: number,
): Promise<Waiting> {
  if (matches.length > 0) {
    await tx`
      insert into alert_posts (alert_id, post_id, stream_id, matched_at, measured)
      select ${alertId}, m.post_id, m.stream_id, ${toIso(now)}, m.measured
      from unnest(${matches.map((m) => m.postId)}::uuid[], ${matches.map((m) => m.streamId)}::int[],
        ${matches.map((m) => m.measured)}::float8[]) as m (post_id, stream_id, measured)
      where not exists (select from alert_posts known where known.alert_id = ${alertId} and known.post_id = m.post_id)
      limit greatest(0, ${postsPerEvent} - (select count(*) from alert_posts w where w.alert_id = ${alertId} and w.event_id is null))
      on conflict do nothing`;
  }
  const [waiting] = await tx<Waiting[]>`
    select count(*)::int as posts, max(measured) as highest, min(post_id::text) as first,
      case when min(stream_id) = max(stream_id) then min(stream_id) end as "streamId"
    from alert_posts where alert_id = ${alertId} and event_id is null`;
  return waiting ?? { posts: 0, highest: null, first: null, streamId: null };
}
