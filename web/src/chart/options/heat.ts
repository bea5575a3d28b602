import type { EChartsCoreOption } from 'echarts/core';
import { weekdays } from '../../format/dates.ts';
import type { Colours } from '../colours.ts';

const ramp = (colours: Colours) => [colours.s0, colours.s1, colours.s2, colours.s3, colours.s4, colours.s5];

/** Returns the value at a share of the sorted ones; 0 without any. */
export function quantile(values: readonly (number | null)[], share: number): number {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return 0;
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** The upper end of a heatmap's scale: otherwise one viral hour would hide the rest. Legends write `19.4K+`. */
export function scaleEnd(values: readonly (number | null)[]): number {
  return quantile(values, 0.985) || Math.max(0, ...values.map((value) => value ?? 0)) || 1;
}

/** The option of an hour by weekday heatmap. `values`: Monday 00 first, 7 × 24, as `byHourOfWeek` gives them row by row. */
export function hoursOption(
  values: readonly (number | null)[],
  colours: Colours,
  tag?: string,
): EChartsCoreOption {
  const axis = {
    type: 'category',
    axisTick: { show: false },
    axisLine: { show: false },
    splitLine: { show: false },
  };
  const label = { color: colours['fg-3'], fontSize: 11 };
  return {
    grid: { left: 4, right: 0, top: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: { trigger: 'item' },
    xAxis: {
      ...axis,
      data: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
      axisLabel: { ...label, interval: (index: number) => index % 3 === 0 },
    },
    yAxis: { ...axis, inverse: true, data: weekdays('short', tag), axisLabel: label },
    visualMap: {
      type: 'continuous',
      show: false,
      min: 0,
      max: scaleEnd(values),
      dimension: 2,
      inRange: { color: ramp(colours) },
    },
    series: [
      {
        type: 'heatmap',
        data: values.map((value, index) => [index % 24, Math.floor(index / 24), value ?? '-']),
        itemStyle: { borderColor: colours.surface, borderWidth: 1.5, borderRadius: 3 },
        emphasis: { itemStyle: { borderColor: colours.fg, borderWidth: 1.5 } },
      },
    ],
  };
}

/** The same heatmap for mean sentiment, from −1 to 1: symmetric around 0, in the colours of sentiment. */
export function moodHoursOption(
  values: readonly (number | null)[],
  colours: Colours,
  tag?: string,
): EChartsCoreOption {
  const end = Math.max(
    0.1,
    quantile(
      values.map((value) => (value === null ? null : Math.abs(value))),
      0.95,
    ),
  );
  const option = hoursOption(values, colours, tag);
  return {
    ...option,
    visualMap: {
      ...(option.visualMap as object),
      min: -end,
      max: end,
      inRange: {
        color: [
          colours['d-3'],
          colours['d-2'],
          colours['d-1'],
          colours.d0,
          colours.d1,
          colours.d2,
          colours.d3,
        ],
      },
    },
  };
}

/** One day of a calendar, with its level of 0 to 4 as `Stats.calendar` gives it. */
export type CalendarDay = { readonly date: string; readonly posts: number; readonly level: number };

/** The option of a year of days. Missing days (before the first post, after the last) have no cell. */
export function calendarOption(
  year: number,
  days: readonly CalendarDay[],
  colours: Colours,
  tag = 'en',
): EChartsCoreOption {
  const label = { color: colours['fg-3'], fontSize: 11, fontFamily: 'inherit' };
  const months = new Intl.DateTimeFormat(tag, { month: 'short', timeZone: 'UTC' });
  const [monday, ...others] = weekdays('short', tag);
  const sunday = others.pop();
  return {
    tooltip: { trigger: 'item' },
    visualMap: {
      type: 'piecewise',
      show: false,
      dimension: 1,
      pieces: ramp(colours)
        .slice(0, 5)
        .map((color, level) => ({ value: level, color })),
    },
    calendar: {
      range: String(year),
      left: 36,
      right: 2,
      top: 22,
      bottom: 2,
      cellSize: ['auto', 'auto'],
      splitLine: { show: false },
      yearLabel: { show: false },
      itemStyle: { color: 'transparent', borderWidth: 0 },
      // Sunday first, as the library counts; every second day is labelled.
      dayLabel: {
        ...label,
        firstDay: 1,
        nameMap: [sunday, monday, ...others].map((name, index) => (index % 2 === 1 ? name : '')),
      },
      monthLabel: {
        ...label,
        nameMap: Array.from({ length: 12 }, (_, month) => months.format(Date.UTC(year, month, 1))),
      },
    },
    series: [
      {
        type: 'heatmap',
        coordinateSystem: 'calendar',
        data: days.map(({ date, level, posts }) => [date, level, posts]),
        itemStyle: { borderColor: colours.surface, borderWidth: 1.5, borderRadius: 3 },
        emphasis: { itemStyle: { borderColor: colours.fg, borderWidth: 1.5 } },
      },
    ],
  };
}
