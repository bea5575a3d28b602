import { describe, expect, test } from 'vitest';
import { lastYearOf, layOutYear } from '../../../../src/stats/calendar/compute.ts';

const day = (text: string, posts: number) => ({ day: Date.parse(`${text}T00:00:00Z`), posts });
const text = (local: number | undefined) => new Date(local ?? Number.NaN).toISOString().slice(0, 10);

test('the last year with posts is that of the last day, and none without days', () => {
  expect(lastYearOf([day('2021-12-31', 2), day('2022-01-01', 1)])).toBe(2022);
  expect(lastYearOf([])).toBeNull();
});

describe('a year as a grid of weeks', () => {
  test.each([
    [2024, '2024-01-01', '2025-01-05', 53],
    [2023, '2022-12-26', '2023-12-31', 53],
    [2018, '2018-01-01', '2019-01-06', 53],
    // Begins on a Saturday, and has a leap day: 29 February to 6 March is a week of its own.
    [2000, '1999-12-27', '2000-12-31', 53],
    // Begins on a Sunday, and has a leap day: it touches 54 weeks.
    [2012, '2011-12-26', '2013-01-06', 54],
  ])('%i goes from %s to %s in %i weeks', (year, first, last, count) => {
    const { weeks } = layOutYear(year, []);
    expect(weeks).toHaveLength(count);
    expect(weeks.every((week) => week.length === 7)).toBe(true);
    expect([text(weeks[0]?.[0]?.day), text(weeks.at(-1)?.[6]?.day)]).toEqual([first, last]);
  });

  test('sums only the days of the year, and shows those of other years in its weeks', () => {
    const days = [day('2022-12-31', 9), day('2023-01-01', 2), day('2023-12-31', 3), day('2024-01-01', 4)];
    const { posts, activeDays, years, weeks } = layOutYear(2023, days);
    expect({ posts, activeDays, years }).toEqual({ posts: 5, activeDays: 2, years: [2022, 2023, 2024] });
    expect(weeks[0]?.map((shown) => shown.posts)).toEqual([0, 0, 0, 0, 0, 9, 2]);
  });

  test('gives each quarter of the days with posts a level', () => {
    const days = Array.from({ length: 8 }, (_, at) => day(`2023-05-0${at + 1}`, at + 1));
    const shown = layOutYear(2023, days)
      .weeks.flat()
      .filter(({ posts }) => posts > 0);
    expect(shown.map(({ level }) => level)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('gives equal days the lowest level', () => {
    const days = [day('2023-05-01', 7), day('2023-05-02', 7), day('2023-05-03', 7)];
    const shown = layOutYear(2023, days)
      .weeks.flat()
      .filter(({ posts }) => posts > 0);
    expect(shown.map(({ level }) => level)).toEqual([1, 1, 1]);
  });
});
