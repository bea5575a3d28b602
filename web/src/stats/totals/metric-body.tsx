import { Code, Ellipsis, Table2 } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useConnection } from '../../api/state.ts';
import { download, fileName, type Table, toCsv } from '../../card/csv.ts';
import { DataTable } from '../../card/data-table.tsx';
import { OfflineChip } from '../../card/offline-chip.tsx';
import { StateBody } from '../../card/states.tsx';
import type { ChartHandle } from '../../chart/chart.tsx';
import { Legend, type LegendMark } from '../../chart/legend.tsx';
import type { Step } from '../../format/dates.ts';
import { wholePercent } from '../../format/numbers.ts';
import { dayIn } from '../../search-params/days.ts';
import { toTimeRange } from '../../search-params/range.ts';
import { openSharing } from '../../share/dialog-state.ts';
import { canBeShared, shared } from '../../share/shared.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../../ui/menu.tsx';
import { Segments } from '../../ui/segments.tsx';
import { bucketEnd, bucketNames, type CutEnds, cutEnds, isInProgress } from '../buckets.ts';
import { noPosts, usePosts, useStream } from '../stream.tsx';
import { meanName } from '../variables.ts';
import { MainChart } from './main-chart.tsx';
import type { MetricSeries } from './metrics.ts';
import { offeredSteps, stepNames } from './steps.ts';

const whole: CutEnds = { first: false, last: false };

/** The chart below the tabs: one metric over time, with its legend, steps, table and query. */
export function MetricBody(props: {
  /** The metric's name. */
  name: string;
  series: MetricSeries;
  /** Impressions per like or repost, for estimates. */
  ratio?: number;
  computedAt: string;
  step: Step;
  /** The page's default step, when it is not one of the common steps. */
  ownStep?: Step;
  isEmpty: boolean;
  unknownShare?: number | null;
  queryHref: string;
  /** Next to the title: information without a chart. */
  note?: ReactNode;
  /** Buckets with something special, and the text of each. */
  marks?: ReadonlyMap<number, string>;
}) {
  const { name, series, step, unknownShare = null, ratio = 0 } = props;
  const stream = useStream();
  const { view, setView } = stream;
  const { bucketHref, open } = usePosts();
  const [asTable, setAsTable] = useState(false);
  const { lostAt } = useConnection();
  const chart = useRef<ChartHandle>(null);
  const inProgress = isInProgress(series.starts, step, view.zone, props.computedAt);
  const cut =
    series.kind === 'bars'
      ? cutEnds(series.starts, step, view.zone, toTimeRange(view.range, view.zone, Date.now()))
      : whole;
  const beforeName =
    view.vs === 'year' ? 'year before' : view.range === '1y' ? 'year before' : 'period before';
  const marks: LegendMark[] = [
    'measured',
    ...(series.estimated?.some((value) => (value ?? 0) > 0) ? (['estimated'] as const) : []),
    ...(inProgress ? (['in progress'] as const) : []),
    ...(cut.first || (cut.last && !inProgress) ? (['cut'] as const) : []),
    ...(series.previous ? (['before'] as const) : []),
    ...(series.rolling?.some((value) => value !== null) ? (['mean'] as const) : []),
  ];
  const table = (): Table => ({
    columns: [
      stepNames[step],
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
  });
  const title = `${name} per ${step.toLowerCase()}`;
  const offered = offeredSteps(series.starts.length, step, props.ownStep);
  return (
    <div data-stale={lostAt !== null || undefined} className="p-4 sm:p-5 sm:pt-4">
      <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-medium text-fg-2 text-sm">{title}</h2>
        {unknownShare !== null && unknownShare > 0 && <Chip>{wholePercent(unknownShare)} unknown</Chip>}
        {lostAt !== null && <OfflineChip lostAt={lostAt} zone={view.zone} />}
        {props.note}
        <div className="ml-auto flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
          <Legend
            marks={props.isEmpty ? [] : marks}
            names={{
              before: beforeName,
              cut: `part of a ${step.toLowerCase()}`,
              mean: meanName(step),
              ...(series.kind === 'line' && { measured: name.toLowerCase() }),
            }}
          />
          <div className="flex items-center gap-1 print:hidden">
            <Segments
              small
              label="Step"
              value={step}
              items={offered.map((value) => ({ value, label: stepNames[value] }))}
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
            {shared === null && (
              <Button variant="ghost" size="icon-sm" asChild className="hidden sm:inline-flex">
                <a
                  href={props.queryHref}
                  aria-label="The query of Totals"
                  title="Open its query"
                  target="_blank"
                  rel="noreferrer"
                >
                  <Code size={14} />
                </a>
              </Button>
            )}
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
                    download(`${fileName(title)}.csv`, new Blob([toCsv(table())], { type: 'text/csv' }))
                  }
                >
                  Save as CSV
                </MenuItem>
                {!asTable && (
                  <MenuItem onSelect={() => download(`${fileName(title)}.png`, chart.current?.png() ?? '')}>
                    Save as PNG
                  </MenuItem>
                )}
                {shared === null && canBeShared(location.pathname) && (
                  <MenuItem onSelect={() => openSharing('activity')}>Embed…</MenuItem>
                )}
              </MenuContent>
            </Menu>
          </div>
        </div>
      </div>
      {asTable ? (
        <DataTable table={table()} caption={title} height={264} />
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
                  hint: 'No source reported them in this range.',
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
          cut={cut}
          beforeName={beforeName}
          ratio={ratio}
          {...(props.marks !== undefined && { marks: props.marks })}
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
