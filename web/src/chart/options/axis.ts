import { dateFormat, type Step } from '../../format/dates.ts';
import { compact } from '../../format/numbers.ts';
import type { Colours } from '../colours.ts';

/** The labels of a time axis; empty when there is none. Buckets are named in the page's zone. */
export function timeLabels(starts: readonly string[], step: Step, zone: string, tag?: string): string[] {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = dateFormat(zone, options, tag);
    return (start: string) => made.format(new Date(start));
  };
  const year = format({ year: 'numeric' });
  const shortYear = format({ year: '2-digit' });
  const month = format({ month: 'short' });
  const day = format({ month: 'short', day: 'numeric' });
  const monthOrYear = (start: string, before: string | undefined) =>
    before !== undefined && year(before) !== year(start)
      ? `${month(start)} ${shortYear(start)}`
      : month(start);

  return starts.map((start, index): string => {
    const before = starts[index - 1];
    const isNew = (name: (start: string) => string) => before === undefined || name(before) !== name(start);
    switch (step) {
      case 'SECOND':
      case 'MINUTE':
        return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })(start);
      case 'HOUR':
        return isNew(day) ? day(start) : '';
      case 'DAY':
        if (starts.length <= 14) return day(start);
        if (starts.length <= 62) return index % 7 === 0 ? day(start) : '';
        return index > 0 && isNew(month) ? monthOrYear(start, before) : '';
      case 'WEEK':
        if (starts.length <= 16) return index % 2 === 0 ? day(start) : '';
        return index > 0 && isNew(month) ? monthOrYear(start, before) : '';
      case 'MONTH':
        if (starts.length <= 14) return monthOrYear(start, before);
        return isNew(year) ? year(start) : '';
      case 'QUARTER':
        return isNew(year) ? year(start) : '';
      default:
        return year(start);
    }
  });
}

/** The frame of a chart over time: its position, axes and look. */
export function timeFrame(
  colours: Colours,
  labels: readonly string[],
  format: (value: number) => string = compact,
) {
  return {
    grid: { left: 4, right: 8, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: timeAxis(colours, labels),
    yAxis: valueAxis(colours, format),
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: `${colours['fg-3']}1a` } },
    },
  };
}

/** The axis of buckets, as categories: a time axis only knows the browser's zone. */
export function timeAxis(colours: Colours, labels: readonly string[]) {
  return {
    type: 'category',
    data: labels.map((_, index) => index),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours['line-strong'] } },
    axisLabel: {
      color: colours['fg-3'],
      fontSize: 11,
      fontFamily: 'inherit',
      hideOverlap: true,
      interval: (index: number) => labels[index] !== '',
      formatter: (index: string) => labels[Number(index)] ?? '',
    },
  };
}

/** The axis of values. */
export function valueAxis(colours: Colours, format: (value: number) => string) {
  return {
    type: 'value',
    splitNumber: 4,
    axisLabel: { color: colours['fg-3'], fontSize: 11, formatter: format },
    splitLine: { lineStyle: { color: colours.grid } },
  };
}

/** Runs of unknown buckets: the first and the last index of each. */
export function unknownRuns(values: readonly (number | null)[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  values.forEach((value, index) => {
    if (value !== null) return;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  });
  return runs;
}

/** Bands labelled "unknown" over those runs, on hidden axes of their own: `xAxisIndex` and `yAxisIndex` 1. */
export function unknownBands(colours: Colours, values: readonly (number | null)[], width: number) {
  const runs = unknownRuns(values);
  // A band shows its label when it is wide enough.
  const fewest = (60 / Math.max(1, width - 60)) * values.length;
  const middles = new Set(
    runs.flatMap(([first, last]) => (last - first + 1 >= fewest ? [Math.floor((first + last) / 2)] : [])),
  );
  return {
    type: 'bar',
    name: 'unknown',
    xAxisIndex: 1,
    yAxisIndex: 1,
    barWidth: '100%',
    silent: true,
    animation: false,
    z: 0,
    itemStyle: { color: colours['surface-2'] },
    data: values.map((value, index) =>
      value === null
        ? {
            value: 1,
            label: middles.has(index)
              ? { show: true, position: 'inside', formatter: 'unknown', color: colours['fg-3'], fontSize: 11 }
              : { show: false },
          }
        : null,
    ),
  };
}

/** The two axes of `unknownBands`. */
export const hiddenAxes = (count: number) => ({
  x: {
    type: 'category',
    show: false,
    gridIndex: 0,
    data: Array.from({ length: count }, (_, index) => index),
    axisPointer: { show: false },
  },
  y: { type: 'value', show: false, min: 0, max: 1, axisPointer: { show: false } },
});
