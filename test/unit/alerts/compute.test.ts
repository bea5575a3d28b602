import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coolsUntil,
  isLoss,
  lossOf,
  medianOf,
  outstandingPosts,
  postsNeeded,
  usualOf,
} from '../../../src/alerts/compute.ts';
import { dayMs, hourMs } from '../../../src/shared/instant.ts';

const now = Date.UTC(2026, 5, 15);

describe('the median', () => {
  test.each([
    [[], null],
    [[7], 7],
    [[9, 1], 5],
    [[3, 1, 2], 2],
    [[10, 9, 1, 2], 5.5],
  ])('of %j is %j', (figures, median) => expect(medianOf(figures)).toBe(median));

  test('has as many figures below it as above it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1 }), (figures) => {
        const median = medianOf(figures) as number;
        const below = figures.filter((one) => one < median).length;
        const above = figures.filter((one) => one > median).length;
        return below <= figures.length / 2 && above <= figures.length / 2;
      }),
    );
  });
});

describe('posts that stand out by their likes', () => {
  const posts = (likes: readonly number[]) =>
    likes.map((count, at) => ({ postId: String(at), createdAt: now - at * hourMs, likes: count }));
  const ids = (likes: readonly number[], more: Partial<Parameters<typeof outstandingPosts>[1]> = {}) =>
    outstandingPosts(posts(likes), { times: 5, minLikes: 20, from: 0, ...more }).map(({ postId }) => postId);
  const tens = Array<number>(20).fill(10);

  test('have a multiple of the median of the posts before them', () => {
    expect(ids([50, ...tens])).toEqual(['0']);
    expect(ids([49, ...tens])).toEqual([]);
  });

  test('are not hidden by one that stood out before', () => {
    expect(ids([50, 100_000, ...tens])).toEqual(['0', '1']);
  });

  test('are not judged with fewer than ten posts before them', () => {
    expect(ids([500, ...tens.slice(0, 9)])).toEqual([]);
    expect(ids([500, ...tens.slice(0, 10)])).toEqual(['0']);
  });

  test('have the likes asked for, however low the median is', () => {
    const zeros = Array<number>(20).fill(0);
    expect(ids([19, ...zeros])).toEqual([]);
    expect(ids([20, ...zeros])).toEqual(['0']);
    expect(outstandingPosts(posts([20, ...zeros]), { times: 5, minLikes: 0, from: 0 })[0]?.times).toBe(20);
  });

  test('are young enough', () => {
    expect(ids([50, 60, ...tens], { from: now })).toEqual(['0']);
  });

  test('are those that a plain count finds', () => {
    const figures = fc.record({
      likes: fc.array(fc.oneof(fc.nat(20), fc.nat(5_000)), { maxLength: 160 }),
      times: fc.integer({ min: 1, max: 20 }),
      minLikes: fc.nat(100),
    });
    fc.assert(
      fc.property(figures, ({ likes, times, minLikes }) => {
        const expected = likes.flatMap((count, at) => {
          const before = likes.slice(at + 1, at + 101).sort((a, b) => a - b);
          if (before.length < 10 || count < minLikes) return [];
          const [low, high] = [
            before[Math.ceil(before.length / 2) - 1],
            before[Math.floor(before.length / 2)],
          ];
          const normal = ((low ?? 0) + (high ?? 0)) / 2;
          return count >= times * Math.max(1, normal) ? [String(at)] : [];
        });
        expect(ids(likes, { times, minLikes })).toEqual(expected);
      }),
    );
  });
});

describe('followers lost', () => {
  const readings = (...followers: number[]) =>
    followers.map((count, at) => ({ at: now + at * hourMs, followers: count }));
  const within = (withinMs: number, since: number | null = null) => ({ withinMs, since });

  test('are those since the highest reading of the period', () => {
    expect(lossOf(readings(90, 120, 100), within(dayMs))).toMatchObject({
      count: 20,
      percent: (100 * 20) / 120,
    });
  });

  test('are counted from the reading that held when the period began', () => {
    const [before, , last] = readings(200, 150, 100);
    const loss = lossOf([before, last] as never, within(hourMs));
    expect(loss).toMatchObject({ from: before, count: 100 });
    expect(lossOf(readings(200, 150, 100), within(hourMs))?.count).toBe(50);
  });

  test('are none without a reading, with one, and while the account grows', () => {
    for (const some of [readings(), readings(5), readings(5, 5, 6)])
      expect(lossOf(some, within(dayMs))).toBeNull();
  });

  test('are not reported twice', () => {
    const all = readings(200, 150, 150);
    expect(lossOf(all, within(dayMs))?.count).toBe(50);
    expect(lossOf(all, within(dayMs, now + hourMs))).toBeNull();
    expect(
      lossOf([...all, { at: now + 3 * hourMs, followers: 140 }], within(dayMs, now + hourMs))?.count,
    ).toBe(10);
  });

  test('are what a plain count finds', () => {
    const figures = fc.record({
      followers: fc.array(fc.nat(1_000), { maxLength: 30 }),
      hours: fc.integer({ min: 1, max: 40 }),
      told: fc.option(fc.nat(30)),
    });
    fc.assert(
      fc.property(figures, ({ followers, hours, told }) => {
        const all = readings(...followers);
        const since = told === null ? null : now + Math.min(told, Math.max(0, all.length - 1)) * hourMs;
        const last = followers.at(-1) ?? 0;
        const start = Math.max(0, all.length - 1 - hours, told === null ? 0 : Math.min(told, all.length - 1));
        const expected = Math.max(0, ...followers.slice(start)) - last;
        expect(lossOf(all, within(hours * hourMs, since))?.count ?? 0).toBe(Math.max(0, expected));
      }),
    );
  });

  test.each([
    [{ count: 20, percent: null }, true],
    [{ count: 21, percent: null }, false],
    [{ count: null, percent: 16 }, true],
    [{ count: null, percent: 17 }, false],
  ])('are told of at %j: %j', (condition, isTold) => {
    const loss = lossOf(readings(120, 100), within(dayMs));
    expect(loss !== null && isLoss(loss, condition)).toBe(isTold);
  });
});

describe("a word's rate", () => {
  test('is usual by the windows before; unknown when less than one is known', () => {
    expect(usualOf(140, 7 * dayMs, dayMs)).toBe(20);
    expect(usualOf(3, hourMs, dayMs)).toBeNull();
    expect(usualOf(0, 7 * dayMs, hourMs)).toBe(0);
  });

  test.each([
    [{ minPosts: 10, times: null }, null, 10],
    [{ minPosts: 10, times: 3 }, null, null],
    [{ minPosts: 10, times: 3 }, 2, 10],
    [{ minPosts: 10, times: 3 }, 20, 60],
    [{ minPosts: 10, times: 3 }, 0, 10],
  ])('with %j and %j usual posts takes %j', (condition, usual, needed) => {
    expect(postsNeeded(condition, usual)).toBe(needed);
  });
});

test('an alert cools down from its firing on', () => {
  expect(coolsUntil(null, hourMs)).toBeNull();
  expect(coolsUntil(now, hourMs)).toBe(now + hourMs);
});
