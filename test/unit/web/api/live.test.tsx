import { act, renderHook } from '@testing-library/react';
import { CombinedError } from 'urql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { needsKey, problemOf } from '../../../../web/src/api/errors.ts';
import { useChanged } from '../../../../web/src/api/use-live.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('asks again when the reported version is not the one shown, once a second at most', () => {
  const refetch = vi.fn();
  const { rerender } = renderHook(({ told, shown }) => useChanged(told, shown, refetch), {
    initialProps: { told: 1 as number | null, shown: 1 as number | null },
  });
  act(() => vi.advanceTimersByTime(5_000));
  expect(refetch).not.toHaveBeenCalled();
  for (let version = 2; version <= 21; version += 1) {
    rerender({ told: version, shown: 1 });
    act(() => vi.advanceTimersByTime(100));
  }
  expect(refetch.mock.calls.length).toBeLessThanOrEqual(3);
  expect(refetch).toHaveBeenCalled();
});

it('asks nothing as long as nothing shows', () => {
  const refetch = vi.fn();
  renderHook(() => useChanged(7, null, refetch));
  act(() => vi.advanceTimersByTime(5_000));
  expect(refetch).not.toHaveBeenCalled();
});

it('an error of the API is recognised by its code, and one without an answer is offline', () => {
  const limited = new CombinedError({
    graphQLErrors: [
      { message: 'Wait', extensions: { code: 'RATE_LIMITED', retryAt: '2026-01-01T00:00:00Z' } },
    ],
  });
  expect(problemOf(limited)).toMatchObject({
    code: 'RATE_LIMITED',
    hint: 'Wait',
    retryAt: '2026-01-01T00:00:00Z',
  });
  expect(problemOf(new CombinedError({ networkError: new Error('refused') }))).toMatchObject({
    code: 'OFFLINE',
  });
  expect(problemOf(undefined)).toBeNull();
  expect(needsKey(limited)).toBe(false);
  expect(
    needsKey(
      new CombinedError({ graphQLErrors: [{ message: 'x', extensions: { code: 'UNAUTHENTICATED' } }] }),
    ),
  ).toBe(true);
});
