import { act, render, screen } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EndlessList } from '../../../../web/src/list/endless-list.tsx';
import { Pages } from '../../../../web/src/list/pages.ts';
import { rowsInView, ScrollSpeed } from '../../../../web/src/list/use-rows-in-view.ts';

describe('the rows of a list in a window', () => {
  it('are all that can be seen, and a bounded number beyond them', () => {
    const place = fc.record({
      top: fc.nat(2_000),
      rowHeight: fc.integer({ min: 20, max: 200 }),
      count: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(
        place,
        fc.nat(200_000_000),
        fc.integer({ min: 1, max: 5_000 }),
        (list, scrolled, height) => {
          const { first, end } = rowsInView(list, scrolled, height);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(first);
          expect(end).toBeLessThanOrEqual(Math.max(list.count, first));
          expect(end - first).toBeLessThanOrEqual(Math.ceil(height / list.rowHeight) + 18);
          const isSeen = (index: number) => {
            const from = list.top + index * list.rowHeight;
            return (
              index >= 0 && index < list.count && from < scrolled + height && from + list.rowHeight > scrolled
            );
          };
          const atTop = Math.floor((scrolled - list.top) / list.rowHeight);
          const atEnd = Math.floor((scrolled + height - list.top - 1) / list.rowHeight);
          for (const index of [atTop, atEnd, Math.floor((atTop + atEnd) / 2)])
            if (isSeen(index)) expect(index >= first && index < end).toBe(true);
        },
      ),
    );
  });
});

describe('the speed of a scroll', () => {
  /** Steps of 16 ms by this many pixels each; returns whether each was fast. */
  const steps = (speed: ScrollSpeed, from: number, moves: readonly number[]) => {
    let place = 0;
    return moves.map((move, index) => {
      place += move;
      return speed.step(place, from + 16 * (index + 1));
    });
  };

  it('is fast from 4,000 pixels a second on, until it is below 2,000', () => {
    const speed = new ScrollSpeed(0, 0);
    expect(steps(speed, 0, [30, 60, 130, 130, 50, 40, 30, 60])).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('is not measured by the first step after a rest, such as a jump to the end', () => {
    const speed = new ScrollSpeed(0, 0);
    expect(speed.step(1_000_000, 5_000)).toBe(false);
    expect(speed.step(1_000_130, 5_016)).toBe(true);
    expect(speed.step(0, 9_000)).toBe(false);
  });
});

describe('a list that is scrolled', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('innerHeight', 600);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const rows = Array.from({ length: 1_000 }, (_, index) => ({ id: String(index) }));
  const scrollTo = (top: number) =>
    act(() => {
      vi.stubGlobal('scrollY', top);
      window.dispatchEvent(new Event('scroll'));
    });

  it('draws the rows in view, light ones while they pass too fast to be read, and whole ones from then on', async () => {
    const pages = new Pages<{ id: string }>(() =>
      Promise.resolve({ rows, start: null, end: null, hasAfter: false, hasBefore: false }),
    );
    await pages.loadAfter();
    vi.stubGlobal('scrollY', 0);
    render(
      <EndlessList
        label="Posts"
        pages={pages}
        rowHeight={50}
        keyOf={({ id }) => id}
        renderRow={({ id }, isLight) => <a href={`#${id}`}>{isLight ? `light ${id}` : `whole ${id}`}</a>}
        empty={null}
      />,
    );
    const shown = () => screen.getAllByRole('link').map((link) => link.textContent);
    expect(shown()).toEqual(Array.from({ length: 21 }, (_, index) => `whole ${index}`));
    for (let step = 1; step <= 40; step += 1) {
      vi.advanceTimersByTime(16);
      scrollTo(step * 150);
    }
    expect(shown()).toContain('light 125');
    expect(shown().filter((text) => text?.startsWith('whole'))).toEqual([]);
    expect(shown()).toHaveLength(29);
    act(() => vi.advanceTimersByTime(1_000));
    expect(shown()).toContain('whole 125');
    expect(shown().filter((text) => text?.startsWith('light'))).toEqual([]);
  });
});
