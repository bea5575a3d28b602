import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answeredSoon } from '../../../../web/src/api/answered.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<unknown>(() => {});

it('a page waits for all of its answers, also failed ones, and then not longer', async () => {
  await answeredSoon([Promise.resolve(1), Promise.reject(new Error('no')), Promise.resolve(2)]);
  expect(vi.getTimerCount()).toBe(0);
});

it('a page waits for a moment only', async () => {
  const told = vi.fn();
  const waited = answeredSoon([Promise.resolve(1), never]).then(told);
  await vi.advanceTimersByTimeAsync(100);
  expect(told).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  await waited;
  expect(told).toHaveBeenCalledOnce();
});
