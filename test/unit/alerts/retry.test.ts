import { describe, expect, test } from 'vitest';
import { isGivenUp, pauseAfter, triesMax } from '../../../src/alerts/deliver/retry.ts';
import { dayMs, hourMs } from '../../../src/shared/instant.ts';

const tries = Array.from({ length: triesMax }, (_, at) => at + 1);

describe('the pauses between attempts', () => {
  test('grow, and end after about a day', () => {
    const pauses = tries.map((count) => pauseAfter(count, 0.5));
    expect(pauses.at(-1)).toBeNull();
    const known = pauses.slice(0, -1) as number[];
    expect(known).toEqual(known.toSorted((a, b) => a - b));
    const total = known.reduce((sum, pause) => sum + pause, 0);
    expect(total).toBeGreaterThan(dayMs);
    expect(total).toBeLessThan(dayMs + 6 * hourMs);
  });

  test('are up to a fifth shorter or longer by chance', () => {
    const [least, middle, most] = [0, 0.5, 1].map((random) => pauseAfter(3, random));
    expect(middle).toBe(90_000);
    expect(least).toBeCloseTo(72_000);
    expect(most).toBeCloseTo(108_000);
  });
});

test('a target is given up after five days without a success', () => {
  expect(isGivenUp(0, 5 * dayMs - 1)).toBe(false);
  expect(isGivenUp(0, 5 * dayMs)).toBe(true);
});
