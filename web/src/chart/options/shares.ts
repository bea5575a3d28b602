import type { EChartsCoreOption } from 'echarts/core';
import { wholePercent } from '../../format/numbers.ts';
import type { Colours } from '../colours.ts';
import { timeFrame } from './axis.ts';

/** Shares of negative, neutral and positive posts over time; null in a bucket without a scored post. */
export type Shares = {
  readonly labels: readonly string[];
  readonly negative: readonly (number | null)[];
  readonly neutral: readonly (number | null)[];
  readonly positive: readonly (number | null)[];
};

/** The option of stacked shares: each bucket fills the height, negative at the bottom. */
export function sharesOption(shares: Shares, colours: Colours): EChartsCoreOption {
  const frame = timeFrame(colours, shares.labels, (value) => wholePercent(value));
  const part = (name: string, data: readonly (number | null)[], color: string) => ({
    type: 'bar',
    name,
    stack: 'all',
    barCategoryGap: '18%',
    data,
    itemStyle: { color },
  });
  return {
    ...frame,
    yAxis: { ...frame.yAxis, max: 1, interval: 0.25 },
    series: [
      part('negative', shares.negative, colours['d-2']),
      part('neutral', shares.neutral, colours.d0),
      part('positive', shares.positive, colours.d2),
    ],
  };
}
