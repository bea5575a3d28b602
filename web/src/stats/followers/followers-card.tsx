import { useMemo, useRef } from 'react';
import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { Chart, type ChartHandle } from '../../chart/chart.tsx';
import type { Colours } from '../../chart/colours.ts';
import { timeLabels } from '../../chart/options/axis.ts';
import { linesOption } from '../../chart/options/lines.ts';
import { compact, exact } from '../../format/numbers.ts';
import { bucketNames } from '../buckets.ts';
import { cardQuery } from '../card-query.ts';
import { usePosts, useStream } from '../stream.tsx';

/** Followers at the end of each bucket; null when they were not read. */
export const FollowersFragment = graphql(`
  fragment FollowersCard on Stats {
    growth: followers(interval: $step) {
      interval
      starts
      values
    }
  }
`);

/** Follower growth, with a gap when the number was not read. */
export function FollowersCard(props: { stats: FragmentType<typeof FollowersFragment> | null }) {
  const stats = readFragment(FollowersFragment, props.stats);
  const stream = useStream();
  const { view, below } = stream;
  const { bucketHref, open } = usePosts();
  const chart = useRef<ChartHandle>(null);
  const growth = stats?.growth;
  const step = growth?.interval ?? view.step;
  const { starts, values, labels } = useMemo(() => {
    const starts = growth?.starts ?? [];
    return { starts, values: growth?.values ?? [], labels: timeLabels(starts, step, view.zone) };
  }, [growth, step, view.zone]);
  const option = useMemo(
    () => (colours: Colours, width: number) =>
      linesOption(
        { labels, lines: [{ name: 'Followers', slot: 0, values }], format: compact },
        colours,
        width,
      ),
    [labels, values],
  );
  const known = values.filter((value) => value !== null);
  const names = bucketNames(starts, step, view.zone);
  const gained = (known.at(-1) ?? 0) - (known[0] ?? 0);
  return (
    <Card
      title="Followers"
      anchor="growth"
      scope={
        known.length > 1 ? `${gained < 0 ? '−' : '+'}${exact(Math.abs(gained))} in the range` : undefined
      }
      height={250}
      className="md:col-span-5"
      zone={view.zone}
      state={
        below.kind === 'ready' && known.length === 0
          ? {
              kind: 'unknown',
              title: 'No followers are known',
              hint: 'Archives do not include them. Each fetch reads the number once.',
            }
          : below
      }
      table={{
        columns: ['From', 'Followers'],
        rows: names.map((name, index) => [name, values[index] ?? null]),
      }}
      queryHref={cardQuery(FollowersFragment, stream)}
      png={() => chart.current?.png()}
    >
      <Chart
        label={`Followers by ${step.toLowerCase()}`}
        height={250}
        option={option}
        handle={chart}
        points={names.map((title, index) => ({
          title,
          rows: [{ label: 'Followers', text: exact(values[index]) }],
          ...((values[index] ?? null) === null && { note: 'not read in this period' }),
        }))}
        onOpen={(index) => {
          const start = starts[index];
          if (start !== undefined) open(bucketHref(start, step));
        }}
      />
    </Card>
  );
}
