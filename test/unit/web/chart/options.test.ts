import { describe, expect, it } from 'vitest';
import type { Colours } from '../../../../web/src/chart/colours.ts';
import { timeLabels, unknownRuns } from '../../../../web/src/chart/options/axis.ts';
import { barsOption } from '../../../../web/src/chart/options/bars.ts';
import { calendarOption, hoursOption, quantile, scaleEnd } from '../../../../web/src/chart/options/heat.ts';
import { linesOption } from '../../../../web/src/chart/options/lines.ts';
import { sparkPath } from '../../../../web/src/chart/sparkline.tsx';
import { walk } from '../../../../web/src/chart/walk.ts';

// Each colour is its own name.
const colours = new Proxy({} as Colours, { get: (_, name) => String(name) });
type Series = { name: string; data: unknown[]; stack?: string };
const seriesOf = (option: object) => (option as { series: Series[] }).series;
const named = (option: object, name: string) => seriesOf(option).find((series) => series.name === name);
const labels = ['a', 'b', 'c'];

describe('bars', () => {
  it('stack the estimated part on the measured one: together they are the value', () => {
    const option = barsOption({ labels, values: [10, 5, 0], estimated: [4, 0, 0] }, colours, 600);
    expect(named(option, 'measured')?.data.map((item) => (item as { value: number }).value)).toEqual([
      6, 5, 0,
    ]);
    expect(named(option, 'estimated')?.data).toEqual([4, null, null]);
    expect(named(option, 'estimated')?.stack).toBe(named(option, 'measured')?.stack);
  });

  it('draw a band for unknown values, and zero as a bar of no height', () => {
    const option = barsOption({ labels, values: [null, 0, 3] }, colours, 600);
    expect(named(option, 'measured')?.data[0]).toBeNull();
    expect(named(option, 'measured')?.data[1]).toMatchObject({ value: 0 });
    expect(named(option, 'unknown')?.data.map((item) => item !== null)).toEqual([true, false, false]);
    expect(named(barsOption({ labels, values: [1, 0, 3] }, colours, 600), 'unknown')).toBeUndefined();
  });

  it('give the bucket in progress its own look, and no other', () => {
    const option = barsOption({ labels, values: [1, 2, 3], inProgress: true }, colours, 600);
    const dashed = named(option, 'measured')?.data.map((item) => JSON.stringify(item).includes('dashed'));
    expect(dashed).toEqual([false, false, true]);
  });

  it('are paler at the ends that the range cuts, but not the one in progress', () => {
    const colour = (option: object, name: string) =>
      named(option, name)?.data.map(
        (item) => (item as { itemStyle?: { color?: string; opacity?: number } }).itemStyle,
      );
    const values = [1, 2, 3];
    const bars = { labels, values, estimated: [1, 1, 1] };
    const whole = colour(barsOption(bars, colours, 600), 'measured');
    const both = barsOption({ ...bars, cut: { first: true, last: true } }, colours, 600);
    expect(colour(both, 'measured')?.map((look, at) => look?.color === whole?.[at]?.color)).toEqual([
      false,
      true,
      false,
    ]);
    expect(colour(both, 'estimated')?.map((look) => look?.opacity)).toEqual([0.45, undefined, 0.45]);
    const goesOn = barsOption({ ...bars, inProgress: true, cut: { first: false, last: true } }, colours, 600);
    expect(colour(goesOn, 'measured')?.at(-1)).toMatchObject({ borderType: 'dashed' });
  });

  it('have a mark above the special ones', () => {
    const option = barsOption({ labels, values: [4, 9, 2], marks: new Set([1]) }, colours, 600);
    expect(named(option, 'marks')?.data).toEqual([null, 9, null]);
  });

  it('add the period before and the mean only when they are given', () => {
    const option = barsOption(
      { labels, values: [1, 2, 3], previous: [3, null, 1], rolling: [null, 1.5, 2] },
      colours,
      600,
    );
    expect(seriesOf(option).map(({ name }) => name)).toEqual(['measured', 'before', 'mean']);
  });
});

describe('lines', () => {
  it('have a gap for unknown values, and a dot for a single value', () => {
    const option = linesOption(
      { labels: ['a', 'b', 'c', 'd'], lines: [{ name: 'F', slot: 0, values: [1, null, 2, null] }] },
      colours,
      600,
    );
    const data = named(option, 'F')?.data;
    expect(data?.[1]).toBeNull();
    expect(data?.[2]).toMatchObject({ value: 2, symbol: 'circle' });
  });

  it('end now with a dashed piece, not at zero', () => {
    const option = linesOption(
      { labels, lines: [{ name: 'F', slot: 0, values: [1, 2, 3] }], inProgress: true },
      colours,
      600,
    );
    expect(seriesOf(option).map(({ data }) => data)).toEqual([
      [1, 2, null],
      [null, 2, 3],
    ]);
  });
});

