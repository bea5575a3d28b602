import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../db/array.ts';
import type { Database } from '../db/client.ts';
import { withDates } from '../db/with-dates.ts';
import { decodeCursor, encodeCursor } from '../shared/cursor.ts';
import type { PageRequest } from '../shared/page.ts';

/** An event as the API reads it. */
export type EventRow = {
  readonly eventId: string;
  readonly alertId: number;
  readonly number: number;
  readonly at: Date;
  readonly isTest: boolean;
  readonly streamId: number | null;
  readonly measured: number;
  readonly threshold: number;
  readonly summary: string;
  readonly posts: number;
};

const columns = sql`e.event_id as "eventId", e.alert_id as "alertId", e.number::float8 as number, e.at,
  e.is_test as "isTest", e.stream_id as "streamId", e.measured, e.threshold, e.summary, e.posts`;

async function readEvents(db: Database, statement: SQL): Promise<readonly EventRow[]> {
  const rows = await db.rows<Record<string, unknown>>(statement);
  return withDates(rows, ['at']);
}

/** Finds events by id; missing ones are left out. */
export const findEvents = (db: Database, eventIds: readonly string[]): Promise<readonly EventRow[]> =>
  readEvents(
    db,
    sql`select ${columns} from alert_events e where e.event_id = any(${arrayOf(eventIds)}::uuid[])`,
  );

/**
 * Lists a page of each alert's events, newest first, in one statement: a range of alert_events_number for each alert.
 */
export function listEventsOfAlerts(
  db: Database,
  alertIds: readonly number[],
  { after, before, backwards, limit }: PageRequest,
): Promise<readonly EventRow[]> {
  const direction = backwards ? sql`asc` : sql`desc`;
  const own = sql`select e.* from alert_events e where e.alert_id = a.alert_id
    ${after === null ? sql`` : sql`and e.number < ${placeOf(after)}`}
    ${before === null ? sql`` : sql`and e.number > ${placeOf(before)}`}
    order by e.number ${direction} limit ${limit + 1}`;
  return readEvents(
    db,
    sql`select ${columns} from unnest(${arrayOf(alertIds)}::int[]) as a (alert_id) cross join lateral (${own}) e
      order by e.number ${direction}`,
  );
}

/** Lists an alert's events with a number above `seen` in order, at most the last `limit`. */
export async function listEventsAfter(
  db: Database,
  alertId: number,
  seen: number,
  limit: number,
): Promise<readonly EventRow[]> {
  const newest = await readEvents(
    db,
    sql`select ${columns} from alert_events e where e.alert_id = ${alertId} and e.number > ${seen}
      order by e.number desc limit ${limit}`,
  );
  return newest.toReversed();
}

/** Counts the stored events of each alert; alerts without events are left out. */
export async function countEventsOfAlerts(
  db: Database,
  alertIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.rows<{ readonly alertId: number; readonly count: number }>(sql`
    select alert_id as "alertId", count(*)::float8 as count from alert_events
    where alert_id = any(${arrayOf(alertIds)}::int[]) group by alert_id`);
  return new Map(rows.map((row) => [row.alertId, row.count]));
}

/** A post that an event reports. */
export type EventPost = { readonly eventId: string; readonly streamId: number; readonly postId: string };

/** Lists the first posts of each event in the order of the event; posts of deleted streams are gone. */
export async function listPostsOfEvents(
  db: Database,
  eventIds: readonly string[],
  limit: number,
): Promise<readonly EventPost[]> {
  return db.rows<EventPost>(sql`
    select p.event_id as "eventId", p.stream_id as "streamId", p.post_id as "postId"
    from unnest(${arrayOf(eventIds)}::uuid[]) as e (event_id) cross join lateral (
      select * from alert_posts p where p.event_id = e.event_id
      order by p.measured desc nulls last, p.matched_at, p.post_id limit ${limit}) p`);
}

const order = 'ALERT_EVENTS';

/** Returns the cursor of an event in its alert's list. */
export const eventCursor = ({ number }: EventRow): string => encodeCursor([order, number]);

const placeOf = (cursor: string): SQL => sql`${decodeCursor(cursor, order, ['bigint'])[0]}::bigint`;
