import { type SQL, sql } from 'drizzle-orm';
import { type CursorField, decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import type { PageRequest } from '../../shared/page.ts';
import type { StreamRow } from './query.ts';

/** The orders of a list of streams, with their descriptions in the API. */
export const streamOrders = {
  ADDED: { description: 'The stream that was added first comes first.' },
  UPDATED: {
    description:
      'The newest `freshness.fetchedAt` comes first; streams that were never fetched or imported come last.',
  },
  TITLE: { description: 'By title, without case, in the order of Unicode code points.' },
} as const;
export type StreamOrder = keyof typeof streamOrders;

type Sorting = {
  readonly descending: boolean;
  /** The sort key of a stream `s`. Ties are in the order of ids. */
  readonly key: SQL;
  /** The sort key of a stream that was read, for its cursor. */
  readonly keyOf: (stream: StreamRow) => string;
  readonly field: CursorField;
  /** Returns the SQL of a key that a cursor gives. */
  readonly toKey: (value: string | number | undefined) => SQL;
};

/** Replaces a missing time: before all others. */
const never = '0001-01-01T00:00:00.000Z';

const sortings: Readonly<Record<StreamOrder, Sorting>> = {
  ADDED: {
    descending: false,
    key: sql`s.created_at`,
    keyOf: (stream) => stream.createdAt.toISOString(),
    field: 'instant',
    toKey: (value) => sql`${value}::timestamptz`,
  },
  UPDATED: {
    descending: true,
    // To the millisecond, as cursors have it.
    key: sql`date_trunc('milliseconds', coalesce(s.fetched_at, ${never}::timestamptz))`,
    keyOf: (stream) => stream.fetchedAt?.toISOString() ?? never,
    field: 'instant',
    toKey: (value) => sql`${value}::timestamptz`,
  },
  TITLE: {
    descending: false,
    key: sql`lower(s.title) collate "C"`,
    keyOf: (stream) => stream.title,
    field: 'text',
    toKey: (value) => sql`lower(${value}::text) collate "C"`,
  },
};

/** Returns the cursor of a stream in an order. */
export const streamCursor =
  (order: StreamOrder) =>
  (stream: StreamRow): string =>
    encodeCursor([order, sortings[order].keyOf(stream), stream.streamId]);

/** Limits streams `s` to those between the cursors of a page. There are few streams: sorting them is cheap. */
export function isWithin(order: StreamOrder, { after, before }: PageRequest): SQL {
  const { descending, key, field, toKey } = sortings[order];
  const beside = (cursor: string, later: boolean) => {
    const [value, streamId] = decodeCursor(cursor, order, [field, 'int']);
    return sql`(${key}, s.stream_id) ${later !== descending ? sql`>` : sql`<`} (${toKey(value)}, ${streamId}::int)`;
  };
  const parts = [sql`true`];
  if (after !== null) parts.push(beside(after, true));
  if (before !== null) parts.push(beside(before, false));
  return sql.join(parts, sql` and `);
}

/** Returns the order and the limit of a page, with one row more. */
export function sorted(order: StreamOrder, { backwards, limit }: PageRequest): SQL {
  const { descending, key } = sortings[order];
  const direction = backwards !== descending ? sql`desc` : sql`asc`;
  return sql`order by ${key} ${direction}, s.stream_id ${direction} limit ${limit + 1}`;
}
