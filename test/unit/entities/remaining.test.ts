import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remainingSeconds } from '../../../src/entities/job/remaining.ts';
import { jobStates } from '../../../src/shared/job.ts';
import { namesOf } from '../../../src/shared/names.ts';

const running = {
  state: 'RUNNING',
  total: 1_000,
  fetched: 400,
  recentPostsPerSecond: 20,
  waitingUntil: null,
} as const;

describe('the time that a job has to go', () => {
  test('is the rest at the recent speed', () => {
    expect(remainingSeconds(running)).toBe(30);
  });

  test('is none when more came than was expected', () => {
    expect(remainingSeconds({ ...running, fetched: 1_200 })).toBe(0);
  });

  test.each([
    ['waits for a worker', { state: 'QUEUED' }],
    ['waits for a rate limit', { waitingUntil: new Date() }],
    ['is over', { state: 'SUCCEEDED' }],
    ['was cancelled', { state: 'CANCELLED' }],
    ['does not know its total', { total: null }],
    ['has no page yet', { recentPostsPerSecond: 0 }],
  ] as const)('is not told while the job %s', (_, change) => {
    expect(remainingSeconds({ ...running, ...change })).toBeNull();
  });

  test('is never negative, NaN or infinite', () => {
    const count = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
    const job = fc.record({
      state: fc.constantFrom(...namesOf(jobStates)),
      total: fc.option(count),
      fetched: count,
      recentPostsPerSecond: fc.double({ min: 0 }),
      waitingUntil: fc.option(fc.date()),
    });
    fc.assert(
      fc.property(job, (one) => {
        const seconds = remainingSeconds(one);
        expect(seconds === null || (Number.isFinite(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });
});
