import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState } from '../card/state.ts';
import { Chart, type ChartHandle } from '../chart/chart.tsx';
import type { Colours } from '../chart/colours.ts';
import { Legend, type LegendMark } from '../chart/legend.tsx';
import { timeLabels } from '../chart/options/axis.ts';
import { barsOption } from '../chart/options/bars.ts';
import { bucketOf, type Step, zoneName } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { bucketRange, postsLink } from '../posts/link.ts';
import { dayIn } from '../search-params/days.ts';
import { type Range, toTimeRange } from '../search-params/range.ts';
import { cutEnds, cutNote } from '../stats/buckets.ts';
import { Segments } from '../ui/segments.tsx';
import { TagPage } from './queries.ts';

const height = 264;

/** The posts that use the hashtag over the range, a bar for each step. */
export function UseCard(props: {
  tag: string;
  series: { readonly starts: readonly string[]; readonly values: readonly (number | null)[] } | null;
  state: CardState;
  zone: string;
  step: Step;
  steps: readonly Step[];
  /** Whether the last step is in progress. */
  inProgress: boolean;
  range: Range;
  variables: Record<string, unknown>;
  onStep: (step: Step) => void;
  onRange: (range: Range) => void;
}) {
  const { tag, series, zone, step, steps, range, inProgress, onStep, onRange } = props;
  const navigate = useNavigate();
  const handle = useRef<ChartHandle>(null);
  const starts = series?.starts ?? [];
  const cut = cutEnds(starts, step, zone, toTimeRange(range, zone, Date.now()));
  const { first, last } = cut;
  const option = useMemo(() => {
    const labels = timeLabels(series?.starts ?? [], step, zone);
    const values = series?.values ?? [];
    return (colours: Colours, width: number) =>
      barsOption({ labels, values, inProgress, cut: { first, last } }, colours, width);
  }, [series, step, zone, inProgress, first, last]);
  const sum = (series?.values ?? []).reduce<number>((all, value) => all + (value ?? 0), 0);
  const noteOf = (index: number) => {
    const note =
      inProgress && index === starts.length - 1 ? 'in progress' : cutNote(cut, index, starts.length);
    return note === null ? {} : { note };
  };
  const marks: readonly LegendMark[] = [
    'measured',
    ...(inProgress ? (['in progress'] as const) : []),
    ...(first || (last && !inProgress) ? (['cut'] as const) : []),
  ];
  const points = starts.map((start, index) => ({
    title: bucketOf(start, step, zone),
    rows: [{ label: 'Posts', text: exact(series?.values[index]) }],
    ...noteOf(index),
  }));
  const end = (index: number) => starts[index + 1] ?? null;
  return (
    <Card
      className="md:col-span-12"
      title={`Posts per ${step.toLowerCase()}`}
      scope={series && `${exact(sum)} in the range, ${zoneName(zone)}`}
      height={height}
      state={props.state}
      zone={zone}
      controls={
        <Segments
          small
          label="Step"
          value={step}
          onChange={onStep}
          items={steps.map((value) => ({ value, label: nameOf(value) }))}
        />
      }
      png={() => handle.current?.png()}
      queryHref={queryLink(TagPage, props.variables)}
      table={
        series && {
          columns: [nameOf(step), 'Posts'],
          rows: starts.map((start, index) => [bucketOf(start, step, zone), series.values[index] ?? null]),
        }
      }
      footer={marks.length > 1 && <Legend marks={marks} names={{ cut: `part of a ${step.toLowerCase()}` }} />}
    >
      {series && (
        <Chart
          label={`Posts with #${tag} per ${step.toLowerCase()}`}
          height={height}
          option={option}
          points={points}
          handle={handle}
          onOpen={(index) => {
            const start = starts[index];
            if (start === undefined) return;
            const next = end(index);
            const range =
              next === null
                ? { from: new Date(start).toISOString(), to: null }
                : bucketRange(start, next, zone);
            void navigate(postsLink({ hashtags: [tag], range, zone }));
          }}
          onZoom={(first, last) => {
            const from = starts[first];
            if (from === undefined) return;
            const to = end(last);
            onRange({
              from: dayIn(zone, Date.parse(from)),
              to: dayIn(zone, (to === null ? Date.now() : Date.parse(to) - 1) + 86_400_000),
            });
          }}
        />
      )}
    </Card>
  );
}

/** `Week` of `WEEK`. */
export function nameOf(step: Step): string {
  return step.slice(0, 1) + step.slice(1).toLowerCase();
}
