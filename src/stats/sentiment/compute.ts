import { metricOf, type Sums } from '../../shared/sums.ts';

/** Mean score to six decimals: finer ones only tell how numbers are held. Null without posts that have one. */
export function meanSentiment(sums: Sums): number | null {
  const mean = metricOf(sums, 'SENTIMENT');
  return mean === null ? null : Math.round(mean * 1e6) / 1e6;
}
