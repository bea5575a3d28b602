import { locale, memoize } from '../format/locale.ts';

const oneOf = memoize((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }));
const wholeOf = memoize((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }));

/** The expected number, with one decimal below ten: `3.1`, `61`. */
export function expectedText(expected: number, tag = locale): string {
  return (expected < 10 ? oneOf(tag) : wholeOf(tag)).format(expected);
}

/** The multiple of the expected number: `69×`, `1.4×`; empty when nothing was expected. */
export function timesText(count: number, expected: number, tag = locale): string {
  if (expected <= 0) return '';
  const times = count / expected;
  return `${(times < 10 ? oneOf(tag) : wholeOf(tag)).format(times)}×`;
}

/** The change of a rank since the previous window. */
export type RankMove =
  | { readonly kind: 'new' }
  | { readonly kind: 'same' }
  | { readonly kind: 'up' | 'down'; readonly by: number };

/** Compares a rank with the previous window's; null: it was not in that window. */
export function rankMove(rank: number, previousRank: number | null): RankMove {
  if (previousRank === null) return { kind: 'new' };
  if (previousRank === rank) return { kind: 'same' };
  return { kind: previousRank > rank ? 'up' : 'down', by: Math.abs(previousRank - rank) };
}
