import { addLocal, floorLocal } from '../../shared/bucket.ts';
import { dayMs } from '../../shared/instant.ts';
import type { LocalMs } from '../../shared/zone.ts';

/** A day with posts. */
export type ActiveDay = { readonly day: LocalMs; readonly posts: number };

/** A day of the grid. */
export type CalendarDay = ActiveDay & {
  /** 0: no posts; 1 to 4: the quartile among the days with posts of the year. */
  readonly level: number;
};

/** A year as a grid of weeks. */
export type Calendar = {
  readonly year: number;
  /** All years with posts, ascending. */
  readonly years: readonly number[];
  /** Posts of the year. */
  readonly posts: number;
  readonly activeDays: number;
  readonly weeks: readonly (readonly CalendarDay[])[];
};

/**
 * Arranges the days of a year in weeks from Monday to Sunday, from the week of 1 January to the week of 31 December.
 * Days of other years in these two weeks have their posts and levels, but do not count in the sums. Days are distinct
 * and in ascending order.
 */
export function layOutYear(year: number, days: readonly ActiveDay[]): Calendar {
  const start: LocalMs = Date.UTC(year, 0, 1);
  const end = addLocal(start, 'YEAR', 1);
  const inYear = days.filter(({ day }) => day >= start && day < end);
  const levelOf = levels(inYear.map(({ posts }) => posts));
  const postsOf = new Map(days.map(({ day, posts }) => [day, posts]));
  const weeks: CalendarDay[][] = [];
  for (let week = floorLocal(start, 'WEEK'); week < end; week += 7 * dayMs) {
    weeks.push(
      Array.from({ length: 7 }, (_, weekday) => {
        const day = week + weekday * dayMs;
        const posts = postsOf.get(day) ?? 0;
        return { day, posts, level: levelOf(posts) };
      }),
    );
  }
  return {
    year,
    years: [...new Set(days.map(({ day }) => new Date(day).getUTCFullYear()))],
    posts: inYear.reduce((sum, { posts }) => sum + posts, 0),
    activeDays: inYear.length,
    weeks,
  };
}

/** Returns the year of the last of these ascending days; null when there are none. */
export function lastYearOf(days: readonly ActiveDay[]): number | null {
  const last = days.at(-1);
  return last === undefined ? null : new Date(last.day).getUTCFullYear();
}

/**
 * Levels by the quartiles of the counts (nearest rank: the smallest count that a quarter, half and three quarters of
 * the counts do not exceed). Level 1 is up to the first quartile, level 4 above the third; equal counts have equal
 * levels.
 */
function levels(counts: readonly number[]): (posts: number) => number {
  const sorted = counts.toSorted((a, b) => a - b);
  const quartiles = [1, 2, 3].map((quarter) => sorted[Math.ceil((quarter * sorted.length) / 4) - 1] ?? 0);
  return (posts) => (posts === 0 ? 0 : 1 + quartiles.filter((quartile) => posts > quartile).length);
}
