import { useMemo, useRef } from 'react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { Chart, type ChartHandle } from '../chart/chart.tsx';
import type { Colours } from '../chart/colours.ts';
import { timeLabels } from '../chart/options/axis.ts';
import { linesOption } from '../chart/options/lines.ts';
import { compact, exact } from '../format/numbers.ts';
import { bucketNames } from '../stats/buckets.ts';
import { usePosts, useStream } from '../stats/stream.tsx';

/** Viewers of a channel in each bucket; null when the number was not read. */
export const ViewersFragment = graphql(`
  fragment ViewersCard on Channel {
    viewers(interval: $step, range: $range, timeZone: $zone) {
      interval
      starts
      values
    }
  }
`);

/** Returns the mean readings as whole viewers, and their maximum; null when there are none. */
export function wholeViewers(values: readonly (number | null)[]): {
  readonly values: readonly (number | null)[];
  readonly most: number | null;
} {
  const whole = values.map((value) => (value === null ? null : Math.round(value)));
  const known = whole.filter((value) => value !== null);
  return { values: whole, most: known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b)) };
}

const height = 250;

/** Viewers over time, with a gap when the channel was offline or the number was not read. */
export function ViewersCard(props: {
  channel: FragmentType<typeof ViewersFragment> | null;
  state: CardState;
  className: string;
}) {
  const watched = readFragment(ViewersFragment, props.channel)?.viewers;
  const { view } = useStream();
  const { bucketHref, open } = usePosts();
  const chart = useRef<ChartHandle>(null);
  const step = watched?.interval ?? view.step;
  const { starts, values, most, labels } = useMemo(() => {
    const starts = watched?.starts ?? [];
    return { starts, ...wholeViewers(watched?.values ?? []), labels: timeLabels(starts, step, view.zone) };
  }, [watched, step, view.zone]);
  const option = useMemo(
    () => (colours: Colours, width: number) =>
      linesOption(
        { labels, lines: [{ name: 'Viewers', slot: 0, values }], fromZero: true, format: compact },
        colours,
        width,
      ),
    [labels, values],
  );
  const names = bucketNames(starts, step, view.zone);
  return (
    <Card
      title="Viewers"
      anchor="viewers"
      scope={most === null ? undefined : `${exact(most)} at most`}
      height={height}
      className={props.className}
      zone={view.zone}
      state={
        props.state.kind === 'ready' && most === null
          ? {
              kind: 'unknown',
              title: 'No viewers are known in this range',
              hint: 'They are read each minute while the channel is on air and its chat is collected, where keys for the API of Twitch are set.',
            }
          : props.state
      }
      table={{
        columns: ['From', 'Viewers'],
        rows: names.map((name, index) => [name, values[index] ?? null]),
      }}
      png={() => chart.current?.png()}
    >
      <Chart
        label={`Viewers by ${step.toLowerCase()}`}
        height={height}
        option={option}
        handle={chart}
        points={names.map((title, index) => ({
          title,
          rows: [{ label: 'Viewers', text: exact(values[index]) }],
          ...((values[index] ?? null) === null && { note: 'not read in this time' }),
        }))}
        onOpen={(index) => {
          const start = starts[index];
          if (start !== undefined) open(bucketHref(start, step));
        }}
      />
    </Card>
  );
}
