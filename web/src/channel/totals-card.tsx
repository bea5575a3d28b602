import { Triangle } from 'lucide-react';
import { useMemo } from 'react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import type { ChatTotalsFragment as ChatTotals } from '../../gql/graphql.ts';
import { type StatTab, StatTabs } from '../chart/stat.tsx';
import { change } from '../format/change.ts';
import type { Step } from '../format/dates.ts';
import { compact, exact, mean } from '../format/numbers.ts';
import { cardQuery } from '../stats/card-query.ts';
import { useStream } from '../stats/stream.tsx';
import { MetricBody } from '../stats/totals/metric-body.tsx';
import type { MetricSeries } from '../stats/totals/metrics.ts';
import { MetricWaiting, TotalsWaiting } from '../stats/totals/totals-waiting.tsx';
import { type ChatTab as Tab, chatTabOf, tabs } from './tabs.ts';

/**
 * The totals of a chat, and each of them over time. Chatters are requested only when shown, since counting them reads
 * every message.
 */
export const ChatTotalsFragment = graphql(`
  fragment ChatTotals on Stats {
    computedAt
    totals {
      posts
      authors
      emotes
      bits
    }
    sentiment {
      mean
    }
    messages: series(metric: POSTS, interval: $step) {
      interval
      starts
      values
      rolling(buckets: $buckets)
    }
    chatters: series(metric: AUTHORS, interval: $step) @include(if: $chatters) {
      values
      rolling(buckets: $buckets)
    }
    emotes: series(metric: EMOTES, interval: $step) {
      values
      rolling(buckets: $buckets)
    }
    bits: series(metric: BITS, interval: $step) {
      values
      rolling(buckets: $buckets)
    }
    mood: series(metric: SENTIMENT, interval: $step) {
      values
    }
    previous(by: $by) @include(if: $compares) {
      totals {
        posts
        authors
        emotes
        bits
      }
      messages: series(metric: POSTS, interval: $step) {
        values
      }
      chatters: series(metric: AUTHORS, interval: $step) @include(if: $chatters) {
        values
      }
      emotes: series(metric: EMOTES, interval: $step) {
        values
      }
      bits: series(metric: BITS, interval: $step) {
        values
      }
      mood: series(metric: SENTIMENT, interval: $step) {
        values
      }
    }
  }
`);

const names: Record<Tab, string> = {
  POSTS: 'Messages',
  AUTHORS: 'Chatters',
  EMOTES: 'Emotes',
  BITS: 'Bits',
  SENTIMENT: 'Mood',
};

/** Returns the data of a metric's chart; null when it was not requested yet. */
export function chatSeriesOf(stats: ChatTotals, tab: Tab): MetricSeries | null {
  const { messages, chatters, emotes, bits, mood, previous } = stats;
  const whole = { starts: messages.starts, format: compact, exact };
  switch (tab) {
    case 'POSTS':
      return { ...whole, kind: 'bars', ...messages, previous: previous?.messages.values };
    case 'AUTHORS':
      return chatters === undefined
        ? null
        : { ...whole, kind: 'bars', ...chatters, previous: previous?.chatters?.values };
    case 'EMOTES':
      return { ...whole, kind: 'bars', ...emotes, previous: previous?.emotes.values };
    case 'BITS':
      return { ...whole, kind: 'bars', ...bits, previous: previous?.bits.values };
    case 'SENTIMENT':
      return {
        ...whole,
        kind: 'line',
        ...mood,
        previous: previous?.mood.values,
        format: mean,
        exact: mean,
      };
  }
}

function chatStats({ totals, previous, sentiment }: ChatTotals): StatTab<Tab>[] {
  const none = { direction: 'none' as const, arrow: '', text: '' };
  const counted = (key: Tab, of: 'posts' | 'authors' | 'emotes' | 'bits'): StatTab<Tab> => ({
    key,
    label: names[key],
    text: compact(totals[of]),
    value: totals[of],
    change: previous == null ? none : change(totals[of], previous.totals[of]),
  });
  return [
    counted('POSTS', 'posts'),
    counted('AUTHORS', 'authors'),
    counted('EMOTES', 'emotes'),
    counted('BITS', 'bits'),
    {
      key: 'SENTIMENT',
      label: names.SENTIMENT,
      text: mean(sentiment.mean),
      value: sentiment.mean ?? null,
      change: none,
    },
  ];
}

/** A minute with a moment, as a chart marks it. */
export type MarkedMoment = { readonly peakAt: string; readonly score: number };

/** Returns the buckets with a moment, and the text of each: the number of moments, or the strength of a single one. */
export function marksOf(
  starts: readonly string[],
  moments: readonly MarkedMoment[],
): ReadonlyMap<number, string> {
  const at = starts.map((start) => Date.parse(start));
  const held = new Map<number, MarkedMoment[]>();
  for (const moment of moments) {
    const peak = Date.parse(moment.peakAt);
    const index = at.findLastIndex((start) => start <= peak);
    if (index >= 0) held.set(index, [...(held.get(index) ?? []), moment]);
  }
  return new Map(
    [...held].map(([index, some]) => [
      index,
      some.length === 1 ? `a moment: ${exact(some[0]?.score)} deviations up` : `${some.length} moments`,
    ]),
  );
}

/** Totals of a chat as tabs of its main chart. */
export function ChatTotalsCard(props: {
  stats: FragmentType<typeof ChatTotalsFragment> | null;
  moments: readonly MarkedMoment[];
  ownStep: Step;
  className: string;
}) {
  const stats = readFragment(ChatTotalsFragment, props.stats);
  const stream = useStream();
  const { view, setView, above } = stream;
  const tab = chatTabOf(view.metric);
  const { moments } = props;
  // The same objects while nothing changes: new objects would redraw the chart.
  const series = useMemo(() => (stats == null ? null : chatSeriesOf(stats, tab)), [stats, tab]);
  const marks = useMemo(() => marksOf(series?.starts ?? [], moments), [series, moments]);
  if (stats == null || above.kind !== 'ready')
    return <TotalsWaiting state={above} className={props.className} tabs={tabs.length} />;
  return (
    <section id="activity" aria-label="Totals" className={`card min-w-0 ${props.className}`}>
      <StatTabs
        label="Totals"
        chosen={tab}
        onChoose={(metric: Tab) => setView({ metric })}
        stats={chatStats(stats)}
      />
      {series === null ? (
        <MetricWaiting state={above} />
      ) : (
        <MetricBody
          name={names[tab]}
          series={series}
          computedAt={stats.computedAt}
          step={stats.messages.interval}
          ownStep={props.ownStep}
          isEmpty={stats.totals.posts === 0}
          queryHref={cardQuery(ChatTotalsFragment, stream)}
          marks={marks}
          note={
            marks.size > 0 &&
            tab !== 'SENTIMENT' && (
              <span className="inline-flex items-center gap-1 text-fg-2 text-xs">
                <Triangle size={8} aria-hidden className="rotate-180 fill-c2 text-c2" /> moments
              </span>
            )
          }
        />
      )}
    </section>
  );
}
