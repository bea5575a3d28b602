import { useMemo, useRef, useState } from 'react';
import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { Chart, type ChartHandle } from '../../chart/chart.tsx';
import type { Colours } from '../../chart/colours.ts';
import { MoodRamp, Ramp } from '../../chart/legend.tsx';
import { hoursOption, moodHoursOption, scaleEnd } from '../../chart/options/heat.ts';
import { weekdays, zoneName } from '../../format/dates.ts';
import { compact, exact, mean } from '../../format/numbers.ts';
import { weekdayNames } from '../../posts/search.ts';
import { Segments } from '../../ui/segments.tsx';
import { cardQuery } from '../card-query.ts';
import { postNoun, usePosts, useStream } from '../stream.tsx';
import { HourBars, WeekdayBars } from './edges.tsx';

/** Activity by hour of the week. */
export const HoursFragment = graphql(`
  fragment HoursCard on Stats {
    hourUnknown
    postsByHourOfWeek: byHourOfWeek(metric: POSTS)
    postsByHour: byHour(metric: POSTS)
    postsByWeekday: byWeekday(metric: POSTS)
    engagementByHourOfWeek: byHourOfWeek(metric: ENGAGEMENT)
    engagementByHour: byHour(metric: ENGAGEMENT)
    engagementByWeekday: byWeekday(metric: ENGAGEMENT)
    moodByHourOfWeek: byHourOfWeek(metric: SENTIMENT)
    moodByHour: byHour(metric: SENTIMENT)
    moodByWeekday: byWeekday(metric: SENTIMENT)
  }
`);

const choices = [
  { value: 'posts', label: 'Posts' },
  { value: 'engagement', label: 'Engagement' },
  { value: 'mood', label: 'Mood' },
] as const;
/** Chats have no engagement. */
const chatChoices = [
  { value: 'posts', label: 'Messages' },
  { value: 'mood', label: 'Mood' },
] as const;
type Choice = (typeof choices)[number]['value'];

/** A heatmap of the hours of the week, with sums by hour and by weekday at its edges. */
export function HoursCard(props: {
  stats: FragmentType<typeof HoursFragment> | null;
  first?: Choice;
  className?: string;
}) {
  const stats = readFragment(HoursFragment, props.stats);
  const stream = useStream();
  const { view, below } = stream;
  const { href, open } = usePosts();
  const [choice, setChoice] = useState<Choice>(props.first ?? 'posts');
  const chart = useRef<ChartHandle>(null);
  const noun = postNoun(stream);
  const offered: readonly { value: Choice; label: string }[] = noun === 'messages' ? chatChoices : choices;
  const isMood = choice === 'mood';
  const { grid, byHour, byWeekday } = useMemo(() => {
    const of = {
      posts: stats?.postsByHourOfWeek,
      engagement: stats?.engagementByHourOfWeek,
      mood: stats?.moodByHourOfWeek,
    };
    const hours = { posts: stats?.postsByHour, engagement: stats?.engagementByHour, mood: stats?.moodByHour };
    const days = {
      posts: stats?.postsByWeekday,
      engagement: stats?.engagementByWeekday,
      mood: stats?.moodByWeekday,
    };
    return {
      grid: (of[choice] ?? []).flat(),
      byHour: hours[choice] ?? [],
      byWeekday: days[choice] ?? [],
    };
  }, [stats, choice]);
  const option = useMemo(
    () => (colours: Colours) => (isMood ? moodHoursOption(grid, colours) : hoursOption(grid, colours)),
    [grid, isMood],
  );
  const format = isMood ? mean : exact;
  const names = weekdays('long');
  const nameOf = (index: number) =>
    `${names[Math.floor(index / 24)]} ${String(index % 24).padStart(2, '0')}:00`;
  const label = offered.find(({ value }) => value === choice)?.label ?? '';
  const slot = (weekday: number | null, hour: number | null) =>
    href({
      ...(weekday !== null && { weekdays: weekdayNames.slice(weekday, weekday + 1) }),
      ...(hour !== null && { hours: [hour] }),
    });
  return (
    <Card
      title="Hour of the week"
      anchor="rhythm"
      scope={zoneName(view.zone)}
      height={286}
      state={below}
      className={props.className ?? 'md:col-span-7'}
      zone={view.zone}
      controls={<Segments small label="Metric" value={choice} items={offered} onChange={setChoice} />}
      table={() => ({
        columns: ['Hour', label],
        rows: grid.map((value, index) => [nameOf(index), value]),
      })}
      queryHref={cardQuery(HoursFragment, stream)}
      png={() => chart.current?.png()}
    >
      <div className="grid grid-cols-[minmax(0,1fr)_56px] gap-x-2">
        <Chart
          label={`${label} by hour of the week`}
          height={232}
          option={option}
          columns={24}
          handle={chart}
          points={grid.map((value, index) => ({
            title: nameOf(index),
            rows: [{ label, text: format(value) }],
          }))}
          onOpen={(index) => open(slot(Math.floor(index / 24), index % 24))}
        />
        <WeekdayBars
          values={byWeekday}
          label={label}
          format={format}
          hrefOf={(day) => slot(day, null)}
          isMood={isMood}
        />
        <HourBars
          values={byHour}
          label={label}
          format={format}
          hrefOf={(hour) => slot(null, hour)}
          isMood={isMood}
        />
      </div>
      <div className="flex items-center justify-between gap-4 pt-2">
        <p className="text-axis text-fg-3">
          {(stats?.hourUnknown ?? 0) > 0 && `${exact(stats?.hourUnknown)} posts have only a day, no hour`}
        </p>
        {isMood ? (
          <MoodRamp />
        ) : (
          <Ramp from="0" to={`${compact(scaleEnd(grid))}+ ${label.toLowerCase()} an hour`} />
        )}
      </div>
    </Card>
  );
}
