import { builder } from '../../graphql/builder.ts';
import { BadInputError } from '../../shared/errors.ts';
import { toLocal } from '../../shared/zone.ts';
import { loadDays } from '../kernel/activity.ts';
import { Stats } from '../kernel/fields.ts';
import {
  type Calendar as CalendarData,
  type CalendarDay as DayData,
  lastYearOf,
  layOutYear,
} from './compute.ts';

const CalendarDay = builder.objectRef<DayData>('CalendarDay').implement({
  description: 'A day of the grid.',
  fields: (t) => ({
    date: t.field({
      type: 'Date',
      description: 'The date, in the time zone.',
      resolve: ({ day }) => new Date(day).toISOString().slice(0, 10),
    }),
    posts: t.field({ type: 'SafeInt', description: 'Posts of this day.', resolve: ({ posts }) => posts }),
    level: t.exposeInt('level', {
      description:
        '0: no posts; 1 to 4: the quartile among the days of the year that have posts. Days with the same number of posts have the same level.',
    }),
  }),
});

const CalendarWeek = builder.objectRef<readonly DayData[]>('CalendarWeek').implement({
  description: 'A week of the grid.',
  fields: (t) => ({
    days: t.field({
      type: [CalendarDay],
      description:
        'Always seven, Monday to Sunday: the first and the last week may include days of other years.',
      complexity: { multiplier: 7 },
      resolve: (days) => days,
    }),
  }),
});

/** The largest number of weeks in a year's grid. */
const weeksMax = 54;

const Calendar = builder.objectRef<CalendarData>('Calendar').implement({
  description: 'A year as a grid of weeks.',
  fields: (t) => ({
    year: t.exposeInt('year', { description: 'The year.' }),
    years: t.exposeIntList('years', { description: 'All years with posts in the range, ascending.' }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts of the year.',
      resolve: ({ posts }) => posts,
    }),
    activeDays: t.exposeInt('activeDays', { description: 'Days of the year with at least one post.' }),
    weeks: t.field({
      type: [CalendarWeek],
      description: 'From the week of 1 January to the week of 31 December.',
      complexity: { multiplier: weeksMax },
      resolve: ({ weeks }) => weeks,
    }),
  }),
});

/** No platform is older, and no post can be dated later. */
const [firstYear, lastYear] = [2000, 2100];

builder.objectFields(Stats, (t) => ({
  calendar: t.field({
    type: Calendar,
    description:
      'A year in the time zone as a grid of weeks, with levels 0 to 4. Days outside the range have no posts.',
    args: {
      year: t.arg.int({ required: true, description: `The year, ${firstYear} to ${lastYear}.` }),
    },
    complexity: 10,
    resolve: async (scope, { year }, { db }) => {
      if (year < firstYear || year > lastYear) {
        throw new BadInputError(`Invalid year: ${year}. Expected ${firstYear} to ${lastYear}`);
      }
      return layOutYear(year, await loadDays(db, scope, ['posts']));
    },
  }),
  latestCalendar: t.field({
    type: Calendar,
    description:
      'The calendar of the last year with posts in the range, or of the current year when there are none. Use it when you do not ' +
      'know which years have posts.',
    complexity: 10,
    resolve: async (scope, _args, { db }) => {
      const days = await loadDays(db, scope, ['posts']);
      const thisYear = new Date(toLocal(scope.zone, scope.now.getTime())).getUTCFullYear();
      return layOutYear(lastYearOf(days) ?? thisYear, days);
    },
  }),
}));
