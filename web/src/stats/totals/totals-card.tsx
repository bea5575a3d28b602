import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { StatTabs } from '../../chart/stat.tsx';
import { cardQuery } from '../card-query.ts';
import { useStream } from '../stream.tsx';
import { TotalFiguresFragment, TotalsFragment } from './fragment.ts';
import { MetricBody } from './metric-body.tsx';
import { metricLabels, seriesOf, statTabs, type Tab, tabOf } from './metrics.ts';
import { TotalsWaiting } from './totals-waiting.tsx';

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
  if (stats == null || totals == null || above.kind !== 'ready')
    return <TotalsWaiting state={above} className="md:col-span-12" />;
  return (
    <section id="activity" aria-label="Totals" className="card min-w-0 md:col-span-12">
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
        series={seriesOf(stats, tab)}
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
    </section>
  );
}

const unknownOf = (known: number | null | undefined) => (known == null ? null : 1 - known);
