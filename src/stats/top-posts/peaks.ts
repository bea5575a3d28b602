import { type SQL, sql } from 'drizzle-orm';
import { fence } from '../../db/fence.ts';
import { onePlan } from '../../db/prepared.ts';
import { postsStatement } from '../../entities/post/query.ts';
import { dayBucketsEnd, dayBucketShift } from '../../shared/activity-bucket.ts';
import { toIso } from '../../shared/instant.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { madeAndRest } from '../kernel/chatter-days.ts';
import { postValue } from '../kernel/post-value.ts';
import { ceilMinute, cutAt, floorMinute, type StatsScope, widen } from '../kernel/scope.ts';

/** The columns of `chatter_days` with the highest values of each minute. */
const peaks: { readonly [M in Metric]?: string } = {
  EMOTES: 'emote_peaks',
  SENTIMENT: 'sentiment_peaks',
};

/** Whether a chat's top posts by a metric are found by the peaks of its minutes. */
export const hasPeaks = ({ keepsMinutes }: StatsScope, metric: Metric): boolean =>
  keepsMinutes && peaks[metric] !== undefined;

/**
 * The messages with the highest known values of a metric; equal values: newest first. The first n of them are in the n minutes with the
 * highest peaks, of equal ones the newest: each other minute has n messages before its own. So the messages of n minutes are read, and those of
 * the spans that are in no row of `chatter_days`. Served by posts_created.
 */
export function topOfPeaks(scope: StatsScope, metric: Metric, first: number, offset: number): SQL {
  const { streamId, span, days, range } = scope;
  const value = postValue(scope, metric);
  const column = sql.raw(peaks[metric] ?? '');
  const pieces =
    span === null
      ? { whole: null, ragged: [] }
      : cutAt(widen(span, range, floorMinute, ceilMinute), ceilMinute, floorMinute);
  const { from, to } = pieces.whole ?? { from: 0, to: 0 };
  const minutes = sql`select start as from_at, start + interval '1 minute' as to_at
    from made k cross join lateral unnest(k.minutes, k.peaks) as m (minute, peak)
      cross join lateral (select k.day::timestamp at time zone 'UTC' + m.minute * interval '1 minute' as start) s
    where m.peak is not null and start >= ${toIso(from)}::timestamptz and start < ${toIso(to)}::timestamptz
    order by m.peak desc, start desc limit ${first + offset}`;
  const messagesIn = (spans: SQL, hour: SQL) => sql`select p.* from ${spans} s cross join lateral (
      select p.post_id, p.created_at, ${value} as value, ${fence} from posts p
      where p.stream_id = ${streamId} and p.own and p.kind <> 'REPOST' and ${value} is not null and ${hour}
        and p.created_at >= s.from_at and p.created_at < s.to_at) p`;
  const parts = [
    messagesIn(sql`((${minutes}) union all select from_at, to_at from rest)`, sql`not p.hour_unknown`),
  ];
  if (days !== null) {
    // A message of which only the day is known is at its start.
    const daysWith = sql`(select at as from_at, at + interval '1 minute' as to_at
      from activity a cross join lateral (select a.bucket + ${sql.raw(dayBucketShift)} as at) d
      where a.stream_id = ${streamId} and a.bucket < ${dayBucketsEnd} and at >= ${toIso(days.from)} and at < ${toIso(days.to)})`;
    parts.push(messagesIn(daysWith, sql`p.hour_unknown`));
  }
  const order = sql`order by value desc, created_at desc, post_id desc`;
  const rows = sql`(select p.*, best.value from best cross join lateral (
    select p.*, ${fence} from posts p where p.stream_id = ${streamId} and p.post_id = best.post_id) p)`;
  return sql`${onePlan} with ${madeAndRest(scope, pieces, sql`k.minutes, k.${column} as peaks`)},
    best as materialized (select post_id, value from (${sql.join(parts, sql` union all `)}) m ${order} limit ${first} offset ${offset})
    ${postsStatement({ where: sql`true`, tail: sql`order by p.value desc, p.created_at desc, p.post_id desc`, rank: sql`p.value`, of: rows })}`;
}
