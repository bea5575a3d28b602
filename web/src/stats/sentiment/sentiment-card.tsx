import { useMemo, useRef, useState } from 'react';
import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { Chart, type ChartHandle } from '../../chart/chart.tsx';
import type { Colours } from '../../chart/colours.ts';
import { timeLabels } from '../../chart/options/axis.ts';
import { barsOption } from '../../chart/options/bars.ts';
import { sharesOption } from '../../chart/options/shares.ts';
import { Strip } from '../../chart/strip.tsx';
import { exact, mean, share } from '../../format/numbers.ts';
import { Segments } from '../../ui/segments.tsx';
import { bucketNames } from '../buckets.ts';
import { cardQuery } from '../card-query.ts';
import { postNoun, usePosts, useStream } from '../stream.tsx';

/** Sentiment as a whole and over time. */
export const SentimentFragment = graphql(`
  fragment SentimentCard on Stats {
    sentiment {
      mean
      negative
      neutral
      positive
      unscored
    }
    moodMeans: series(metric: SENTIMENT, interval: $step) {
      values
    }
    sentimentSeries(interval: $step) {
      interval
      starts
      negative
      neutral
      positive
      scored
    }
  }
`);

const views = [
  { value: 'mean', label: 'Mean' },
  { value: 'shares', label: 'Shares' },
] as const;

/** Sentiment: its mean or its shares over time, and the split of all. */
export function SentimentCard(props: {
  stats: FragmentType<typeof SentimentFragment> | null;
  className?: string;
}) {
  const stats = readFragment(SentimentFragment, props.stats);
  const stream = useStream();
  const { view, below } = stream;
  const noun = postNoun(stream);
  const { href, bucketHref, open } = usePosts();
  const [shown, setShown] = useState<'mean' | 'shares'>('mean');
  const chart = useRef<ChartHandle>(null);
  const series = stats?.sentimentSeries;
  const step = series?.interval ?? view.step;
  const starts = series?.starts ?? [];
  const labels = useMemo(() => timeLabels(series?.starts ?? [], step, view.zone), [series, step, view.zone]);
  const option = useMemo(
    () => (colours: Colours, width: number) =>
      shown === 'shares' && series != null
        ? sharesOption({ labels, ...series }, colours)
        : barsOption(
            { labels, values: stats?.moodMeans.values ?? [], signed: true, format: mean },
            colours,
            width,
          ),
    [stats, series, labels, shown],
  );
  const names = bucketNames(starts, step, view.zone);
  const sums = stats?.sentiment;
  const scored = sums == null ? 0 : sums.negative + sums.neutral + sums.positive;
  return (
    <Card
      title="Sentiment"
      anchor="mood"
      scope={`${shown === 'mean' ? 'mean' : 'shares'} per ${step.toLowerCase()}`}
      height={250}
      className={props.className ?? 'md:col-span-7'}
      zone={view.zone}
      unknownShare={
        sums == null || scored + sums.unscored === 0 ? null : sums.unscored / (scored + sums.unscored)
      }
      state={
        below.kind === 'ready' && scored === 0
          ? {
              kind: 'unknown',
              title: 'No sentiment is known',
              hint: `No ${noun.slice(0, -1)} in this range is in a language that has a lexicon.`,
            }
          : below
      }
      controls={<Segments small label="View" value={shown} items={views} onChange={setShown} />}
      table={{
        columns: ['From', 'Mean', 'Negative', 'Neutral', 'Positive', `Scored ${noun}`],
        rows: names.map((name, index) => [
          name,
          stats?.moodMeans.values[index] ?? null,
          series?.negative[index] ?? null,
          series?.neutral[index] ?? null,
          series?.positive[index] ?? null,
          series?.scored[index] ?? null,
        ]),
      }}
      queryHref={cardQuery(SentimentFragment, stream)}
      png={() => chart.current?.png()}
    >
      <Chart
        label={`Sentiment by ${step.toLowerCase()}`}
        height={200}
        option={option}
        handle={chart}
        points={names.map((title, index) => ({
          title,
          rows: [
            { label: 'Mean', text: mean(stats?.moodMeans.values[index]) },
            { label: 'Positive', text: share(series?.positive[index]) },
            { label: 'Neutral', text: share(series?.neutral[index]) },
            { label: 'Negative', text: share(series?.negative[index]) },
            { label: `Scored ${noun}`, text: exact(series?.scored[index]) },
          ],
        }))}
        onOpen={(index) => {
          const start = starts[index];
          if (start !== undefined) open(bucketHref(start, step));
        }}
      />
      <div className="pt-3">
        {sums != null && (
          <Strip
            label={noun === 'messages' ? 'Messages by sentiment' : 'Posts by sentiment'}
            parts={[
              {
                name: 'negative',
                value: sums.negative,
                colour: 'var(--d-2)',
                href: href({ mood: 'NEGATIVE' }),
              },
              { name: 'neutral', value: sums.neutral, colour: 'var(--d0)', href: href({ mood: 'NEUTRAL' }) },
              {
                name: 'positive',
                value: sums.positive,
                colour: 'var(--d2)',
                href: href({ mood: 'POSITIVE' }),
              },
            ]}
          />
        )}
      </div>
    </Card>
  );
}
