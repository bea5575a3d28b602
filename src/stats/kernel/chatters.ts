import { setImmediate } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { fence } from '../../db/fence.ts';
import { isCounted, packedChattersOf, packedColumns } from '../../db/packed-chatters.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';
import { dayMs, quarterMs, toDay, toIso } from '../../shared/instant.ts';
import { msOf } from './local-time.ts';
import { ChatterNumbers, type PackedChatters, quartersOfDay } from './packed-chatters.ts';
import { read } from './read.ts';
import { cutAt, type Span, type StatsScope, widen } from './scope.ts';

/** What is told of chatters: how many they are, where that is enough; who they are; also how Twitch marked their messages. */
type Telling = 'count' | 'ids' | 'marks';

/** Chatters of days that are read together, each once for each day, at most: 100 MB on their way. */
const chattersMax = 10_000_000;

type PieceRow = PackedChatters & {
  /** The start of its UTC day. */
  readonly day: number;
  readonly until: number;
  /** Whether it is a row of `chatter_days`, which may have more than was asked for. */
  readonly isMade: boolean;
  /** Whether it lacks what was asked for, since there is too much of it. */
  readonly isTooMuch: boolean;
};

/**
 * The chatters of a scope in stretches of UTC days: from `chatter_days`, by its primary key, and what is not there from the messages,
 * by posts_created, packed in the same way. `cut`: the days of which quarter-hours are told, joined by commas, or 'all'.
 */
const readPieces = read(
  (scope, telling: Telling, cut: string) => {
    if (scope.span === null) return null;
    const { streamId, keepsMinutes } = scope;
    const { whole, ragged } = piecesOf(scope, scope.span, telling);
    const { from, to } = whole ?? { from: 0, to: 0 };
    const made = sql`select k.day, k.until, sum(k.chatters) over () as total, ${sql.raw(packedColumns.map((name) => `k.${name}`).join(', '))}
      from chatter_days k where k.stream_id = ${streamId} and k.day >= ${toDay(from)}::date
        and k.day <= ${toDay(Math.max(from, to - 1))}::date and k.chatters is not null and ${keepsMinutes && whole !== null}`;
    const rest = sql`select d.day, greatest(d.from_at, k.until) as from_at, d.to_at
      from (select (start at time zone 'UTC')::date as day, greatest(start, ${toIso(from)}::timestamptz) as from_at,
          least(start + interval '24 hours', ${toIso(to)}::timestamptz) as to_at
        from generate_series(${toIso(from - (from % dayMs))}::timestamptz, ${toIso(to - 1)}::timestamptz, interval '24 hours') as start) d
      left join made k on k.day = d.day
      where greatest(d.from_at, k.until) < d.to_at
      union all
      select * from unnest(${arrayOf(ragged.map((end) => toDay(end.from)))}::text[]::date[],
        ${arrayOf(ragged.map((end) => toIso(end.from)))}::text[]::timestamptz[],
        ${arrayOf(ragged.map((end) => toIso(end.to)))}::text[]::timestamptz[]) as ends (day, from_at, to_at)`;
    const messages = sql`select p.stream_id, rest.day, rest.to_at as until, p.author_id, p.created_at, p.is_first, p.is_returning
      from rest cross join lateral (
        select p.stream_id, p.author_id, p.created_at, p.is_first, p.is_returning, ${fence} from posts p
        where p.stream_id = ${streamId} and ${sql.raw(isCounted)} and p.created_at >= rest.from_at and p.created_at < rest.to_at) p`;
    const isCut =
      cut === 'all'
        ? sql`true`
        : sql`day = any(${arrayOf(cut === '' ? [] : cut.split(','))}::text[]::date[])`;
    // Of a whole day it is enough to know how many they are.
    const isEnough =
      telling === 'count'
        ? sql`not (${isCut}) and until = (day + 1)::timestamp at time zone 'UTC'`
        : sql`false`;
    return sql`with made as materialized (${made}), rest as materialized (${rest})
      ${columnsOf(sql`made`, { isMade: true, isEnough, isCut, telling })} union all
      ${columnsOf(sql`(select *, 0 as total from (${packed(messages)}) p) p`, { isMade: false, isEnough: sql`false`, isCut, telling })}`;
  },
  (rows: readonly PieceRow[]) => rows,
);

type Told = {
  readonly isMade: boolean;
  readonly isEnough: SQL;
  readonly isCut: SQL;
  readonly telling: Telling;
};

function columnsOf(rows: SQL, { isMade, isEnough, isCut, telling }: Told): SQL {
  const isFew = sql`(total <= ${chattersMax})`;
  const only = (name: string, where: SQL, value: SQL) =>
    sql`case when ${where} and ${isFew} then ${value} end as ${sql.identifier(name)}`;
  const bytes = (name: string, where: SQL) =>
    only(name, where, sql`encode(${sql.identifier(name)}, 'base64')`);
  const isTold = sql`not (${isEnough})`;
  const columns = [
    bytes('ids', isTold),
    only('names', isTold, sql`array_to_json(names)`),
    bytes('counts', isCut),
    bytes('quarters', isCut),
    bytes('marks', sql`${telling === 'marks'}::boolean`),
  ];
  return sql`select ${msOf(sql`day::timestamp at time zone 'UTC'`)} as day, ${msOf(sql`until`)} as until, ${isMade}::boolean as "isMade",
    ${isTold} and not ${isFew} as "isTooMuch", chatters, ${sql.join(columns, sql`, `)} from ${rows}`;
}

