import { useMemo, useRef, useState } from 'react';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { BarList } from '../chart/bar-list.tsx';
import { Chart, type ChartHandle } from '../chart/chart.tsx';
import { Newest } from '../chart/newest.tsx';
import { Legend, Ramp } from '../chart/legend.tsx';
import { timeLabels } from '../chart/options/axis.ts';
import { barsOption } from '../chart/options/bars.ts';
import { calendarOption, hoursOption } from '../chart/options/heat.ts';
import { linesOption } from '../chart/options/lines.ts';
import type { Point } from '../chart/point.ts';
import { StatTabs } from '../chart/stat.tsx';
import { Strip } from '../chart/strip.tsx';
import { change, rateChange } from '../format/change.ts';
import { bucketOf, weekdays } from '../format/dates.ts';
import { compact, exact } from '../format/numbers.ts';
import { addDays } from '../search-params/days.ts';
import { Grid, Page as Frame } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/segments.tsx';

// The same numbers each time, from a sine: this page shows components, not data.
const wave = (index: number) => Math.round(900 + 700 * Math.sin(index * 1.7) + 300 * Math.sin(index * 0.4));
const starts = Array.from({ length: 52 }, (_, week) => `${addDays('2025-12-01', week * 7)}T00:00:00Z`);
const labels = timeLabels(starts, 'WEEK', 'UTC');
const values = starts.map((_, index) => wave(index));
const estimated = values.map((value) => Math.round(value * 0.3));
const gappy = values.map((value, index) => (index < 14 || (index > 29 && index < 34) ? null : value));
const hours = Array.from({ length: 168 }, (_, hour) => Math.max(0, wave(hour) - 700));
const days = Array.from({ length: 331 }, (_, day) => ({
  date: addDays('2026-01-01', day),
  posts: day % 7,
  level: (day * 3) % 5,
}));
const pointsOf = (series: readonly (number | null)[]): Point[] =>
  series.map((value, index) => ({
    title: bucketOf(starts[index] ?? '', 'WEEK', 'UTC'),
    rows: [{ label: 'Impressions', text: exact(value) }],
  }));
const table = {
  columns: ['Week', 'Impressions'],
  rows: starts.map((start, index) => [bucketOf(start, 'WEEK', 'UTC'), values[index] ?? null] as const),
};
const nothing = () => {};
const retryAt = new Date(Date.now() + 90_000).toISOString();
const states: readonly [string, CardState][] = [
  ['Loading', { kind: 'loading' }],
  [
    'Empty',
    {
      kind: 'empty',
      title: 'No posts in this range',
      hint: 'The last collected post is from Nov 27, 2026.',
      offers: [
        { label: 'Show the last 30 days', onClick: nothing },
        { label: 'Show all', onClick: nothing },
      ],
    },
  ],
  [
    'Unknown',
    {
      kind: 'unknown',
      title: 'Likes are not known',
      hint: 'The archive tells no likes before Apr 24, 2026.',
      offers: [{ label: 'Fetch them', onClick: nothing }],
    },
  ],
  [
    'Error',
    {
      kind: 'error',
      problem: {
        code: 'TIMEOUT',
        title: 'This took longer than the server allows',
        hint: 'Ask for a shorter range.',
        retryAt: null,
        details: '{}',
      },
      onRetry: nothing,
      onCoarser: nothing,
    },
  ],
  [
    'Rate limited',
    {
      kind: 'error',
      problem: {
        code: 'RATE_LIMITED',
        title: 'Too many requests at the moment',
        hint: 'The provider accepts no more.',
        retryAt,
        details: '{}',
      },
      onRetry: nothing,
    },
  ],
  [
    'Fetching',
    {
      kind: 'fetching',
      job: {
        message: 'Reading page 12 of about 40',
        fraction: 0.3,
        fetched: 1204,
        inserted: 1180,
        updated: 24,
        postsPerSecond: 41,
        remainingSeconds: 70,
        onCancel: nothing,
        jobHref: '/jobs',
      },
    },
  ],
];

