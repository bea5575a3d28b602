import { type Ref, useMemo } from 'react';
import { Chart, type ChartHandle } from '../../chart/chart.tsx';
import type { Colours } from '../../chart/colours.ts';
import { timeLabels } from '../../chart/options/axis.ts';
import { barsOption } from '../../chart/options/bars.ts';
import { linesOption } from '../../chart/options/lines.ts';
import { type Points, pointsFrom } from '../../chart/point.ts';
import { bucketOf, type Step } from '../../format/dates.ts';
import { share } from '../../format/numbers.ts';
import { type CutEnds, cutNote } from '../buckets.ts';
import { meanName } from '../variables.ts';
import type { MetricSeries } from './metrics.ts';

/** The labels and links of a metric's buckets. */
export type MainChartProps = {
  readonly name: string;
  readonly series: MetricSeries;
  readonly step: Step;
  readonly zone: string;
  readonly inProgress: boolean;
  readonly cut: CutEnds;
  /** The name of the ticks: `year before`. */
  readonly beforeName: string;
  /** Impressions per like or repost, for estimates. */
  readonly ratio: number;
  readonly onOpen: (index: number) => void;
  readonly onZoom: (first: number, last: number) => void;
  /** Buckets with something special: a mark above each, and its text. */
  readonly marks?: ReadonlyMap<number, string>;
  readonly handle?: Ref<ChartHandle>;
};

/** A metric over time: bars for sums, a line for levels and rates. */
export function MainChart(props: MainChartProps) {
  const { name, series, step, zone, inProgress, marks } = props;
  const { first, last } = props.cut;
  const labels = useMemo(() => timeLabels(series.starts, step, zone), [series.starts, step, zone]);
  const option = useMemo(
    () => (colours: Colours, width: number) =>
      series.kind === 'bars'
        ? barsOption({ ...shown(series), labels, inProgress, cut: { first, last }, marks }, colours, width)
        : linesOption(
            {
              labels,
              inProgress,
              lines: [{ name, slot: 0, values: series.values }],
              previous: series.previous?.slice(0, series.values.length),
              format: series.format,
            },
            colours,
            width,
          ),
    [series, labels, inProgress, first, last, name, marks],
  );
  return (
    <Chart
      label={`${name} by ${step.toLowerCase()}`}
      height={264}
      option={option}
      points={pointsOf(props)}
      onOpen={props.onOpen}
      onZoom={props.onZoom}
      {...(props.handle !== undefined && { handle: props.handle })}
    />
  );
}

/** Bars without estimates need no second part. */
function shown(series: MetricSeries) {
  const { values, estimated, rolling, previous } = series;
  return {
    values,
    rolling: rolling?.some((value) => value !== null) ? rolling : undefined,
    previous: previous?.slice(0, values.length),
    estimated: estimated?.some((value) => (value ?? 0) > 0) ? estimated : undefined,
  };
}

/** The text of each bucket of a metric. */
export function pointsOf(props: MainChartProps): Points {
  const { name, series, step, zone, inProgress, cut, beforeName, ratio, marks } = props;
  const last = series.starts.length - 1;
  return pointsFrom(series.starts, (start, index) => {
    const value = series.values[index] ?? null;
    const estimated = series.estimated?.[index] ?? 0;
    const before = series.previous?.[index];
    const mean = series.rolling?.[index];
    const notes = [
      ...(marks?.get(index) !== undefined ? [marks.get(index)] : []),
      ...(index === last && inProgress
        ? ['in progress']
        : [cutNote(cut, index, series.starts.length)].filter((note) => note !== null)),
      ...(value === null ? ['unknown'] : []),
      ...(value !== null && estimated > 0
        ? [`${share(estimated / value)} estimated: ${ratio} × (likes + reposts)`]
        : []),
    ];
    return {
      title: bucketOf(start, step, zone),
      rows: [
        { label: name, text: series.exact(value) },
        ...(before === undefined ? [] : [{ label: beforeName, text: series.exact(before) }]),
        ...(mean == null ? [] : [{ label: meanName(step), text: series.exact(mean) }]),
      ],
      ...(notes.length > 0 && { note: notes.join(' · ') }),
    };
  });
}
