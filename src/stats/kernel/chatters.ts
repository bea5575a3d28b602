import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { fence } from '../../db/fence.ts';
import { isCounted, packedChattersOf, packedColumns } from '../../db/packed-chatters.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';
import { dayMs, quarterMs, toDay } from '../../shared/instant.ts';
import { countHourUnknown } from './activity.ts';
import { madeAndRest } from './chatter-days.ts';
import { everyQuarter, Piece, readRow, TimeSlice } from './chatter-parts.ts';
import { msOf } from './local-time.ts';
import { type PackedChatters, quartersOfDay } from './packed-chatters.ts';
import { read } from './read.ts';
import { ceilQuarter, cutAt, floorQuarter, type Pieces, type Span, type StatsScope, widen } from './scope.ts';

/**
 * How much to read: the number of chatters when that suffices; their ids; or also how Twitch marked their messages, or how many there
 * are.
 */
type Detail = 'count' | 'ids' | 'marks' | 'posts';

/** Chatters of days that are read together, each once for each day, at most: 100 MB on their way. */
export const chattersMax = 10_000_000;

/** Refuses chatters of whom there are too many. */
export function refuseMany(chatters: number): void {
  if (chatters <= chattersMax) return;
  throw new QueryTooComplexError(
    `Too many chatters: more than ${chattersMax} of all days together; give a shorter range`,
  );
}

type PieceRow = PackedChatters & {
  /** The start of its UTC day. */
  readonly day: number;
  readonly until: number;
  /** Whether it is a row of `chatter_days`, which may contain more than requested. */
  readonly isMade: boolean;
  /** Whether requested data is missing because there is too much of it. */
  readonly isTooMuch: boolean;
};

/**
 * The chatters of a scope in pieces of UTC days: from `chatter_days`, by its primary key, and for the rest from the
 * messages, by posts_created, packed in the same way. `cut`: the days whose quarter-hours are needed, joined by commas,
 * or 'all'.
 */
const readPieces = read(
  (scope, detail: Detail, cut: string) => {
    if (scope.span === null) return null;
    const { streamId } = scope;
    const columns = packedColumns.map((name) => `k.${name}`).join(', ');
    const days = madeAndRest(
      scope,
      piecesOf(scope, scope.span),
      sql`sum(k.chatters) over () as total, ${sql.raw(columns)}`,
    );
    const messages = sql`select rest.day, rest.to_at as until, p.author_id, p.created_at, p.is_first, p.is_returning
      from rest cross join lateral (
        select p.author_id, p.created_at, p.is_first, p.is_returning, ${fence} from posts p
        where p.stream_id = ${streamId} and ${sql.raw(isCounted)} and p.created_at >= rest.from_at and p.created_at < rest.to_at) p`;
    const isCut =
      cut === 'all'
        ? sql`true`
        : sql`day = any(${arrayOf(cut === '' ? [] : cut.split(','))}::text[]::date[])`;
    // For a whole day the number suffices.
    const isEnough =
      detail === 'count'
        ? sql`not (${isCut}) and until = (day + 1)::timestamp at time zone 'UTC'`
        : sql`false`;
    return sql`with ${days}
      ${columnsOf(sql`made`, { isMade: true, isEnough, isCut, detail })} union all
      ${columnsOf(sql`(select *, 0 as total from (${packed(messages)}) p) p`, { isMade: false, isEnough: sql`false`, isCut, detail })}`;
  },
  (rows: readonly PieceRow[]) => rows,
);

type ColumnsOptions = {
  readonly isMade: boolean;
  readonly isEnough: SQL;
  readonly isCut: SQL;
  readonly detail: Detail;
};

