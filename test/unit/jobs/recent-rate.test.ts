import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureRecentRate } from '../../../src/jobs/recent-rate.ts';

/** A rate with a clock that only the test changes. */
function atRest() {
  let now = 0;
  const rate = measureRecentRate(() => now);
  return {
    rate,
    later(seconds: number) {
      now += seconds * 1_000;
      return rate;
    },
  };
}

describe('the recent speed', () => {
  test('does not count the time that an archive was read for', () => {
    const { later } = atRest();
    later(600).restart();
    expect(later(2).count(1_000)).toBe(500);
  });

  test('is that of the last half minute, not of the whole run', () => {
    const { later } = atRest();
    for (let page = 0; page < 600; page++) later(1).count(1_000);
    let speed = 0;
    for (let page = 0; page < 31; page++) speed = later(1).count(10);
    expect(speed).toBe(10);
  });

  test('counts the whole time of a page that takes longer than that', () => {
    const { later } = atRest();
    later(100).count(100);
    expect(later(100).count(50)).toBe(0.5);
  });

  test('is never negative or infinite, however pages and clock go', () => {
    const step = fc.record({ seconds: fc.nat({ max: 100 }), posts: fc.nat(), restarts: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { rate, later } = atRest();
        for (const { seconds, posts, restarts } of steps) {
          if (restarts) rate.restart();
          const speed = later(seconds).count(posts);
          expect(Number.isFinite(speed) && speed >= 0).toBe(true);
        }
      }),
    );
  });
});
