import type { Database } from '../../db/client.ts';
import { exposureOf, rankByBurst, toTrend, type Trend } from './compute.ts';
import type { Stretch } from './profile.ts';
import { pastOf, readWindow, sameHoursOf, type Wanted, type WindowRow } from './query.ts';
import type { TrendScope } from './uses.ts';

export type TrendOrder = 'COUNT' | 'BURST';

/** The first terms of a window, in order. */
export type Ranking = {
  /** Distinct terms in the window. */
  readonly total: number;
  readonly trends: readonly Trend[];
};

/** The candidates of a ranking by burst: the terms that stand out most by a rough measure. */
const candidates = 500;

type Ranked = {
  readonly scope: TrendScope;
  readonly window: Stretch;
  readonly order: TrendOrder;
  readonly first: number;
  /** COUNT only: whether to read `expected` and `burst`; they are 0 otherwise. */
  readonly withPast: boolean;
};

/** Returns the first terms of a window, in one statement. */
export async function rankWindow(
  db: Database,
  { scope, window, order, first, withPast }: Ranked,
): Promise<Ranking> {
  const wanted: Wanted =
    order === 'COUNT' ? { by: 'COUNT', first, withPast } : { by: 'BURST', first: candidates, withPast: true };
  const read = await readWindow(db, scope, window, wanted);
  const trends = judged(read, window);
  return { total: read.total, trends: order === 'COUNT' ? trends : rankByBurst(trends).slice(0, first) };
}

/** Returns the ranks of terms in a window. Absent terms have none, nor, by BURST, terms not above the expected. */
export async function findRanks(
  db: Database,
  { scope, window, order }: Pick<Ranked, 'scope' | 'window' | 'order'>,
  terms: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (order === 'BURST') {
    const { trends } = await rankWindow(db, { scope, window, order, first: candidates, withPast: true });
    return new Map(trends.map(({ term }, at) => [term, at + 1]));
  }
  const { rows } = await readWindow(db, scope, window, {
    by: 'COUNT',
    first: 0,
    withPast: false,
    also: terms,
  });
  return new Map(
    rows.flatMap(({ term, position }) => (position === null ? [] : [[term, position] as const])),
  );
}

/** Compares the terms that were read with their past. */
export function judged({ totals, rows }: WindowRow, window: Stretch): readonly Trend[] {
  const exposure = exposureOf(totals, { past: pastOf(window), window, sameHours: sameHoursOf(window) });
  return rows.map((row) => toTrend(row, exposure));
}