/** All components in all states; in development only. */
export function Page() {
  const [chosen, setChosen] = useState<'posts' | 'impressions' | 'rate'>('impressions');
  const [step, setStep] = useState<'DAY' | 'WEEK'>('WEEK');
  const chart = useRef<ChartHandle>(null);
  const bars = useMemo(
    () => (colours: Parameters<typeof barsOption>[1], width: number) =>
      barsOption(
        { labels, values, estimated, previous: values.map((value) => value * 0.6), inProgress: true },
        colours,
        width,
      ),
    [],
  );
  const lines = useMemo(
    () => (colours: Parameters<typeof linesOption>[1], width: number) =>
      linesOption(
        { labels, lines: [{ name: 'Followers', slot: 0, values: gappy }], inProgress: true },
        colours,
        width,
      ),
    [],
  );
  const two = useMemo(
    () => (colours: Parameters<typeof linesOption>[1], width: number) =>
      linesOption(
        {
          labels,
          named: true,
          lines: [
            { name: '@harbour_ledger', slot: 0, values },
            { name: 'climate', slot: 1, values: estimated },
          ],
        },
        colours,
        width,
      ),
    [],
  );
  const unknownBars = useMemo(
    () => (colours: Parameters<typeof barsOption>[1], width: number) =>
      barsOption({ labels, values: gappy }, colours, width),
    [],
  );
  const heat = useMemo(() => (colours: Parameters<typeof hoursOption>[1]) => hoursOption(hours, colours), []);
  const calendar = useMemo(
    () => (colours: Parameters<typeof calendarOption>[2]) => calendarOption(2026, days, colours),
    [],
  );
  return (
    <Frame title="Parts">
      <h1 className="mb-4 font-semibold text-xl">Parts</h1>
      <Grid>
        <section className="card md:col-span-12" aria-label="Totals">
          <StatTabs
            label="Totals"
            chosen={chosen}
            onChoose={setChosen}
            stats={[
              { key: 'posts', label: 'Posts', text: compact(1547), value: 1547, change: change(1547, 1137) },
              {
                key: 'impressions',
                label: 'Impressions',
                text: compact(19519871),
                value: 19519871,
                change: change(197, 100),
                upIsBetter: true,
                estimated: '28% est.',
              },
              {
                key: 'rate',
                label: 'Engagement rate',
                text: '2.25%',
                value: 0.0225,
                change: rateChange(0.0225, 0.024),
                upIsBetter: true,
              },
            ]}
          />
          <div className="p-4 sm:p-5">
            <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
              <span className="text-fg-2 text-xs">Impressions per week</span>
              <Legend
                marks={['measured', 'estimated', 'in progress', 'before']}
                names={{ before: 'year before' }}
              />
            </div>
            <Chart
              label="Impressions per week"
              height={264}
              option={bars}
              points={pointsOf(values)}
              onZoom={nothing}
              onOpen={nothing}
              handle={chart}
            />
          </div>
        </section>
        <Card
          className="md:col-span-12"
          title="Calendar"
          scope="1,436 posts on 308 days of 2026"
          height={164}
          table={table}
          queryHref="/graphql"
          footer={<Ramp from="0" to="7+ posts a day" steps={5} />}
        >
          <Newest>
            <div className="min-w-[720px]">
              <Chart
                label="Posts a day"
                height={164}
                option={calendar}
                points={days.map(({ date, posts }) => ({
                  title: date,
                  rows: [{ label: 'Posts', text: exact(posts) }],
                }))}
              />
            </div>
          </Newest>
        </Card>
        <Card
          className="md:col-span-7"
          title="Hour of the week"
          scope="New York time"
          height={262}
          table={table}
          queryHref="/graphql"
          png={() => chart.current?.png()}
          controls={
            <Segments
              small
              label="Step"
              value={step}
              onChange={setStep}
              items={[
                { value: 'DAY', label: 'Posts' },
                { value: 'WEEK', label: 'Engagement' },
              ]}
            />
          }
          footer={<Ramp from="0" to="19.4K+ per hour of the week" />}
        >
          <Chart
            label="Posts by hour of the week"
            height={262}
            columns={24}
            option={heat}
            points={hours.map((value, index) => ({
              title: `${weekdays()[Math.floor(index / 24)]} ${index % 24}:00`,
              rows: [{ label: 'Posts', text: exact(value) }],
            }))}
          />
        </Card>
        <Card className="md:col-span-5" title="Hashtags" scope="posts that use it" height={256} table={table}>
          <BarList
            label="Hashtags"
            rows={[
              '#breaking',
              '#housing',
              '#localnews',
              '#citycouncil',
              '#transit',
              '#budget',
              '#election',
              '#newsroom',
            ].map((name, index) => ({
              name,
              count: 221 - index * 24,
              share: (221 - index * 24) / 1547,
              href: '/posts',
            }))}
          />
        </Card>
        <Card className="md:col-span-6" title="Followers" height={168}>
          <Chart label="Followers" height={168} option={lines} points={pointsOf(gappy)} />
        </Card>
        <Card className="md:col-span-6" title="Compare" height={168}>
          <Chart label="Compare" height={168} option={two} points={pointsOf(values)} />
        </Card>
        <Card
          className="md:col-span-6"
          title="Likes"
          unknownShare={0.42}
          missing={['previous']}
          height={168}
          footer="The archive tells no likes before Apr 24, 2026."
        >
          <Chart label="Likes" height={168} option={unknownBars} points={pointsOf(gappy)} />
        </Card>
        <Card className="md:col-span-6" title="Sentiment" livePerSecond={41} height={168}>
          <Strip
            label="Sentiment"
            parts={[
              { name: 'negative', value: 293, colour: 'var(--d-2)' },
              { name: 'neutral', value: 338, colour: 'var(--d0)' },
              { name: 'positive', value: 368, colour: 'var(--d2)' },
            ]}
          />
        </Card>
        {states.map(([title, state]) => (
          <Card
            key={title}
            className="md:col-span-4"
            title={title}
            state={state}
            height={168}
            queryHref="/graphql"
          />
        ))}
      </Grid>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button variant="primary">Fetch new posts</Button>
        <Button>Hourly</Button>
        <Button variant="ghost">Ghost</Button>
        <Button variant="danger">Cancel</Button>
      </div>
    </Frame>
  );
}