describe('lines over a range that cuts its ends', () => {
  const series = (values: number[], chart: object) =>
    seriesOf(linesOption({ labels, lines: [{ name: 'F', slot: 0, values }], ...chart }, colours, 600)).map(
      ({ data }) => data,
    );

  it('have dashed pieces there', () => {
    expect(series([1, 2, 3, 4, 5], { cut: { first: true, last: true } })).toEqual([
      [null, 2, 3, 4, null],
      [1, 2, null, 4, 5],
    ]);
    expect(series([1, 2, 3], { cut: { first: true, last: false } })).toEqual([
      [null, 2, 3],
      [1, 2, null],
    ]);
    expect(series([1, 2, 3], { cut: { first: false, last: false } })).toEqual([[1, 2, 3]]);
  });
});

describe('heatmaps', () => {
  it('end their scale below the few values that would hide the rest', () => {
    const values = [...Array.from({ length: 167 }, (_, index) => index), 1_000_000];
    expect(scaleEnd(values)).toBeLessThan(200);
    expect(scaleEnd([null, null])).toBe(1);
    expect(scaleEnd([...Array.from({ length: 167 }, () => 0), 5])).toBe(5);
    expect(quantile([1, 2, null, 3], 0.5)).toBe(2);
  });

  it('draw a zero, and nothing for what is not known', () => {
    const option = hoursOption([0, null, 7, ...Array.from({ length: 165 }, () => 1)], colours, 'en');
    expect(seriesOf(option)[0]?.data.slice(0, 3)).toEqual([
      [0, 0, 0],
      [1, 0, '-'],
      [2, 0, 7],
    ]);
    expect(seriesOf(option)[0]?.data.at(-1)).toEqual([23, 6, 1]);
  });

  it('of a year name Monday in the second place, as the library counts from Sunday', () => {
    const option = calendarOption(2026, [{ date: '2026-01-01', posts: 3, level: 2 }], colours, 'en') as {
      calendar: { dayLabel: { nameMap: string[] } };
    };
    expect(option.calendar.dayLabel.nameMap).toEqual(['', 'Mon', '', 'Wed', '', 'Fri', '']);
    expect(seriesOf(option)[0]?.data).toEqual([['2026-01-01', 2, 3]]);
  });
});

describe('the axis of time', () => {
  it('names the months of weeks, and the year where it changes', () => {
    const starts = Array.from({ length: 20 }, (_, week) =>
      new Date(Date.UTC(2025, 10, 3 + week * 7)).toISOString(),
    );
    expect(timeLabels(starts, 'WEEK', 'UTC', 'en').filter(Boolean)).toEqual(['Dec', 'Jan 26', 'Feb', 'Mar']);
  });

  it('finds the runs of unknown values', () => {
    expect(unknownRuns([null, null, 1, null, 0])).toEqual([
      [0, 1],
      [3, 3],
    ]);
  });
});

describe('the walk of the keys', () => {
  it('stays within the chart', () => {
    expect([
      walk('ArrowRight', null, 5),
      walk('ArrowLeft', null, 5),
      walk('ArrowRight', 4, 5),
      walk('ArrowLeft', 0, 5),
    ]).toEqual([0, 4, 4, 0]);
    expect([walk('Home', 3, 5), walk('End', 0, 5)]).toEqual([0, 4]);
  });

  it('goes up and down in a grid only, and leaves other keys alone', () => {
    expect([
      walk('ArrowDown', 1, 168, 24),
      walk('ArrowUp', 1, 168, 24),
      walk('ArrowDown', 160, 168, 24),
    ]).toEqual([25, 1, 160]);
    expect([walk('ArrowDown', 1, 5), walk('x', 1, 5), walk('Home', 0, 0)]).toEqual([null, null, null]);
  });
});

it('a sparkline has a gap for unknown values', () => {
  expect(sparkPath([1, 2, null, 4], 52, 16).replaceAll(/[\d. ]/g, '')).toBe('MLM');
  expect(sparkPath([null], 52, 16)).toBe('');
  expect(sparkPath([3, 3], 52, 16)).toBe('M1.0 8.0L51.0 8.0');
});
