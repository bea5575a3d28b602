import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { packedColumn } from '../../db/packed-months.ts';
import { dayMs, quarterMs, toDay } from '../../shared/instant.ts';
import { ceilMonth, floorMonth } from '../../shared/month.ts';
import { type OffsetSpan, offsetSpans } from '../../shared/zone.ts';
import type { Span, StatsScope } from './scope.ts';
import { attached } from '../../shared/attached.ts';

/**
 * The starts of the UTC months that may be read from `activity_months`: the scope has all of their quarter-hours, each
 * at one local time. A clock change within a quarter-hour excludes its month.
 */
export const wholeMonthsOf = (scope: StatsScope): readonly number[] => attached(scope, findWholeMonths);

function findWholeMonths({ span, range, zone }: StatsScope): readonly number[] {
  if (span === null) return [];
  const [before, after] = [floorMonth(span.from), ceilMonth(span.to)];
  // There are no posts before the span's first month or after its last.
  const from = range.from === null || range.from <= before ? before : ceilMonth(span.from);
  const to = range.to === null || range.to >= after ? after : floorMonth(span.to);
  if (from >= to) return [];
  const ragged = new Set(
    offsetSpans(zone, from, to)
      .filter(({ since }) => Number.isFinite(since) && since % quarterMs !== 0)
      .map(({ since }) => floorMonth(since)),
  );
  const months: number[] = [];
  for (let month = from; month < to; month = ceilMonth(month + 1)) {
    if (!ragged.has(month)) months.push(month);
  }
  return months;
}

/** Merges consecutive months into spans. */
function runsOf(months: readonly number[]): readonly Span[] {
  const runs = runsOfMonths.get(months) ?? findRuns(months);
  runsOfMonths.set(months, runs);
  return runs;
}

/** Several parts of statements ask for those of one scope. */
const runsOfMonths = new WeakMap<readonly number[], readonly Span[]>();

function findRuns(months: readonly number[]): readonly Span[] {
  const runs: { from: number; to: number }[] = [];
  for (const month of months) {
    const last = runs.at(-1);
    const end = ceilMonth(month + 1);
    if (last?.to === month) last.to = end;
    else runs.push({ from: month, to: end });
  }
  return runs;
}

/** Splits a span into whole months and the rest. */
export function cutByMonths(
  span: Span,
  months: readonly number[],
): { readonly inside: readonly Span[]; readonly outside: readonly Span[] } {
  if (months.length === 0) return { inside: [], outside: [span] };
  const inside = runsOf(months);
  const outside: Span[] = [];
  let { from } = span;
  for (const run of inside) {
    if (from < run.from) outside.push({ from, to: run.from });
    from = run.to;
  }
  if (from < span.to) outside.push({ from, to: span.to });
  return { inside, outside };
}

/** Months as one parameter. A statement names the same months in several places. */
export const monthList = (months: readonly number[]): SQL => attached(months, toList);

const toList = (months: readonly number[]): SQL => sql`${arrayOf(months.map(toDay))}::text[]::date[]`;

/** Rows `k` of `activity_months`: points of its primary key (stream_id, month). */
export const packedIn = ({ streamId }: StatsScope, months: readonly number[]): SQL =>
  sql`activity_months k where k.stream_id = ${streamId} and k.month = any(${monthList(months)})`;

/** Which of these months have no packed row, as their start and end instants. */
export const unpackedOf = ({ streamId }: StatsScope, months: readonly number[]): SQL =>
  sql`(select m.month::timestamp at time zone 'UTC' as from_at, (m.month + interval '1 month') at time zone 'UTC' as to_at
    from unnest(${monthList(months)}) as m (month)
    where not exists (select from activity_months k where k.stream_id = ${streamId} and k.month = m.month))`;

/**
 * The columns of the single row `PackedRow`, for quarter-hour figures of some columns of `activity`. `among`: the
 * columns of all statements that run together; this one has nulls for the others. Bytes are sent as base64: the hex of
 * Postgres is half as long again, and Node decodes it in twice the time.
 */
export function packedSelect(columns: readonly string[], among: readonly string[] = columns): SQL {
  const lists = ['at', ...among].map((column) => {
    const name = sql.identifier(packedColumn(column));
    const isRead = column === 'at' || columns.includes(column);
    return sql`${isRead ? sql`encode(string_agg(k.${name}, ''::bytea order by k.month), 'base64')` : sql`null::text`} as ${name}`;
  });
  return sql`json_agg(k.month order by k.month) as months, json_agg(k.quarters order by k.month) as quarters,
    ${sql.join(lists, sql`, `)}`;
}

/**
 * Result of `packedSelect`: months in order, and the bytes of each packed column under its name, as base64; nulls without
 * months.
 */
export type PackedRow = {
  readonly months: readonly string[] | null;
  readonly quarters: readonly number[] | null;
};

/** Keys of quarter-hours, from 0 to `length` - 1. */
export type Keys = { readonly length: number; readonly of: Int32Array };

/** A figure's sum for each key, and whether any value is known. */
export type SumsByKey = { readonly sums: Float64Array; readonly known: Uint8Array };

/** The quarter-hours of whole months, packed by `packedMonthsOf`. */
export class PackedMonths {
  readonly #months: readonly Month[];
  readonly #row: PackedRow;
  readonly #quarters: number;
  readonly #decoded = new Map<string, readonly List[]>();
  readonly #local = new Map<string, Int32Array>();

