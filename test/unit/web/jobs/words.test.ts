import { expect, test } from 'vitest';
import { jobFigures, workedSeconds } from '../../../../web/src/jobs/words.ts';

const progress = {
  fetched: 0,
  inserted: 0,
  updated: 0,
  rejected: 0,
  total: null,
  postsPerSecond: 0,
  remainingSeconds: null,
};
const job = (state: string, more: object, kind = 'FETCH') =>
  ({ kind, state, progress: { ...progress, ...more } }) as Parameters<typeof jobFigures>[0];

test.each([
  [job('QUEUED', {}), ''],
  [
    job('RUNNING', { fetched: 1_204, total: 4_000, postsPerSecond: 41.2, remainingSeconds: 68 }),
    '1,204 of ~4,000 · 41/s · about 1 min',
  ],
  [job('RUNNING', { fetched: 12 }), '12 posts'],
  [
    job('SUCCEEDED', { fetched: 94_939, inserted: 94_939, rejected: 310 }, 'IMPORT'),
    '94.9K new · 310 rejected',
  ],
  [job('SUCCEEDED', { fetched: 30, inserted: 0, updated: 7 }), '0 new · 7 updated'],
  [job('SUCCEEDED', { fetched: 500 }, 'EXPORT'), '500 posts'],
  [job('RUNNING', { fetched: 5, total: 10 }, 'REBUILD'), '5 of 10 posts'],
])('the figures of %j are %j', (given, words) => {
  expect(jobFigures(given)).toBe(words);
});

test('a job that has not ended has no duration', () => {
  expect(workedSeconds({ startedAt: '2026-01-01T00:00:00Z', finishedAt: null })).toBeNull();
  expect(workedSeconds({ startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:01:12Z' })).toBe(72);
});
