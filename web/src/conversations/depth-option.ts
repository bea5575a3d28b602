import type { EChartsCoreOption } from 'echarts/core';
import type { Colours } from '../chart/colours.ts';
import { compact } from '../format/numbers.ts';

/** The option of a histogram of depths: a bar for each depth, on a logarithmic scale. */
export function depthOption(posts: readonly number[], colours: Colours, width: number): EChartsCoreOption {
  const every = Math.max(1, Math.ceil(posts.length / Math.max(1, Math.floor((width - 60) / 36))));
  return {
    grid: { left: 4, right: 8, top: 26, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: `${colours['fg-3']}1a` } },
    },
    xAxis: {
      type: 'category',
      data: posts.map((_, depth) => depth),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours['line-strong'] } },
      axisLabel: { color: colours['fg-3'], fontSize: 11, interval: (index: number) => index % every === 0 },
    },
    yAxis: {
      type: 'log',
      name: 'posts, log scale',
      nameTextStyle: { color: colours['fg-3'], fontSize: 11, align: 'left', padding: [0, 0, 0, -24] },
      // Below 1, so that a depth with one post has a bar and a depth without posts has none.
      min: 0.5,
      startValue: 0.5,
      axisLabel: {
        color: colours['fg-3'],
        fontSize: 11,
        formatter: (value: number) => (value < 1 ? '' : compact(value)),
      },
      splitLine: { lineStyle: { color: colours.grid } },
    },
    series: [
      {
        type: 'bar',
        data: posts.map((count) => (count === 0 ? null : count)),
        barMaxWidth: 36,
        barCategoryGap: '28%',
        itemStyle: { color: colours.c1, borderRadius: [2, 2, 0, 0] },
        emphasis: { focus: 'none' },
      },
    ],
  };
}