/** `packedChattersOf` with rows that have parameters. */
function packed(rows: SQL): SQL {
  const [before = '', after = ''] = packedChattersOf('$rows').split('$rows');
  return sql`${sql.raw(before)}${rows}${sql.raw(after)}`;
}

/**
 * A span as what rows of days tell, whole quarter-hours, and what is left at its ends, cut where UTC days begin. Marks are told of
 * whole days only.
 */
function piecesOf(
  scope: StatsScope,
  span: Span,
  telling: Telling,
): { readonly whole: Span | null; readonly ragged: readonly Span[] } {
  const step = telling === 'marks' ? dayMs : quarterMs;
  const floor = (at: number) => Math.floor(at / step) * step;
  const ceil = (at: number) => Math.ceil(at / step) * step;
  const { whole, ragged } = cutAt(widen(span, scope.range, floor, ceil), ceil, floor);
  return { whole, ragged: ragged.flatMap(cutByDay) };
}

function cutByDay({ from, to }: Span): readonly Span[] {
  const parts: Span[] = [];
  for (let at = from; at < to; at = parts.at(-1)?.to ?? to) {
    parts.push({ from: at, to: Math.min(to, at - (at % dayMs) + dayMs) });
  }
  return parts;
}

/** Chatters of a stretch of a UTC day. */
export class Piece {
  readonly #row: PackedChatters;
  /** The start of the day. */
  readonly day: number;
  /** Of each chatter the number; null when it is not told who they are. */
  readonly numbers: Int32Array | null;
  /** The sum of the `chatterBits` of each chatter, a byte each; null when they were not asked for. */
  readonly marks: Buffer | null;
  /** Of the day's quarter-hours those that count: from the first on, before the second. */
  readonly #counting: Span;

  constructor(row: PieceRow, whole: Span | null, numbers: ChatterNumbers) {
    this.#row = row;
    this.day = row.day;
    const ids = toBytes(row.ids);
    this.numbers = ids && numbers.of(row, ids);
    this.marks = toBytes(row.marks);
    const all = { from: 0, to: quartersOfDay };
    const within = whole ?? { from: 0, to: 0 };
    this.#counting = row.isMade
      ? {
          from: Math.max(all.from, (within.from - row.day) / quarterMs),
          to: Math.min(all.to, (within.to - row.day) / quarterMs),
        }
      : all;
  }

  /** How many chatters there are. */
  get chatters(): number {
    return this.#row.chatters;
  }

  /**
   * Calls `note` for each chatter and key: once for all quarter-hours in a row with the same key. `keys`: that of each quarter-hour of
   * the day, less than 0 where none counts.
   */
  each(keys: Int32Array, note: (number: number, key: number) => void): void {
    const { from, to } = this.#counting;
    const [counts, quarters] = [toBytes(this.#row.counts), toBytes(this.#row.quarters)];
    const numbers = this.numbers ?? new Int32Array(0);
    if (counts === null || quarters === null) {
      const key = keys[from] ?? -1;
      if (key >= 0) for (const number of numbers) note(number, key);
      return;
    }
    const counting = keys.map((key, quarter) => (quarter >= from && quarter < to ? key : -1));
    let next = 0;
    for (let at = 0; at < numbers.length; at += 1) {
      const [number, end] = [numbers[at] ?? 0, next + (counts[at] ?? 0)];
      for (let last = -1; next < end; next += 1) {
        const key = counting[quarters[next] ?? 0] ?? -1;
        if (key !== last && key >= 0) note(number, key);
        last = key;
      }
    }
  }
}

const toBytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'base64'));

type Asked = {
  readonly telling: Telling;
  /** Instants that matter: quarter-hours are told of days within which one lies. 'all': of all days. */
  readonly bounds: readonly number[] | 'all';
  /** Who has which number; default: nobody has one yet. */
  readonly numbers?: ChatterNumbers;
};

/** After how many milliseconds of work others have their turn. */
const turnMs = 10;

/**
 * The chatters of a scope in stretches of UTC days, in order of time; each is in one of them or in several. QUERY_TOO_COMPLEX when they are too
 * many.
 */
export async function* chattersOf(
  db: Database,
  scope: StatsScope,
  { telling, bounds, numbers = new ChatterNumbers() }: Asked,
): AsyncGenerator<Piece> {
  if (scope.span === null) return;
  const { whole } = piecesOf(scope, scope.span, telling);
  const cuts = bounds === 'all' ? bounds : [...bounds, ...(whole === null ? [] : [whole.from, whole.to])];
  const rows = await readPieces(db, scope, telling, cuts === 'all' ? cuts : daysWithin(cuts).join());
  if (rows.some(({ isTooMuch }) => isTooMuch)) {
    throw new QueryTooComplexError(
      `Too many chatters: more than ${chattersMax} of all days together; give a shorter range`,
    );
  }
  const endOf = ({ isMade, until }: PieceRow) =>
    isMade && whole !== null ? Math.min(until, whole.to) : until;
  let begun = performance.now();
  for (const row of [...rows].sort((a, b) => endOf(a) - endOf(b))) {
    yield new Piece(row, whole, numbers);
    if (performance.now() - begun < turnMs) continue;
    await setImmediate();
    begun = performance.now();
  }
}

/** The UTC days within which an instant lies, not at their start. */
const daysWithin = (instants: readonly number[]): readonly string[] =>
  [...new Set(instants.filter((at) => at % dayMs !== 0).map((at) => Math.floor(at / dayMs)))].map((day) =>
    toDay(day * dayMs),
  );
