import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeadlines } from '../../../src/platform/deadlines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Begins one deadline at each of these milliseconds; returns which callbacks ran, and when. */
function begun(begin: ReturnType<typeof createDeadlines>, at: readonly number[]) {
  const late: [name: number, atMs: number][] = [];
  const started = performance.now();
  const stays = at.map((ms, name) => {
    vi.advanceTimersByTime(started + ms - performance.now());
    return begin(() => void late.push([name, performance.now() - started]));
  });
  return { late, stays };
}

test('each is called back when its own time is over, and once', () => {
  const { late } = begun(createDeadlines(1_000), [0, 300, 300, 999]);
  vi.advanceTimersByTime(10_000);
  expect(late).toEqual([
    [0, 1_000],
    [1, 1_300],
    [2, 1_300],
    [3, 1_999],
  ]);
});

test('a cancelled one is not called, and does not prevent others', () => {
  const { late, stays } = begun(createDeadlines(1_000), [0, 300, 600]);
  stays[0]?.();
  stays[1]?.();
  vi.advanceTimersByTime(10_000);
  expect(late).toEqual([[2, 1_600]]);
});

test('one that begins when all others are over is called back, too', () => {
  const begin = createDeadlines(1_000);
  begun(begin, [0]);
  vi.advanceTimersByTime(5_000);
  const { late } = begun(begin, [0]);
  vi.advanceTimersByTime(1_000);
  expect(late).toEqual([[0, 1_000]]);
});

test('a callback can cancel another one', () => {
  const begin = createDeadlines(1_000);
  const called: string[] = [];
  begin(() => {
    called.push('first');
    stay();
  });
  const stay = begin(() => void called.push('second'));
  vi.advanceTimersByTime(10_000);
  expect(called).toEqual(['first']);
});

test('no timer is left when nothing waits', () => {
  const stay = createDeadlines(1_000)(() => {});
  stay();
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});
