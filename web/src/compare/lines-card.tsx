import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { Chart, type ChartHandle } from '../chart/chart.tsx';
import type { Colours } from '../chart/colours.ts';
import { timeLabels } from '../chart/options/axis.ts';
import { linesOption } from '../chart/options/lines.ts';
import { bucketOf, type Step, zoneName } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { bucketRange, postsLink } from '../posts/link.ts';
import type { TimeRange } from '../search-params/range.ts';
import { cutEnds, cutNote } from '../stats/buckets.ts';
import { Segments } from '../ui/segments.tsx';
import type { Compared } from './compared.ts';
import { align, indexed } from './compute.ts';

const height = 396;

/** The posts of each stream per step on one axis, as counts or as an index. */
export function LinesCard(props: {
  streams: readonly Compared[];
  /** The number of requested streams, which sets the card's size before they load. */
  count: number;
  state: CardState;
  as: 'values' | 'index';
  onAs: (as: 'values' | 'index') => void;
  step: Step;
  zone: string;
  /** Null for all posts. */
  range: TimeRange | null;
  inProgress: boolean;
  queryHref: string;
}) {
  const { streams, count, as, onAs, step, zone, range, inProgress } = props;
  const from = range?.from ?? null;
  const navigate = useNavigate();
  const handle = useRef<ChartHandle>(null);
  const { starts, values } = useMemo(() => align(streams.map(({ head }) => head.stats.series)), [streams]);
  const shown = useMemo(
    () => (as === 'values' ? values : values.map((each) => indexed(each, starts, from))),
    [as, values, starts, from],
  );
  const cut = cutEnds(starts, step, zone, range);
  const { first, last } = cut;
  const option = useMemo(() => {
    const labels = timeLabels(starts, step, zone);
    const lines = streams.map(({ slot, head }, index) => ({
      name: head.title,
      slot,
      values: shown[index] ?? [],
    }));
    return (colours: Colours, width: number) =>
      linesOption(
        { labels, lines, named: width >= 480, fromZero: true, inProgress, cut: { first, last } },
        colours,
        width,
      );
  }, [streams, starts, shown, step, zone, inProgress, first, last]);
  const noteOf = (index: number) => {
    const note =
      inProgress && index === starts.length - 1 ? 'in progress' : cutNote(cut, index, starts.length);
    return note === null ? {} : { note };
  };
  const points = starts.map((start, index) => ({
    title: bucketOf(start, step, zone),
    rows: streams.map(({ head }, at) => ({
      label: head.title,
      text:
        as === 'values'
          ? exact(values[at]?.[index])
          : `${exact(shown[at]?.[index] == null ? null : Math.round(shown[at][index]))} (${exact(values[at]?.[index])} posts)`,
    })),
    ...noteOf(index),
  }));
  return (
    <Card
      className={`md:col-span-12 ${count < 3 ? 'xl:col-span-7' : count === 3 ? 'xl:col-span-6' : ''}`}
      title={`Posts per ${step.toLowerCase()}`}
      scope={as === 'index' ? `first whole ${step.toLowerCase()} with posts is 100` : zoneName(zone)}
      height={height}
      state={props.state}
      zone={zone}
      controls={
        <Segments
          small
          label="Values or index"
          value={as}
          onChange={onAs}
          items={[
            { value: 'values', label: 'Values' },
            { value: 'index', label: 'Index', title: 'Each line begins at 100' },
          ]}
        />
      }
      png={() => handle.current?.png()}
      queryHref={props.queryHref}
      table={{
        columns: [step.slice(0, 1) + step.slice(1).toLowerCase(), ...streams.map(({ head }) => head.title)],
        rows: starts.map((start, index) => [
          bucketOf(start, step, zone),
          ...shown.map((each) => each[index] ?? null),
        ]),
      }}
    >
      <Chart
        label={`Posts per ${step.toLowerCase()} of ${streams.map(({ head }) => head.title).join(', ')}`}
        height={height}
        option={option}
        points={points}
        handle={handle}
        onOpen={(index) => {
          const start = starts[index];
          if (start === undefined) return;
          const next = starts[index + 1];
          const range =
            next === undefined
              ? { from: new Date(start).toISOString(), to: null }
              : bucketRange(start, next, zone);
          void navigate(postsLink({ streams: streams.map(({ head }) => head.id), own: true, range, zone }));
        }}
      />
    </Card>
  );
}