  constructor(row: PackedRow) {
    const { months, quarters } = row;
    this.#row = row;
    this.#months = (months ?? []).map((month, at) => ({
      start: Date.parse(month),
      quarters: quarters?.[at] ?? 0,
    }));
    this.#quarters = this.#months.reduce((sum, month) => sum + month.quarters, 0);
  }

  get isEmpty(): boolean {
    return this.#quarters === 0;
  }

  /** The zone's local time at the start of each quarter-hour, in quarter-hours since 1970. */
  localQuarters(zone: string): Int32Array {
    const local = this.#local.get(zone) ?? this.#findLocal(zone);
    this.#local.set(zone, local);
    return local;
  }

  #findLocal(zone: string): Int32Array {
    const local = new Int32Array(this.#quarters);
    const [first, last] = [this.#months[0], this.#months.at(-1)];
    if (first === undefined || last === undefined) return local;
    const spans = offsetSpans(zone, first.start, ceilMonth(last.start + 1));
    const places = new Float64Array(quartersMax);
    let nth = 0;
    let { until, ahead } = inQuarters(spans[nth]);
    for (const list of this.#lists('at')) {
      unpack(list, places);
      const { month, row } = list;
      const base = month.start / quarterMs;
      for (let at = 0; at < month.quarters; at += 1) {
        const quarter = base + (places[at] ?? 0);
        while (until <= quarter) {
          nth += 1;
          ({ until, ahead } = inQuarters(spans[nth]));
        }
        local[row + at] = quarter + ahead;
      }
    }
    return local;
  }

  /** Sums a column of `activity` by key. */
  sumBy({ length, of }: Keys, column: string): SumsByKey {
    const [sums, known] = [new Float64Array(length), new Uint8Array(length)];
    const values = new Float64Array(quartersMax);
    for (const list of this.#lists(column)) {
      if (list.width === 0) continue;
      unpack(list, values);
      const [{ quarters }, row, unknown] = [list.month, list.row, unknownOf(list.width)];
      // Consecutive quarter-hours usually share a key: they are summed before the key's sum is updated.
      let key = of[row] ?? 0;
      let sum = 0;
      for (let at = 0; at < quarters; at += 1) {
        const value = values[at] ?? 0;
        if (value === unknown) continue;
        const next = of[row + at] ?? 0;
        if (next !== key) {
          sums[key] = (sums[key] ?? 0) + sum;
          key = next;
          sum = 0;
        }
        known[key] = 1;
        sum += value;
      }
      sums[key] = (sums[key] ?? 0) + sum;
    }
    return { sums, known };
  }

  /** A column's figure for each quarter-hour; 0 when unknown. */
  valuesOf(column: string): Float64Array {
    const values = new Float64Array(this.#quarters);
    for (const list of this.#lists(column)) {
      const own = values.subarray(list.row, list.row + list.month.quarters);
      unpack(list, own);
      const unknown = unknownOf(list.width);
      for (let at = 0; at < own.length; at += 1) if (own[at] === unknown) own[at] = 0;
    }
    return values;
  }

  /** The position of each month's list of a column, and the index of its first quarter-hour. */
  #lists(column: string): readonly List[] {
    const lists = this.#decoded.get(column) ?? this.#decode(column);
    this.#decoded.set(column, lists);
    return lists;
  }

  #decode(column: string): readonly List[] {
    const text = (this.#row as PackedRow & Readonly<Record<string, string | null>>)[packedColumn(column)]; // safe: see its type
    if (text === null || text === undefined) return [];
    const bytes = Buffer.from(text, 'base64');
    let [offset, row] = [0, 0];
    return this.#months.map((month) => {
      const width = bytes[offset] ?? 0;
      const list = { month, row, bytes, offset: offset + 1, width };
      offset += 1 + width * month.quarters;
      row += month.quarters;
      return list;
    });
  }
}

type Month = { readonly start: number; readonly quarters: number };
type List = {
  readonly month: Month;
  readonly row: number;
  readonly bytes: Buffer;
  readonly offset: number;
  readonly width: number;
};

/** Most quarter-hours in a month. */
const quartersMax = (31 * dayMs) / quarterMs;

/** The number that stands for null in each width. */
const unknownOf = (width: number): number => -(2 ** (8 * width - 1));

/** A span's end, and its clocks' offset, in quarter-hours: clocks in these months change at quarter-hours only. */
const inQuarters = (span: OffsetSpan | undefined) => ({
  until: (span?.to ?? Number.POSITIVE_INFINITY) / quarterMs,
  ahead: (span?.offsetMs ?? 0) / quarterMs,
});

/** Reads a list of numbers, with a loop for each width: Buffer's own methods check their arguments each time. */
function unpack({ month: { quarters }, bytes, offset, width }: List, into: Float64Array): void {
  const byte = (at: number) => bytes[at] ?? 0;
  let from = offset;
  if (width === 0) into.fill(0, 0, quarters);
  else if (width === 1) {
    for (let at = 0; at < quarters; at += 1, from += 1) into[at] = (byte(from) << 24) >> 24;
  } else if (width === 2) {
    for (let at = 0; at < quarters; at += 1, from += 2) {
      into[at] = ((byte(from) << 24) | (byte(from + 1) << 16)) >> 16;
    }
  } else if (width === 4) {
    for (let at = 0; at < quarters; at += 1, from += 4) {
      into[at] = (byte(from) << 24) | (byte(from + 1) << 16) | (byte(from + 2) << 8) | byte(from + 3);
    }
  } else {
    for (let at = 0; at < quarters; at += 1, from += 8) into[at] = Number(bytes.readBigInt64BE(from));
  }
}