function columnsOf(rows: SQL, { isMade, isEnough, isCut, detail }: ColumnsOptions): SQL {
  const isFew = sql`(total <= ${chattersMax})`;
  const only = (name: string, where: SQL, value: SQL) =>
    sql`case when ${where} and ${isFew} then ${value} end as ${sql.identifier(name)}`;
  const bytes = (name: string, where: SQL) =>
    only(name, where, sql`encode(${sql.identifier(name)}, 'base64')`);
  const isAsked = sql`not (${isEnough})`;
  const values = (name: string, prefix: string, where: SQL) =>
    detail === 'marks' || detail === 'posts'
      ? sql`case when ${where} and ${isFew} then encode(${sql.identifier(`${prefix}${detail}`)}, 'base64') end as ${sql.identifier(name)}`
      : sql`null::text as ${sql.identifier(name)}`;
  const columns = [
    bytes('ids', isAsked),
    only('names', isAsked, sql`array_to_json(names)`),
    bytes('counts', isCut),
    bytes('quarters', isCut),
    values('values', '', sql`not (${isCut})`),
    values('quarter_values', 'quarter_', isCut),
  ];
  return sql`select ${msOf(sql`day::timestamp at time zone 'UTC'`)} as day, ${msOf(sql`until`)} as until, ${isMade}::boolean as "isMade",
    ${isAsked} and not ${isFew} as "isTooMuch", chatters, ${sql.join(columns, sql`, `)} from ${rows}`;
}

/** `packedChattersOf` for rows with parameters. */
function packed(rows: SQL): SQL {
  const [before = '', after = ''] = packedChattersOf('$rows', ['day', 'until']).split('$rows');
  return sql`${sql.raw(before)}${rows}${sql.raw(after)}`;
}

/** Whether the rows of `chatter_days` can have all messages of a scope. Messages of which only the day is known are in none of them. */
export const daysAreComplete = async (db: Database, scope: StatsScope): Promise<boolean> =>
  scope.keepsMinutes && (scope.days === null || (await countHourUnknown(db, scope)) === 0);

/** Cuts a span into whole quarter-hours, which rows of `chatter_days` have, and the rest at its ends. */
export const piecesOf = (scope: StatsScope, span: Span): Pieces =>
  cutAt(widen(span, scope.range, floorQuarter, ceilQuarter), ceilQuarter, floorQuarter);

type Asked = {
  readonly detail: Detail;
  /** Instants at which results are split; quarter-hours are read for days that contain one. 'all': for every day. */
  readonly bounds: readonly number[] | 'all';
  /** Returns the key of each quarter-hour of a day, less than 0 where none counts; called for days in order of time. Default: 0 for each. */
  readonly keysOf?: (day: number) => Int32Array;
};

/**
 * The chatters of a scope in pieces of UTC days, in order of time; a chatter may be in several. QUERY_TOO_COMPLEX when
 * there are too many.
 */
export async function listPieces(
  db: Database,
  scope: StatsScope,
  { detail, bounds, keysOf = () => everyQuarter }: Asked,
): Promise<readonly Piece[]> {
  if (scope.span === null) return [];
  const { whole } = piecesOf(scope, scope.span);
  const cuts = bounds === 'all' ? bounds : [...bounds, ...(whole === null ? [] : [whole.from, whole.to])];
  const rows = await readPieces(db, scope, detail, cuts === 'all' ? cuts : daysWithin(cuts).join());
  if (rows.some(({ isTooMuch }) => isTooMuch)) refuseMany(Number.POSITIVE_INFINITY);
  const endOf = ({ isMade, until }: PieceRow) =>
    isMade && whole !== null ? Math.min(until, whole.to) : until;
  const pieces: Piece[] = [];
  const slice = new TimeSlice();
  for (const row of rows.toSorted((a, b) => endOf(a) - endOf(b))) {
    await slice.yieldSlice();
    const keys = keysOf(row.day);
    if (!row.isMade || whole === null) pieces.push(new Piece(readRow(row, detail === 'posts'), keys));
    else {
      const quarterOf = (at: number) => Math.min(Math.max((at - row.day) / quarterMs, 0), quartersOfDay);
      const [from, to] = [quarterOf(whole.from), quarterOf(whole.to)];
      const counting = keys.map((key, quarter) => (quarter >= from && quarter < to ? key : -1));
      pieces.push(new Piece(readRow(row, detail === 'posts'), counting, from));
    }
  }
  return pieces;
}

/** The UTC days that contain one of these instants after their start. */
export const daysWithin = (instants: readonly number[]): readonly string[] =>
  [...new Set(instants.filter((at) => at % dayMs !== 0).map((at) => Math.floor(at / dayMs)))].map((day) =>
    toDay(day * dayMs),
  );
