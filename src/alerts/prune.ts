import type { Sql } from 'postgres';
import { dayMs, toIso } from '../shared/instant.ts';

/** How long events are kept, and how many per alert. */
const keptMs = 90 * dayMs;
const keptEvents = 1_000;

/** Deletes old events with their posts and deliveries. Processes may run it concurrently. */
export async function pruneEvents(sql: Sql, now: number): Promise<void> {
  await sql.begin(async (tx) => {
    const gone = await tx<{ eventId: string }[]>`
      delete from alert_events e using alerts a
      where a.alert_id = e.alert_id and (e.at < ${toIso(now - keptMs)} or e.number <= a.fired - ${keptEvents})
      returning e.event_id as "eventId"`;
    const eventIds = gone.map(({ eventId }) => eventId);
    if (eventIds.length === 0) return;
    await tx`delete from alert_posts where event_id = any(${eventIds}::uuid[])`;
    await tx`delete from alert_deliveries where event_id = any(${eventIds}::uuid[])`;
  });
}
