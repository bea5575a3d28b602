import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noteDue } from '../../../../web/src/chart/due.ts';
import { usePainted } from '../../../../web/src/chart/painted.ts';
import { useNear } from '../../../../web/src/chart/use-near.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame'],
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a page', () => {
  const pass = () => act(() => vi.advanceTimersByTime(1_000));

  it('is painted once it is loaded, and each chart in view is drawn', () => {
    const { result, rerender } = renderHook(({ isLoaded }) => usePainted(isLoaded), {
      initialProps: { isLoaded: false },
    });
    pass();
    expect(result.current).toBe(false);
    const [one, other] = [noteDue(), noteDue()];
    rerender({ isLoaded: true });
    pass();
    expect(result.current).toBe(false);
    one();
    pass();
    expect(result.current).toBe(false);
    other();
    expect(result.current).toBe(false);
    pass();
    expect(result.current).toBe(true);
    rerender({ isLoaded: false });
    expect(result.current).toBe(false);
  });

  it('is not painted with a chart that is due again in the very frame', () => {
    const { result } = renderHook(() => usePainted(true));
    let drawn = (): void => undefined;
    requestAnimationFrame(() => {
      drawn = noteDue();
    });
    pass();
    expect(result.current).toBe(false);
    drawn();
    pass();
    expect(result.current).toBe(true);
  });
});

describe('a chart', () => {
  /** Its place in the window, and whether somebody has pressed anything; returns what an observer would tell. */
  function place(top: number, hasBeenActive: boolean) {
    const box = document.createElement('div');
    box.getBoundingClientRect = () => ({ top, bottom: top + 200, width: 300, height: 200 }) as DOMRect;
    let tell: (isIntersecting: boolean) => void = () => undefined;
    vi.stubGlobal(
      'IntersectionObserver',
      class {
        #take: (entries: { isIntersecting: boolean }[]) => void;
        constructor(take: (entries: { isIntersecting: boolean }[]) => void) {
          this.#take = take;
        }
        observe() {
          tell = (isIntersecting) => act(() => this.#take([{ isIntersecting }]));
        }
        disconnect() {
          tell = () => undefined;
        }
      },
    );
    vi.stubGlobal('requestIdleCallback', (run: () => void) => setTimeout(run));
    vi.stubGlobal('cancelIdleCallback', clearTimeout);
    Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive }, configurable: true });
    const element = { current: box };
    const { result } = renderHook(() => useNear(element));
    return { isNear: () => result.current, tell: (isNear: boolean) => tell(isNear) };
  }

  it('is drawn at once when it is in view as the page opens', () => {
    expect(place(100, false).isNear()).toBe(true);
  });

  it('waits for an idle moment when it is below the window', () => {
    const chart = place(5_000, false);
    expect(chart.isNear()).toBe(false);
    chart.tell(true);
    expect(chart.isNear()).toBe(false);
    act(() => vi.advanceTimersByTime(1_000));
    chart.tell(true);
    expect(chart.isNear()).toBe(true);
  });

  it('lets the next frame come first after something was pressed', () => {
    const chart = place(100, true);
    expect(chart.isNear()).toBeNull();
    chart.tell(true);
    expect(chart.isNear()).toBe(true);
  });
});
