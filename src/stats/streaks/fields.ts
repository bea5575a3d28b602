import { builder } from '../../graphql/builder.ts';
import { bucketsOf, floorLocal } from '../../shared/bucket.ts';
import { skippedDays, toLocal } from '../../shared/zone.ts';
import { loadDays } from '../kernel/activity.ts';
import { Stats } from '../kernel/fields.ts';
import {
  consecutiveRuns,
  currentRun,
  gapsBetween,
  longestRun,
  type Streak as StreakData,
} from './compute.ts';

type StreaksData = {
  readonly longest: StreakData | null;
  readonly longestGap: StreakData | null;
  readonly current: StreakData | null;
};

/** Milliseconds until the zone's next day starts. */
function untilMidnight(zone: string, now: number): number {
  const ends = bucketsOf(zone, 'DAY', now, now + 1).map(({ end }) => end - now);
  return Math.min(...ends.filter((ms) => ms > 0));
}

const toDay = (local: number) => new Date(local).toISOString().slice(0, 10);

const Streak = builder.objectRef<StreakData>('Streak').implement({
  description:
    'A run of consecutive days in the time zone. A date that the zone skipped (as Samoa skipped 2011-12-30) does not end it.',
  fields: (t) => ({
    from: t.field({ type: 'Date', description: 'The first day.', resolve: ({ from }) => toDay(from) }),
    to: t.field({ type: 'Date', description: 'The last day, inclusive.', resolve: ({ to }) => toDay(to) }),
    days: t.exposeInt('days', { description: 'Number of days.' }),
  }),
});

const Streaks = builder.objectRef<StreaksData>('Streaks').implement({
  description: 'Runs of consecutive days with a post.',
  fields: (t) => ({
    longest: t.field({
      type: Streak,
      nullable: true,
      description: 'The longest run; of equal ones the earliest. Null when there are no posts.',
      resolve: ({ longest }) => longest,
    }),
    longestGap: t.field({
      type: Streak,
      nullable: true,
      description:
        'The longest run of days without a post between two posts; of equal ones the earliest. Null when there is none.',
      resolve: ({ longestGap }) => longestGap,
    }),
    current: t.field({
      type: Streak,
      nullable: true,
      description:
        'The current run: the one that reaches today, yesterday or the last day of the range. Null when there is none.',
      resolve: ({ current }) => current,
    }),
  }),
});

builder.objectField(Stats, 'streaks', (t) =>
  t.field({
    type: Streaks,
    description: 'Runs of consecutive days with a post.',
    complexity: 10,
    resolve: async (scope, _args, { db, reads }) => {
      const { zone, now, range } = scope;
      reads.keep(untilMidnight(zone, now.getTime()));
      const dayOf = (instant: number) => floorLocal(toLocal(zone, instant), 'DAY');
      const skipped = new Set(skippedDays(zone));
      const days = await loadDays(db, scope, ['posts']);
      const runs = consecutiveRuns(
        days.map(({ day }) => day),
        skipped,
      );
      const lastDay = range.to === null ? null : dayOf(range.to - 1);
      return {
        longest: longestRun(runs),
        longestGap: longestRun(gapsBetween(runs, skipped)),
        current: currentRun(runs, dayOf(now.getTime()), lastDay, skipped),
      };
    },
  }),
);
