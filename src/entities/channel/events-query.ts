import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import type { ChannelEventKind } from '../../shared/channel-event.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import type { PageRequest } from '../../shared/page.ts';
import { timeRange } from '../../shared/post-key.ts';
import type { Range } from '../../shared/range.ts';

/** An event of a channel's timeline as it is read. */
export type ChannelEventRow = {
  readonly streamId: number;
  readonly eventId: string;
  readonly at: Date;
  readonly kind: ChannelEventKind;
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly amount: number | null;
  readonly text: string | null;
};

/** Which events of a channel are asked for. */
export type EventFilter = {
  /** Null: of every kind. */
  readonly kinds: readonly ChannelEventKind[] | null;
  readonly range: Range;
};

/** Such a page of each channel's events, newest first, in one statement: a range of the primary key for each. */
export async function listChannelEvents(
  db: Database,
  streamIds: readonly number[],
  filter: EventFilter,
  { after, before, backwards, limit }: PageRequest,
): Promise<readonly ChannelEventRow[]> {
  const direction = backwards ? sql`asc` : sql`desc`;
  const rows = await db.rows<Omit<ChannelEventRow, 'at'> & { readonly at: string }>(sql`
    select e.stream_id as "streamId", e.event_id as "eventId", e.at, e.kind, e.handle, e.display_name as "displayName",
      e.amount, e.text
    from unnest(${arrayOf(streamIds)}::int[]) as s (stream_id) cross join lateral (
      select * from channel_events e where e.stream_id = s.stream_id ${wanted(filter)}
        ${after === null ? sql`` : sql`and e.event_id < ${placeOf(after)}`}
        ${before === null ? sql`` : sql`and e.event_id > ${placeOf(before)}`}
      order by e.event_id ${direction} limit ${limit + 1}) e
    order by e.event_id ${direction}`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** How many events of a kind a channel has. */
export type EventCount = {
  readonly streamId: number;
  readonly kind: ChannelEventKind;
  readonly count: number;
  /** The sum of their amounts; null when no event has one. */
  readonly amount: number | null;
};

/** How many events each channel has of each kind, most first. A range of the primary key for each channel. */
export async function countChannelEvents(
  db: Database,
  streamIds: readonly number[],
  filter: EventFilter,
): Promise<readonly EventCount[]> {
  return db.rows<EventCount>(sql`
    select e.stream_id as "streamId", e.kind, count(*)::float8 as count, sum(e.amount)::float8 as amount
    from channel_events e where e.stream_id = any(${arrayOf(streamIds)}::int[]) ${wanted(filter)}
    group by 1, 2 order by 3 desc, e.kind`);
}

/** Keys begin with the time of what happened. */
function wanted({ kinds, range: { from, to } }: EventFilter): SQL {
  return sql.join(
    [
      from === null ? sql`` : sql`and e.event_id >= ${timeRange(from)[0]}::uuid`,
      to === null ? sql`` : sql`and e.event_id < ${timeRange(to)[0]}::uuid`,
      kinds === null ? sql`` : sql`and e.kind = any(${arrayOf(kinds)}::channel_event_kind[])`,
    ],
    sql` `,
  );
}

const order = 'CHANNEL_EVENTS';

/** The place of an event in the list of its channel. */
export const channelEventCursor = ({ eventId }: ChannelEventRow): string => encodeCursor([order, eventId]);

const placeOf = (cursor: string): SQL => sql`${decodeCursor(cursor, order, ['uuid'])[0]}::uuid`;
