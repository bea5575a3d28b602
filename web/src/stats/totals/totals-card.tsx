import { useMemo } from 'react';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { StatTabs } from '../../chart/stat.tsx';
import { cn } from '../../ui/cn.ts';
import { cardQuery } from '../card-query.ts';
import { useStream } from '../stream.tsx';
import { TotalFiguresFragment, TotalsFragment } from './fragment.ts';
import { KindsStrip } from './kinds-strip.tsx';
import { MetricBody } from './metric-body.tsx';
import { metricLabels, seriesOf, statTabs, type Tab, tabOf } from './metrics.ts';
import { TotalsWaiting } from './totals-waiting.tsx';

/** On very wide screens the calendar and the best times are next to it. */
const place = 'md:col-span-12 2xl:col-span-7 2xl:row-span-2';

/** Totals as tabs of the main chart. `followers`: of an account, null when unknown; a topic has authors instead. */
export function TotalsCard(props: {
  stats: FragmentType<typeof TotalsFragment> | null;
  followers?: number | null | undefined;
}) {
  const stats = readFragment(TotalsFragment, props.stats);
  const totals = readFragment(TotalFiguresFragment, stats?.totals);
  const before = readFragment(TotalFiguresFragment, stats?.previous?.totals);
  const stream = useStream();
  const { view, setView, above } = stream;
  const tab = tabOf(view.metric, props.followers !== undefined);
  // The same object while it shows the same data: another one redraws the chart.
  const series = useMemo(() => (stats == null ? null : seriesOf(stats, tab)), [stats, tab]);
  if (stats == null || series === null || totals == null || above.kind !== 'ready')
    return <TotalsWaiting state={above} className={place} kinds />;
  return (
    <section id="activity" aria-label="Totals" className={cn('card flex min-w-0 flex-col', place)}>
      <StatTabs
        label="Totals"
        chosen={tab}
        onChoose={(metric: Tab) => setView({ metric })}
        stats={statTabs(stats, totals, before ?? null, props.followers).map((stat) =>
          stats.previous == null
            ? { ...stat, change: { direction: 'none' as const, arrow: '', text: '' } }
            : stat,
        )}
      />
      <MetricBody
        name={metricLabels[tab]}
        queryHref={cardQuery(TotalsFragment, stream)}
        series={series}
        ratio={totals.impressionsPerReaction}
        computedAt={stats.computedAt}
        step={stats.posts.interval}
        isEmpty={totals.posts === 0}
        unknownShare={
          tab === 'LIKES'
            ? unknownOf(stats.likesKnown)
            : tab === 'REPOSTS'
              ? unknownOf(stats.repostsKnown)
              : null
        }
      />
      <KindsStrip totals={stats.totals} />
    </section>
  );
}

const unknownOf = (known: number | null | undefined) => (known == null ? null : 1 - known);
