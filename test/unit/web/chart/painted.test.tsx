import { act, render, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markPending } from '../../../../web/src/chart/pending.ts';
import { whenPainted } from '../../../../web/src/chart/painted.ts';
import { useNear } from '../../../../web/src/chart/use-near.ts';
import { Page } from '../../../../web/src/shell/page.tsx';

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
  const pass = () => vi.advanceTimersByTime(1_000);

  it('is painted once each chart in view is drawn', () => {
    const [one, other] = [markPending(), markPending()];
    const told = vi.fn();
    whenPainted(told);
    pass();
    expect(told).not.toHaveBeenCalled();
    one();
    pass();
    expect(told).not.toHaveBeenCalled();
    other();
    expect(told).not.toHaveBeenCalled();
    pass();
    expect(told).toHaveBeenCalledOnce();
  });

  it('is not painted with a chart that is due again in the very frame', () => {
    let drawn = (): void => undefined;
    const told = vi.fn();
    whenPainted(told);
    requestAnimationFrame(() => {
      drawn = markPending();
    });
    pass();
    expect(told).not.toHaveBeenCalled();
    drawn();
    pass();
    expect(told).toHaveBeenCalledOnce();
  });

  it('is marked when it is complete and painted, and not when it is incomplete again', () => {
    const shown = (complete: boolean) => (
      <main id="content">
        <Page title="Posts" complete={complete}>
          what it shows
        </Page>
      </main>
    );
    const { container, rerender } = render(shown(false));
    const isComplete = () => container.querySelector('main')?.hasAttribute('data-complete');
    pass();
    expect(isComplete()).toBe(false);
    rerender(shown(true));
    expect(isComplete()).toBe(false);
    pass();
    expect(isComplete()).toBe(true);
    rerender(shown(false));
    expect(isComplete()).toBe(false);
  });
});

describe('a chart', () => {
  /** Its position in the window, and whether somebody has pressed anything; returns what an observer would report. */
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

  it('draws after the next frame when something was pressed', () => {
    const chart = place(100, true);
    expect(chart.isNear()).toBeNull();
    chart.tell(true);
    expect(chart.isNear()).toBe(true);
  });
});
