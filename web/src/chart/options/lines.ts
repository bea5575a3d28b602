import type { EChartsCoreOption } from 'echarts/core';
import { type Colours, faded, seriesColour } from '../colours.ts';
import { hiddenAxes, timeFrame, unknownBands } from './axis.ts';

/** One line: a level, a rate, or one stream of a comparison. */
export type Line = {
  readonly name: string;
  /** 0 to 7: the slot of its colour. A stream keeps its slot when others are removed. */
  readonly slot: number;
  readonly values: readonly (number | null)[];
};

/** Levels or rates over time. */
export type Lines = {
  readonly labels: readonly string[];
  readonly lines: readonly Line[];
  /** The previous period of the first line: thin and dashed. */
  readonly previous?: readonly (number | null)[] | undefined;
  /** Whether the last bucket is in progress: the last segment is dashed. */
  readonly inProgress?: boolean | undefined;
  /** Which buckets at the ends are cut by the range: their segments are dashed. */
  readonly cut?: { readonly first: boolean; readonly last: boolean } | undefined;
  /** Whether each line is named at its end. */
  readonly named?: boolean | undefined;
  /** Whether the axis starts at 0; those of levels and rates do not. */
  readonly fromZero?: boolean | undefined;
  readonly format?: ((value: number) => string) | undefined;
};

/** The option of a chart of lines over time, with a gap for unknown values. */
export function linesOption(chart: Lines, colours: Colours, width: number): EChartsCoreOption {
  const { labels, lines, previous, inProgress = false, cut, named = false, fromZero = false, format } = chart;
  const dashed = { first: cut?.first ?? false, last: inProgress || (cut?.last ?? false) };
  const frame = timeFrame(colours, labels, format);
  const hidden = hiddenAxes(labels.length);
  const alone = lines.length === 1 ? lines[0] : undefined;
  const drawn = lines.flatMap((line) => {
    const colour = seriesColour(colours, line.slot);
    const { whole, pieces } = splitEnds(line.values, dashed);
    const base = { type: 'line', name: line.name, symbol: 'none', connectNulls: false };
    const name = named && {
      endLabel: {
        show: true,
        formatter: line.name,
        color: colour,
        fontSize: 11,
        width: 96,
        overflow: 'truncate',
      },
      labelLayout: { moveOverlap: 'shiftY' },
    };
    return [
      {
        ...base,
        data: withLonePoints(whole, colour),
        lineStyle: { width: 2, color: colour },
        itemStyle: { color: colour },
        ...(alone && { areaStyle: { color: faded(colour, 0.08), origin: 'start' } }),
        ...(!dashed.last && name),
      },
      pieces && {
        ...base,
        data: pieces,
        silent: true,
        lineStyle: { width: 2, type: 'dashed', color: colour },
        ...(dashed.last && name),
      },
    ];
  });
  return {
    ...frame,
    grid: { ...frame.grid, ...(named && { right: 104 }) },
    tooltip: { trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: colours['line-strong'] } } },
    xAxis: [{ ...frame.xAxis, boundaryGap: true }, hidden.x],
    yAxis: [{ ...frame.yAxis, scale: !fromZero }, hidden.y],
    series: [
      ...drawn,
      previous && {
        type: 'line',
        name: 'before',
        data: previous,
        silent: true,
        symbol: 'none',
        lineStyle: { width: 1.2, type: 'dashed', color: colours.prev },
      },
      alone?.values.includes(null) && unknownBands(colours, alone.values, width),
    ].filter(Boolean),
  };
}

/** The line without the dashed segments at its ends, and those segments; null when there are none. */
function splitEnds(
  values: readonly (number | null)[],
  { first, last }: { readonly first: boolean; readonly last: boolean },
): { readonly whole: readonly (number | null)[]; readonly pieces: readonly (number | null)[] | null } {
  if (!first && !last) return { whole: values, pieces: null };
  const end = values.length - 1;
  const isCut = (index: number) => (first && index === 0) || (last && index === end);
  const isOfPiece = (index: number) => (first && index <= 1) || (last && index >= end - 1);
  return {
    whole: values.map((value, index) => (isCut(index) ? null : value)),
    pieces: values.map((value, index) => (isOfPiece(index) ? value : null)),
  };
}

/** Adds a dot for a value between two gaps, which a line without symbols would not show. */
function withLonePoints(values: readonly (number | null)[], colour: string) {
  return values.map((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
      ? { value, symbol: 'circle', symbolSize: 5, itemStyle: { color: colour } }
      : value,
  );
}
