import type { TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { toIso } from '../shared/instant.ts';
import type { Firing } from './evaluate/outcome.ts';

/**
 * Stores an event of an alert whose row the transaction has locked, with a delivery for each target that is in use, and
 * announces it. Returns the event's id. When the same cause has fired the alert before, stores nothing and returns
 * null.
 */
export async function fire(
  tx: TransactionSql,
  alertId: number,
  firing: Firing,
  { now, isTest = false }: { readonly now: number; readonly isTest?: boolean },
): Promise<string | null> {
  const { cause, streamId, measured, threshold, summary, posts } = firing;
  const at = toIso(now);
  const [event] = await tx<{ eventId: string }[]>`
    insert into alert_events (alert_id, number, cause, at, is_test, stream_id, measured, threshold, summary, posts)
    select ${alertId}, fired + 1, ${cause}, ${at}, ${isTest}, ${streamId}, ${measured}, ${threshold}, ${summary}, ${posts}
    from alerts where alert_id = ${alertId}
    on conflict (alert_id, cause) do nothing
    returning event_id as "eventId"`;
  if (event === undefined) return null;
  await tx`
    update alerts set fired = fired + 1 ${isTest ? tx`` : tx`, fired_at = ${at}`} where alert_id = ${alertId}`;
  if (posts > 0) {
    await tx`
      update alert_posts set event_id = ${event.eventId} where alert_id = ${alertId} and event_id is null`;
  }
  await tx`
    insert into alert_deliveries (event_id, alert_id, method, created_at, next_at)
    select ${event.eventId}, alert_id, method, ${at}, ${at} from alert_targets
    where alert_id = ${alertId} and disabled_at is null`;
  announce(tx, { alert: alertId });
  return event.eventId;
}
