import { locale, memoize } from './locale.ts';

/** How a figure compares with the period before, ready to show. */
export type Change = {
  readonly direction: 'up' | 'down' | 'same' | 'none';
  /** `↗`, `↘`, `≈`; empty without a comparison. */
  readonly arrow: string;
  /** `97%`, `2.4×`, `0.3 pp`, `same`, `no comparison`. */
  readonly text: string;
};

const decimalOf = memoize((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }));
const percentOf = memoize(
  (tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }),
);
const none: Change = { direction: 'none', arrow: '', text: 'no comparison' };
const same: Change = { direction: 'same', arrow: '≈', text: 'same' };

/**
 * Compares an amount with the previous one: in percent, or as a multiple from +100 % on; less than half a percent is
 * "same". There is no ratio to zero.
 */
export function change(
  now: number | null | undefined,
  before: number | null | undefined,
  tag = locale,
): Change {
  if (now == null || before == null) return none;
  if (now === before) return same;
  if (before === 0) return { direction: now > 0 ? 'up' : 'down', arrow: now > 0 ? '↗' : '↘', text: 'from 0' };
  const ratio = (now - before) / Math.abs(before);
  if (Math.abs(ratio) < 0.005) return same;
  if (ratio < 0) return { direction: 'down', arrow: '↘', text: percentOf(tag).format(-ratio) };
  const text = ratio >= 1 ? `${decimalOf(tag).format(ratio + 1)}×` : percentOf(tag).format(ratio);
  return { direction: 'up', arrow: '↗', text };
}

/** Compares a rate of 0 to 1 with the previous one, in percentage points; less than 0.05 points is "same". */
export function rateChange(
  now: number | null | undefined,
  before: number | null | undefined,
  tag = locale,
): Change {
  if (now == null || before == null) return none;
  const points = (now - before) * 100;
  if (Math.abs(points) < 0.05) return same;
  const up = points > 0;
  return {
    direction: up ? 'up' : 'down',
    arrow: up ? '↗' : '↘',
    text: `${decimalOf(tag).format(Math.abs(points))} pp`,
  };
}
