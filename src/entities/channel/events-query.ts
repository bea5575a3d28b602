import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { withDates } from '../../db/with-dates.ts';
import { type TimelineKind, timelineKinds } from '../../shared/channel-event.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import type { PageRequest } from '../../shared/page.ts';
import { timeRange } from '../../shared/post-key.ts';
import type { Range } from '../../shared/range.ts';

/** An event of a channel's timeline as it is read. */
export type ChannelEventRow = {
  readonly streamId: number;
  readonly eventId: string;
  readonly at: Date;
  readonly kind: TimelineKind;
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly amount: number | null;
  readonly text: string | null;
};

/** The events of a channel to read. */
export type EventFilter = {
  /** Null: events of every kind. */
  readonly kinds: readonly TimelineKind[] | null;
  readonly range: Range;
};

/**
 * Returns this page of each channel's timeline, newest first, in one statement. For each channel it reads a range of
 * the primary key of its events, and a range of posts_bits.
 */
export async function listChannelEvents(
  db: Database,
  streamIds: readonly number[],
  filter: EventFilter,
  { after, before, backwards, limit }: PageRequest,
): Promise<readonly ChannelEventRow[]> {
  const direction = backwards ? sql`asc` : sql`desc`;
  const ofPage = (key: SQL) => sql`
    ${after === null ? sql`` : sql`and ${key} < ${placeOf(after)}`}
    ${before === null ? sql`` : sql`and ${key} > ${placeOf(before)}`}
    order by ${key} ${direction} limit ${limit + 1}`;
  const { events, cheers } = askedFor(filter);
  const [ofEvents, ofCheers] = [sql`e.event_id`, sql`p.post_id`];
  const partsOf = (streamId: number) => [
    ...(events === null
      ? []
      : [
          sql`(select e.stream_id, e.event_id, e.at, e.kind::text, e.handle, e.display_name, e.amount, e.text from channel_events e
            where e.stream_id = ${streamId} ${events} ${within(ofEvents, filter)} ${ofPage(ofEvents)})`,
        ]),
    ...(cheers
      ? [
          sql`(select p.stream_id, p.post_id, p.created_at, 'BITS', a.handle, a.display_name, p.bits, p.text from (
              select p.stream_id, p.post_id, p.created_at, p.author_id, p.bits, p.text from posts p
              where p.stream_id = ${streamId} and p.bits > 0 ${within(ofCheers, filter)} ${ofPage(ofCheers)}) p
            left join authors a on a.stream_id = ${streamId} and a.author_id = p.author_id)`,
        ]
      : []),
  ];
  const pages = streamIds.map(partsOf).filter((parts) => parts.length > 0);
  if (pages.length === 0) return [];
  const pageOf = (parts: readonly SQL[]) => sql`(
      select * from (${sql.join([...parts], sql` union all `)}) as each (stream_id, event_id, at, kind, handle, display_name, amount, text)
      order by event_id ${direction} limit ${limit + 1})`;
  const rows = await db.rows<Record<string, unknown>>(sql`
    select e.stream_id as "streamId", e.event_id as "eventId", e.at, e.kind, e.handle, e.display_name as "displayName",
      e.amount, e.text
    from (${sql.join(pages.map(pageOf), sql` union all `)}) e
    order by e.event_id ${direction}`);
  return withDates(rows, ['at']);
}

/** How many events of a kind a channel has. */
export type EventCount = {
  readonly streamId: number;
  readonly kind: TimelineKind;
  readonly count: number;
  /** The sum of their amounts; null when no event has one. */
  readonly amount: number | null;
};

/**
 * Counts the events of each channel by kind, most first. For each channel it reads a range of the primary key, and an
 * index-only range of posts_bits.
 */
export async function countChannelEvents(
  db: Database,
  streamIds: readonly number[],
  filter: EventFilter,
): Promise<readonly EventCount[]> {
  const { events, cheers } = askedFor(filter);
  const ids = sql`any(${arrayOf(streamIds)}::int[])`;
  const parts = [
    ...(events === null
      ? []
      : [
          sql`select e.stream_id, e.kind::text, count(*), sum(e.amount) from channel_events e
            where e.stream_id = ${ids} ${events} ${within(sql`e.event_id`, filter)} group by 1, 2`,
        ]),
    ...(cheers
      ? [
          sql`select p.stream_id, 'BITS', count(*), sum(p.bits) from posts p
            where p.stream_id = ${ids} and p.bits > 0 ${within(sql`p.post_id`, filter)} group by 1`,
        ]
      : []),
  ];
  if (parts.length === 0) return [];
  const rows = await db.rows<EventCount>(sql`
    select stream_id as "streamId", kind, count::float8 as count, amount::float8 as amount
    from (${sql.join(parts, sql` union all `)}) as each (stream_id, kind, count, amount)`);
  return rows.toSorted((a, b) => b.count - a.count || order.indexOf(a.kind) - order.indexOf(b.kind));
}

const order = Object.keys(timelineKinds);

/** Returns the condition on events `e` of a filter, null when it asks for none, and whether it asks for cheers. */
function askedFor({ kinds }: EventFilter): { readonly events: SQL | null; readonly cheers: boolean } {
  if (kinds === null) return { events: sql``, cheers: true };
  const others = kinds.filter((kind) => kind !== 'BITS');
  return {
    events: others.length === 0 ? null : sql`and e.kind = any(${arrayOf(others)}::channel_event_kind[])`,
    cheers: kinds.includes('BITS'),
  };
}

/** Limits keys to the range: they begin with the time of the event. */
const within = (key: SQL, { range: { from, to } }: EventFilter): SQL => sql`
  ${from === null ? sql`` : sql`and ${key} >= ${timeRange(from)[0]}::uuid`}
  ${to === null ? sql`` : sql`and ${key} < ${timeRange(to)[0]}::uuid`}`;

const orderOfList = 'CHANNEL_EVENTS';

/** Returns the cursor of an event in the list of its channel. */
export const channelEventCursor = ({ eventId }: ChannelEventRow): string =>
  encodeCursor([orderOfList, eventId]);

const placeOf = (cursor: string): SQL => sql`${decodeCursor(cursor, orderOfList, ['uuid'])[0]}::uuid`;
