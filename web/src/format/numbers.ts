import { locale, memoize } from './locale.ts';

/** The text for an unknown number in a table or a total. */
export const unknown = '–';

const compactOf = memoize(
  (tag) =>
    new Intl.NumberFormat(tag, {
      notation: 'compact',
      maximumSignificantDigits: 3,
      roundingMode: 'trunc',
    } as Intl.NumberFormatOptions),
);
const plainOf = memoize((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }));
const exactOf = memoize((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 2 }));
const shareOf = memoize(
  (tag) =>
    new Intl.NumberFormat(tag, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
);
const rateOf = memoize(
  (tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumSignificantDigits: 3 }),
);
const wholeOf = memoize((tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }));
const meanOf = memoize(
  (tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 2, signDisplay: 'exceptZero' }),
);

type Known = number | null | undefined;

/** Three digits from 10,000 on, exact below: `48.2K`, `1,547`. Never rounded up. */
export function compact(value: Known, tag = locale): string {
  if (value == null) return unknown;
  return Math.abs(value) < 10_000 ? plainOf(tag).format(value) : compactOf(tag).format(value);
}

/** All digits, at most two decimals: for tooltips, tables and titles. */
export function exact(value: Known, tag = locale): string {
  return value == null ? unknown : exactOf(tag).format(value);
}

/** A share in a list, with one decimal: `14.3%`. */
export function share(value: Known, tag = locale): string {
  return value == null ? unknown : shareOf(tag).format(value);
}

/** A rate as a total, with three digits: `2.25%`. */
export function rate(value: Known, tag = locale): string {
  return value == null ? unknown : rateOf(tag).format(value);
}

/** A share in a chip: `28%`. Never rounded to 0% or 100%. */
export function wholePercent(value: Known, tag = locale): string {
  if (value == null) return unknown;
  if (value > 0 && value < 0.005) return `<${wholeOf(tag).format(0.01)}`;
  if (value < 1 && value > 0.995) return `>${wholeOf(tag).format(0.99)}`;
  return wholeOf(tag).format(value);
}

/** A mean of −1 to 1, with its sign: `+0.21`. */
export function mean(value: Known, tag = locale): string {
  return value == null ? unknown : meanOf(tag).format(value);
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const bytesOf = memoize((key) => {
  const [tag, unit] = key.split(' ');
  return new Intl.NumberFormat(tag, {
    style: 'unit',
    unit: unit as string, // safe: `bytes` makes the key of two words
    maximumSignificantDigits: 3,
  });
});

/** A size in its largest unit of 1,000, with three digits: `4.29 GB`. */
export function bytes(value: Known, tag = locale): string {
  if (value == null) return unknown;
  const power = value < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
  return bytesOf(`${tag} ${byteUnits[power]}`).format(value / 1_000 ** power);
}

const usdOf = memoize((key) => {
  const [tag, digits] = key.split(' ');
  return new Intl.NumberFormat(tag, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: Number(digits),
  });
});

/** US dollars: cents, with two more digits below one cent: `$0.24`, `$0.0015`. */
export function usd(value: Known, tag = locale): string {
  if (value == null) return unknown;
  return usdOf(`${tag} ${value > 0 && value < 0.01 ? 4 : 2}`).format(value);
}
