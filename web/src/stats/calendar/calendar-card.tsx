import { useMemo, useRef } from 'react';
import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { Chart, type ChartHandle } from '../../chart/chart.tsx';
import type { Colours } from '../../chart/colours.ts';
import { Ramp } from '../../chart/legend.tsx';
import { Newest } from '../../chart/newest.tsx';
import { calendarOption } from '../../chart/options/heat.ts';
import { pointsFrom } from '../../chart/point.ts';
import { bucketOf, dateFormat, dayOf } from '../../format/dates.ts';
import { exact } from '../../format/numbers.ts';
import { addDays, dayIn } from '../../search-params/days.ts';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { cardQuery } from '../card-query.ts';
import { usePosts, useStream } from '../stream.tsx';

/** A year of days, and runs of days with a post. */
export const CalendarFragment = graphql(`
  fragment CalendarCard on Stats {
    latestCalendar @include(if: $latestYear) {
      ...CalendarYear
    }
    calendar(year: $year) @skip(if: $latestYear) {
      ...CalendarYear
    }
    streaks {
      current {
        days
        from
      }
      longest {
        days
        from
        to
      }
      longestGap {
        days
        from
        to
      }
    }
  }
`);

const CalendarYearFragment = graphql(`
  fragment CalendarYear on Calendar {
    year
    posts
    activeDays
    years
    weeks {
      days {
        date
        posts
        level
      }
    }
  }
`);

type Props = {
  stats: FragmentType<typeof CalendarFragment> | null;
  /** The days of the first and the last post, in the page's zone. */
  earliest: string | null;
  latest: string | null;
};

/** A calendar of posts per day, one year at a time. */
export function CalendarCard(props: Props) {
  const stats = readFragment(CalendarFragment, props.stats);
  const stream = useStream();
  const { view, setView } = stream;
  const { open, href } = usePosts();
  const chart = useRef<ChartHandle>(null);
  const calendar = readFragment(CalendarYearFragment, stats?.latestCalendar ?? stats?.calendar);
  const { earliest, latest } = props;
  const days = useMemo(() => {
    const first = earliest === null ? null : dayIn(view.zone, Date.parse(earliest));
    const last = latest === null ? null : dayIn(view.zone, Date.parse(latest));
    return (calendar?.weeks ?? [])
      .flatMap((week) => week.days)
      .filter(
        ({ date }) =>
          date.startsWith(String(calendar?.year)) &&
          (first === null || date >= first) &&
          (last === null || date <= last),
      );
  }, [calendar, earliest, latest, view.zone]);
  const option = useMemo(
    () => (colours: Colours) => calendarOption(calendar?.year ?? 2000, days, colours),
    [calendar?.year, days],
  );
  const years = calendar?.years ?? [];
  const most = days.filter(({ level }) => level === 4).map(({ posts }) => posts);
  const top = most.length > 0 ? Math.min(...most) : Math.max(0, ...days.map(({ posts }) => posts));
  const chosen = String(calendar?.year ?? view.year ?? '');
  const choose = (year: string) => setView({ year: Number(year) });
  const offered = years.map((year) => ({ value: String(year), label: String(year) }));
  return (
    <Card
      title="Calendar"
      scope={
        calendar == null
          ? undefined
          : `${exact(calendar.posts)} posts on ${exact(calendar.activeDays)} days of ${calendar.year}`
      }
      height={200}
      state={stream.calendar}
      className="md:col-span-12 2xl:col-span-5"
      controls={
        offered.length > 5 ? (
          <Select
            label="Year"
            value={chosen}
            items={[...offered].reverse()}
            onChange={choose}
            className="h-7 text-xs"
          />
        ) : offered.length > 1 ? (
          <Segments small label="Year" value={chosen} items={offered} onChange={choose} />
        ) : undefined
      }
      table={() => ({
        columns: ['Day', 'Posts'],
        rows: days.map(({ date, posts }) => [bucketOf(`${date}T00:00:00Z`, 'DAY', 'UTC'), posts]),
      })}
      queryHref={cardQuery(CalendarFragment, stream)}
      png={() => chart.current?.png()}
      zone={view.zone}
    >
      <Newest>
        <div className="min-w-[720px] 2xl:min-w-[560px]">
          <Chart
            label={`Posts per day of ${chosen}`}
            height={164}
            option={option}
            handle={chart}
            points={pointsFrom(days, ({ date, posts }) => ({
              title: bucketOf(`${date}T00:00:00Z`, 'DAY', 'UTC'),
              rows: [{ label: 'Posts', text: exact(posts) }],
            }))}
            onOpen={(index) => {
              const date = days[index]?.date;
              if (date !== undefined) open(href({ range: { from: date, to: addDays(date, 1) } }));
            }}
          />
        </div>
      </Newest>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 pt-3 text-xs">
        <Streaks stats={stats ?? null} />
        <Ramp from="0" to={`${exact(top)}+ a day`} steps={5} />
      </div>
    </Card>
  );
}

type StreaksOf = { readonly days: number; readonly from: string; readonly to?: string } | null | undefined;

function Streaks({
  stats,
}: {
  stats: { streaks: { current?: StreaksOf; longest?: StreaksOf; longestGap?: StreaksOf } } | null;
}) {
  if (stats === null) return null;
  const { current, longest, longestGap } = stats.streaks;
  const day = (date: string) => dayOf(`${date}T00:00:00Z`, 'UTC');
  const months = dateFormat('UTC', { year: 'numeric', month: 'short' });
  return (
    <p className="nums flex flex-wrap gap-x-6 gap-y-1 text-fg-2">
      <span>
        <b className="font-semibold text-fg">{dayCount(current?.days ?? 0)}</b> current streak
      </span>
      {longest != null && (
        <span title={`${day(longest.from)} to ${day(longest.to ?? longest.from)}`}>
          <b className="font-semibold text-fg">{dayCount(longest.days)}</b> longest, from {day(longest.from)}
        </span>
      )}
      {longestGap != null && (
        <span title={`${day(longestGap.from)} to ${day(longestGap.to ?? longestGap.from)}`}>
          <b className="font-semibold text-fg">{dayCount(longestGap.days)}</b> longest gap, in{' '}
          {months.format(Date.parse(longestGap.from))}
        </span>
      )}
    </p>
  );
}

const dayCount = (days: number) => `${exact(days)} ${days === 1 ? 'day' : 'days'}`;
