import type { Sql, TransactionSql } from 'postgres';
import { minuteMs, toIso } from '../../shared/instant.ts';
import type { DeliveryMethod, AlertKind } from '../../shared/alert.ts';
import type { Attempt, Target } from './courier.ts';
import { type EventFacts, postsListed } from './payload.ts';
import { isGivenUp, pauseAfter } from './retry.ts';

/** After this time, an attempt counts as dead and another process makes the next one. Every courier ends sooner. */
const attemptMs = 2 * minuteMs;
/** Most attempts that a delivery lists. */
const logMax = 20;

/** A delivery that one process attempts. */
export type Taken = {
  readonly deliveryId: string;
  readonly alertId: number;
  readonly method: DeliveryMethod;
  /** The number of this attempt. The result of an earlier attempt is ignored. */
  readonly attempts: number;
  readonly tries: number;
  readonly eventId: string;
};

/** Takes due deliveries, the longest waiting first. Concurrent processes get different ones. */
export async function takeDue(sql: Sql, now: number, limit: number): Promise<readonly Taken[]> {
  return sql<Taken[]>`
    update alert_deliveries set attempts = attempts + 1, tries = tries + 1, next_at = ${toIso(now + attemptMs)}
    where delivery_id in (select delivery_id from alert_deliveries where state = 'PENDING' and next_at <= ${toIso(now)}
      order by next_at limit ${limit} for update skip locked)
    returning delivery_id as "deliveryId", alert_id as "alertId", method, attempts, tries, event_id as "eventId"`;
}

/** An event and its target. */
export type Parcel = { readonly event: EventFacts; readonly target: Target };

type ParcelRow = Omit<EventFacts, 'stream' | 'named'> & {
  readonly streamId: number | null;
  readonly streamKind: string | null;
  readonly streamTitle: string | null;
  readonly target: string;
  readonly secret: string;
};

/** Returns what to send and where; null when the event or its target no longer exists. */
export async function findParcel(sql: Sql, { eventId, method }: Taken): Promise<Parcel | null> {
  const [row] = await sql<ParcelRow[]>`
    select e.event_id as "eventId", e.number::float8, (extract(epoch from e.at) * 1000)::float8 as at, e.is_test as "isTest",
      e.measured, e.threshold, e.summary, e.posts, a.alert_id as "alertId", a.name as "alertName", a.kind,
      s.stream_id as "streamId", s.kind as "streamKind", s.title as "streamTitle", t.target, t.secret
    from alert_events e join alerts a on a.alert_id = e.alert_id
    join alert_targets t on t.alert_id = e.alert_id and t.method = ${method}
    left join streams s on s.stream_id = e.stream_id
    where e.event_id = ${eventId}`;
  if (row === undefined) return null;
  const named = await sql<EventFacts['named']>`
    select p.stream_id as "streamId", p.post_id as "postId", q.platform_id as "platformId", s.platform
    from alert_posts p join streams s on s.stream_id = p.stream_id
    left join posts q /* across streams: an event's posts are of many */ on q.stream_id = p.stream_id and q.post_id = p.post_id
    where p.event_id = ${eventId} order by p.measured desc nulls last, p.matched_at, p.post_id limit ${postsListed}`;
  const { streamId, streamKind, streamTitle, target, secret, ...facts } = row;
  const stream = streamId === null ? null : { streamId, kind: streamKind ?? '', title: streamTitle ?? '' };
  return {
    event: { ...facts, kind: facts.kind as AlertKind, stream, named },
    target: { address: target, secret },
  };
}

/** Records the outcome of an attempt: when the next one comes, and whether the webhook is disabled. */
export async function recordAttempt(
  sql: Sql,
  taken: Taken,
  attempt: Attempt,
  { now, ms, random }: { readonly now: number; readonly ms: number; readonly random: number },
): Promise<void> {
  const { deliveryId, alertId, method, attempts, tries } = taken;
  const { outcome, status, error } = attempt;
  const at = toIso(now);
  const line = { at, ms: Math.round(ms), status, error };
  await sql.begin(async (tx) => {
    // All code locks targets before deliveries.
    const [target] = await tx<{ failingSince: number | null }[]>`
      select (extract(epoch from failing_since) * 1000)::float8 as "failingSince" from alert_targets
      where alert_id = ${alertId} and method = ${method} and disabled_at is null for update`;
    // The target may have been disabled meanwhile.
    const pauseMs = outcome === 'failed' && target !== undefined ? pauseAfter(tries, random) : null;
    const state = outcome === 'delivered' ? 'DELIVERED' : pauseMs === null ? 'FAILED' : 'PENDING';
    const updated = await tx`
      update alert_deliveries set state = ${state}, next_at = ${pauseMs === null ? null : toIso(now + pauseMs)},
        attempted_at = ${at}, status = ${status}, error = ${error},
        log = case when jsonb_array_length(log) < ${logMax} then log else log - 0 end || ${tx.json([line])}::jsonb
      where delivery_id = ${deliveryId} and attempts = ${attempts}`;
    if (updated.count === 0 || target === undefined) return;
    const failingSince = outcome === 'delivered' ? null : (target.failingSince ?? now);
    await tx`
      update alert_targets set failing_since = ${failingSince === null ? null : toIso(failingSince)}
      where alert_id = ${alertId} and method = ${method}`;
    if (failingSince === null) return;
    const why = error ?? 'it failed';
    if (outcome === 'gone') await disable(tx, taken, at, why);
    else if (isGivenUp(failingSince, now)) {
      await disable(
        tx,
        taken,
        at,
        `No delivery succeeded since ${toIso(failingSince)}. The last one: ${why}`,
      );
    }
  });
}

/** Disables a target and gives up its pending deliveries. */
async function disable(
  tx: TransactionSql,
  { alertId, method }: Taken,
  at: string,
  note: string,
): Promise<void> {
  await tx`
    update alert_targets set disabled_at = ${at}, note = ${note} where alert_id = ${alertId} and method = ${method}`;
  await tx`
    update alert_deliveries set state = 'FAILED', next_at = null, error = coalesce(error, ${note})
    where alert_id = ${alertId} and method = ${method} and state = 'PENDING'`;
}

/** Gives up a delivery whose event or target no longer exists. */
export async function dropDelivery(sql: Sql, { deliveryId, attempts }: Taken): Promise<void> {
  await sql`
    update alert_deliveries set state = 'FAILED', next_at = null, error = 'The webhook was removed'
    where delivery_id = ${deliveryId} and attempts = ${attempts}`;
}
