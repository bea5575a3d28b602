import { Code, Ellipsis, Table2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { download, fileName, type Table, toCsv } from '../../card/csv.ts';
import { DataTable } from '../../card/data-table.tsx';
import { StateBody } from '../../card/states.tsx';
import type { ChartHandle } from '../../chart/chart.tsx';
import { Legend, type LegendMark } from '../../chart/legend.tsx';
import { StatTabs } from '../../chart/stat.tsx';
import { wholePercent } from '../../format/numbers.ts';
import { steps } from '../../search-params/page.ts';
import { dayIn } from '../../search-params/days.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../../ui/menu.tsx';
import { Segments } from '../../ui/segments.tsx';
import { BarsSkeleton, Skeleton } from '../../ui/skeleton.tsx';
import { bucketEnd, bucketNames, isInProgress } from '../buckets.ts';
import { cardQuery } from '../card-query.ts';
import { noPosts, usePosts, useStream } from '../stream.tsx';
import { meanName } from '../variables.ts';
import { TotalFiguresFragment, TotalsFragment } from './fragment.ts';
import { MainChart } from './main-chart.tsx';
import { type MetricSeries, metricLabels, seriesOf, statTabs, type Tab, tabOf } from './metrics.ts';

const stepNames = {
  HOUR: 'Hour',
  DAY: 'Day',
  WEEK: 'Week',
  MONTH: 'Month',
  QUARTER: 'Quarter',
  YEAR: 'Year',
};

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
    return (
      <section id="activity" aria-label="Totals" className="card md:col-span-12">
        <TabsSkeleton />
        <div className="p-4 sm:p-5">
          <div className="mb-3 h-7 max-sm:h-13" />
          <StateBody
            state={above.kind === 'ready' ? { kind: 'loading' } : above}
            height={264}
            skeleton={<BarsSkeleton height={264} />}
          />
        </div>
      </section>
    );
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
      <Body
        tab={tab}
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

function Body(props: {
  tab: Tab;
  series: MetricSeries;
  ratio: number;
  computedAt: string;
  step: (typeof steps)[number] | 'MINUTE';
  isEmpty: boolean;
  unknownShare: number | null;
}) {
  const { tab, series, step, unknownShare } = props;
  const stream = useStream();
  const { view, setView } = stream;
  const { bucketHref, open } = usePosts();
  const [asTable, setAsTable] = useState(false);
  const chart = useRef<ChartHandle>(null);
  const inProgress = isInProgress(series.starts, step, view.zone, props.computedAt);
  const beforeName =
    view.vs === 'year' ? 'year before' : view.range === '1y' ? 'year before' : 'period before';
  const name = metricLabels[tab];
  const marks: LegendMark[] = [
    'measured',
    ...(series.estimated?.some((value) => (value ?? 0) > 0) ? (['estimated'] as const) : []),
    ...(inProgress ? (['in progress'] as const) : []),
    ...(series.previous ? (['before'] as const) : []),
    ...(series.rolling?.some((value) => value !== null) ? (['mean'] as const) : []),
  ];
  const table: Table = {
    columns: [
      stepNames[step === 'MINUTE' ? 'HOUR' : step],
      name,
      ...(series.estimated ? ['Estimated part'] : []),
      ...(series.previous ? [beforeName] : []),
    ],
    rows: bucketNames(series.starts, step, view.zone).map((bucket, index) => [
      bucket,
      series.values[index] ?? null,
      ...(series.estimated ? [series.estimated[index] ?? null] : []),
      ...(series.previous ? [series.previous[index] ?? null] : []),
    ]),
  };
  const title = `${name} per ${step.toLowerCase()}`;
  const offered = offeredSteps(series.starts.length, step);
  return (
    <div className="p-4 sm:p-5 sm:pt-4">
      <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-medium text-fg-2 text-sm">{title}</h2>
        {unknownShare !== null && unknownShare > 0 && <Chip>{wholePercent(unknownShare)} unknown</Chip>}
        <div className="ml-auto flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
          <Legend
            marks={props.isEmpty ? [] : marks}
            names={{
              before: beforeName,
              mean: meanName(step),
              ...(series.kind === 'line' && { measured: name.toLowerCase() }),
            }}
          />
          <div className="flex items-center gap-1 print:hidden">
            <Segments
              small
              label="Step"
              value={step}
              items={offered.map((value) => ({ value, label: stepNames[value as keyof typeof stepNames] }))}
              onChange={(value) => setView({ step: value })}
            />
            <IconButton
              label={asTable ? 'Totals as a chart' : 'Totals as a table'}
              aria-pressed={asTable}
              className="hidden aria-pressed:bg-brand-soft aria-pressed:text-brand sm:inline-flex"
              onClick={() => setAsTable(!asTable)}
            >
              <Table2 size={14} />
            </IconButton>
            <Button variant="ghost" size="icon-sm" asChild className="hidden sm:inline-flex">
              <a
                href={cardQuery(TotalsFragment, stream)}
                aria-label="The query of Totals"
                title="Open its query"
                target="_blank"
                rel="noreferrer"
              >
                <Code size={14} />
              </a>
            </Button>
            <Menu>
              <MenuTrigger asChild>
                <IconButton label="More of Totals">
                  <Ellipsis size={15} />
                </IconButton>
              </MenuTrigger>
              <MenuContent>
                <MenuItem className="sm:hidden" onSelect={() => setAsTable(!asTable)}>
                  {asTable ? 'Show as a chart' : 'Show as a table'}
                </MenuItem>
                <MenuItem
                  onSelect={() =>
                    download(`${fileName(title)}.csv`, new Blob([toCsv(table)], { type: 'text/csv' }))
                  }
                >
                  Save as CSV
                </MenuItem>
                {!asTable && (
                  <MenuItem onSelect={() => download(`${fileName(title)}.png`, chart.current?.png() ?? '')}>
                    Save as PNG
                  </MenuItem>
                )}
              </MenuContent>
            </Menu>
          </div>
        </div>
      </div>
      {asTable ? (
        <DataTable table={table} caption={title} height={264} />
      ) : props.isEmpty || series.values.every((value) => value === null) ? (
        <StateBody
          height={264}
          skeleton={null}
          state={
            series.values.length === 0 || props.isEmpty
              ? noPosts(stream)
              : {
                  kind: 'unknown',
                  title: `${name} are not known`,
                  hint: 'Nothing that was collected in this range tells them.',
                }
          }
        />
      ) : (
        <MainChart
          name={name}
          series={series}
          step={step}
          zone={view.zone}
          inProgress={inProgress}
          beforeName={beforeName}
          ratio={props.ratio}
          handle={chart}
          onOpen={(index) => {
            const start = series.starts[index];
            if (start !== undefined) open(bucketHref(start, step));
          }}
          onZoom={(first, last) => {
            const from = series.starts[first];
            const to = series.starts[last];
            if (from === undefined || to === undefined) return;
            setView({
              range: {
                from: dayIn(view.zone, Date.parse(from)),
                to: dayIn(view.zone, bucketEnd(to, step, view.zone).getTime()),
              },
            });
          }}
        />
      )}
    </div>
  );
}

/** Steps worth offering: those that leave 2 to 800 bars, three at most, and the one that shows. */
function offeredSteps(buckets: number, step: string) {
  const days: Record<string, number> = {
    HOUR: 1 / 24,
    DAY: 1,
    WEEK: 7,
    MONTH: 30.4,
    QUARTER: 91.3,
    YEAR: 365.2,
  };
  const span = buckets * (days[step] ?? 1);
  return steps.filter(
    (each) => each === step || (span / (days[each] ?? 1) >= 4 && span / (days[each] ?? 1) <= 800),
  );
}

function TabsSkeleton() {
  return (
    <div
      aria-hidden
      className="grid grid-cols-2 gap-px overflow-hidden rounded-t-card border-b bg-line sm:grid-cols-3 lg:auto-cols-fr lg:grid-flow-col lg:grid-cols-none"
    >
      {[0, 1, 2, 3, 4, 5].map((index) => (
        <div key={index} className="bg-surface px-4 py-3 sm:px-5">
          <Skeleton className="my-0.5 h-3 w-16" />
          <Skeleton className="my-1 h-6 w-24" />
          <Skeleton className="my-0.5 h-3 w-12" />
        </div>
      ))}
    </div>
  );
}
