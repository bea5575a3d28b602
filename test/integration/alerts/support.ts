import { pino } from 'pino';
import type { GivenAlert, VerbOptions } from '../../../src/alerts/create.ts';
import { createAlert as create } from '../../../src/alerts/create.ts';
import type { Courier } from '../../../src/alerts/deliver/courier.ts';
import { deliverDue } from '../../../src/alerts/deliver/deliver.ts';
import { createWebhooks, type WebhookOptions } from '../../../src/alerts/deliver/webhook.ts';
import type { MeasureBurst } from '../../../src/alerts/burst.ts';
import { noAlertObserver } from '../../../src/alerts/observer.ts';
import type { GivenCondition } from '../../../src/alerts/parse-condition.ts';
import { Rounds } from '../../../src/alerts/rounds.ts';
import type { Database } from '../../../src/db/client.ts';
import { hourMs } from '../../../src/shared/instant.ts';

export const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
export const anywhere = { http: true, private: true };
export const rules: VerbOptions['rules'] = { max: 200, webhooks: anywhere };

/**
 * A clock that stands still until it is set. Each file sets it first, because modules outlive the file that imported
 * them.
 */
export const clock = { ms: Number.NaN };
/** Noon, unless a test says otherwise. */
export const noon = Date.UTC(2026, 5, 15, 12);
export const now = () => clock.ms;

/** Creates an alert with a condition, over all streams unless the test says otherwise. */
export async function makeAlert(
  db: Database,
  condition: GivenCondition,
  more: Partial<GivenAlert> = {},
): Promise<{ readonly alertId: number; readonly secret: string | null }> {
  const given = { name: 'test', streams: null, cooldownMs: hourMs, webhookUrl: null, condition, ...more };
  return create({ db, rules, now: new Date(clock.ms) }, given);
}

const noBurst: MeasureBurst = async () => ({ posts: 0, authors: 0, score: null });

/** Evaluates alerts as a worker does: each call of the result is a round. */
export function evaluator(db: Database, measureBurst: MeasureBurst = noBurst): () => Promise<number> {
  const rounds = new Rounds({ db, measureBurst, observer: noAlertObserver, log, now });
  return () => rounds.run(new AbortController().signal);
}

/** Delivers events as a worker does: each call of the result makes the due attempts. */
export function deliverer(
  db: Database,
  options: Partial<WebhookOptions> = {},
  more: readonly Courier[] = [],
) {
  const couriers = [createWebhooks({ rules: anywhere, now, ...options }), ...more];
  return () => deliverDue({ sql: db.sql, couriers, now, random: () => 0.5, observer: noAlertObserver, log });
}

/** The events of an alert in order, without ids. */
export async function eventsOf(db: Database, alertId: number) {
  return db.sql<
    {
      cause: string;
      measured: number;
      threshold: number;
      summary: string;
      posts: number;
      streamId: number | null;
      number: number;
    }[]
  >`
    select cause, measured, threshold, summary, posts, stream_id as "streamId", number::int from alert_events
    where alert_id = ${alertId} order by number`;
}

/** The posts that the events of an alert report, in the order of the events. */
export async function postsOf(db: Database, alertId: number): Promise<readonly string[][]> {
  const rows = await db.sql<{ posts: string[] }[]>`
    select coalesce(array_agg(p.post_id::text order by p.post_id) filter (where p.post_id is not null), '{}') as posts
    from alert_events e left join alert_posts p on p.event_id = e.event_id
    where e.alert_id = ${alertId} group by e.number order by e.number`;
  return rows.map(({ posts }) => posts);
}
