import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setSocket } from '../../../../web/src/api/state.ts';
import { useCatchUp } from '../../../../web/src/api/use-catch-up.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  setSocket(false);
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const open = (isOpen: boolean) => act(() => setSocket(isOpen));

it('asks again when the subscription has a socket, and each time that a lost socket is back', () => {
  const ask = vi.fn();
  renderHook(() => useCatchUp(true, ask));
  pass(60_000);
  expect(ask).not.toHaveBeenCalled();
  open(true);
  pass(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
  open(false);
  pass(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
  open(true);
  pass(60_000);
  expect(ask).toHaveBeenCalledTimes(2);
});

it('asks again when the socket was open before the list was loaded', () => {
  const ask = vi.fn();
  open(true);
  renderHook(() => useCatchUp(true, ask));
  expect(ask).not.toHaveBeenCalled();
  pass(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('asks nothing over a socket that is lost again at once, nor when it is disabled', () => {
  const [ask, unwanted] = [vi.fn(), vi.fn()];
  renderHook(() => useCatchUp(true, ask));
  renderHook(() => useCatchUp(false, unwanted));
  for (let times = 0; times < 10; times += 1) {
    open(true);
    pass(100);
    open(false);
  }
  pass(60_000);
  expect(ask).not.toHaveBeenCalled();
  open(true);
  pass(60_000);
  expect(unwanted).not.toHaveBeenCalled();
});
