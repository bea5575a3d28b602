import type { EChartsCoreOption } from 'echarts/core';
import { type Colours, faded } from '../colours.ts';
import { hiddenAxes, timeFrame, unknownBands } from './axis.ts';

/** A sum over time, a bar for each step. */
export type Bars = {
  /** Labels of the axis, of `timeLabels`: one for each bucket. */
  readonly labels: readonly string[];
  readonly values: readonly (number | null)[];
  /** The estimated part of each value: hatched, on top of the measured one. */
  readonly estimated?: readonly (number | null)[] | undefined;
  /** The mean over the last buckets: a line over the bars. */
  readonly rolling?: readonly (number | null)[] | undefined;
  /** The values of the period before: a tick for each bar. */
  readonly previous?: readonly (number | null)[] | undefined;
  /** Whether the last bucket is in progress. */
  readonly inProgress?: boolean | undefined;
  /** Which bars at the ends are cut by the range; they are paler. */
  readonly cut?: { readonly first: boolean; readonly last: boolean } | undefined;
  /** Bars go up and down from 0 in the colours of sentiment, instead of one colour. */
  readonly signed?: boolean | undefined;
  /** Buckets with something special: a small mark above the bar. */
  readonly marks?: { has(index: number): boolean } | undefined;
  readonly format?: ((value: number) => string) | undefined;
};

/** The option of a chart of bars over time. */
export function barsOption(bars: Bars, colours: Colours, width: number): EChartsCoreOption {
  const {
    labels,
    values,
    estimated,
    rolling,
    previous,
    inProgress = false,
    cut,
    signed = false,
    format,
    marks,
  } = bars;
  const frame = timeFrame(colours, labels, format);
  const hidden = hiddenAxes(labels.length);
  const barWidth = Math.max(1, Math.min(28, ((width - 60) / Math.max(1, labels.length)) * 0.72));
  const last = inProgress ? labels.length - 1 : -1;
  const colourOf = (value: number) => (!signed ? colours.c1 : value < 0 ? colours['d-2'] : colours.d2);
  const unfinished = (colour: string) => ({
    color: faded(colour, 0.35),
    borderColor: colour,
    borderType: 'dashed',
    borderWidth: 1,
  });

  const isCut = (index: number) =>
    (cut?.first === true && index === 0) || (cut?.last === true && index === values.length - 1);
  // Most bars use the style of their series: ECharts merges individual styles one by one.
  const lookOf = (value: number, index: number) => {
    if (index === last) return { itemStyle: unfinished(colourOf(value)) };
    if (isCut(index)) return { itemStyle: { color: faded(colourOf(value), 0.45) } };
    return signed && value < 0 ? { itemStyle: { color: colourOf(value) } } : {};
  };

  const measured = values.map((value, index) =>
    value === null ? null : { value: value - (estimated?.[index] ?? 0), ...lookOf(value, index) },
  );
  const stacked = { type: 'bar', stack: 'all', barWidth, barMinHeight: 0, emphasis: { focus: 'none' } };
  const top = barWidth > 4 ? 2 : 0;
  return {
    ...frame,
    xAxis: [frame.xAxis, hidden.x],
    yAxis: [frame.yAxis, hidden.y],
    series: [
      {
        ...stacked,
        name: 'measured',
        data: measured,
        itemStyle: { color: colourOf(0), borderRadius: estimated || signed ? 0 : [top, top, 0, 0] },
      },
      estimated && {
        ...stacked,
        name: 'estimated',
        itemStyle: {
          color: 'transparent',
          borderColor: colours.c1,
          borderWidth: 1,
          borderRadius: [top, top, 0, 0],
          decal: {
            symbol: 'rect',
            dashArrayX: [1, 0],
            dashArrayY: [1.5, 3],
            rotation: -Math.PI / 4,
            color: colours.c1,
          },
        },
        data: estimated.map((value, index) =>
          value === null || value === 0
            ? null
            : index === last
              ? { value, itemStyle: { borderType: 'dashed', opacity: 0.5 } }
              : isCut(index)
                ? { value, itemStyle: { opacity: 0.45 } }
                : value,
        ),
      },
      previous && {
        type: 'line',
        name: 'before',
        data: previous,
        silent: true,
        symbol: 'rect',
        symbolSize: [barWidth, 2],
        showAllSymbol: true,
        lineStyle: { width: 0, opacity: 0 },
        itemStyle: { color: colours['fg-2'] },
        z: 4,
      },
      rolling && {
        type: 'line',
        name: 'mean',
        data: rolling,
        silent: true,
        symbol: 'none',
        lineStyle: { width: 2, color: colours.c2 },
        z: 5,
      },
      marks && {
        type: 'line',
        name: 'marks',
        data: values.map((value, index) => (marks.has(index) ? value : null)),
        silent: true,
        symbol: 'triangle',
        symbolSize: 8,
        symbolRotate: 180,
        symbolOffset: [0, -8],
        showAllSymbol: true,
        lineStyle: { width: 0, opacity: 0 },
        itemStyle: { color: colours.c2 },
        z: 6,
      },
      values.includes(null) && unknownBands(colours, values, width),
    ].filter(Boolean),
  };
}
