import { useEffect, useLayoutEffect, useState } from 'react';

/** The rows that a list draws: from the first to before the end. */
export type Shown = { readonly first: number; readonly end: number };

/** Rows that are drawn beyond each edge of the window. */
const beyond = 8;
/** Who scrolls faster than this sees no figures, in pixels a millisecond; below the second one they are there again. */
const fast = 4;
const slow = 2;
/** After so long without a step a scroll is over, in milliseconds. */
const restMs = 120;

/** Where a list stands in its page. */
export type Place = {
  /** How far down the page it begins, in pixels. */
  readonly top: number;
  readonly rowHeight: number;
  readonly count: number;
};

/**
 * Returns the rows of a list in a window that was scrolled so far. Rows of one height need no measuring: it takes as long for
 * ten as for a million.
 */
export function rowsInView({ top, rowHeight, count }: Place, scrolled: number, height: number): Shown {
  const at = (pixels: number) => Math.floor((pixels - top) / rowHeight);
  const first = Math.max(0, Math.min(count - 1, at(scrolled) - beyond));
  return { first, end: Math.max(first, Math.min(count, at(scrolled + height) + 1 + beyond)) };
}

/** Whether somebody scrolls too fast to read, by the steps of the scroll: places in pixels at times in milliseconds. */
export class ScrollSpeed {
  #place: number;
  #at: number;
  isFast = false;

  constructor(place: number, at: number) {
    this.#place = place;
    this.#at = at;
  }

  step(place: number, at: number): boolean {
    const ms = at - this.#at;
    // A first step after a rest tells no speed: nobody knows when it began.
    if (ms > restMs) this.isFast = false;
    else if (ms > 0) this.isFast = Math.abs(place - this.#place) / ms > (this.isFast ? slow : fast);
    this.#place = place;
    this.#at = at;
    return this.isFast;
  }
}

/** The rows of a list in the window, and whether they pass too fast to be read. */
export function useRowsInView({ top, rowHeight, count }: Place): Shown & { readonly isFast: boolean } {
  const look = () => rowsInView({ top, rowHeight, count }, window.scrollY, window.innerHeight);
  const [shown, setShown] = useState(look);
  const [isFast, setFast] = useState(false);
  // Before they are painted: rows came, or the list has moved.
  useLayoutEffect(() => {
    const take = () => {
      const now = rowsInView({ top, rowHeight, count }, window.scrollY, window.innerHeight);
      setShown((before) => (before.first === now.first && before.end === now.end ? before : now));
    };
    take();
    window.addEventListener('scroll', take, { passive: true });
    window.addEventListener('resize', take);
    return () => {
      window.removeEventListener('scroll', take);
      window.removeEventListener('resize', take);
    };
  }, [top, rowHeight, count]);
  useEffect(() => {
    const speed = new ScrollSpeed(window.scrollY, performance.now());
    let rest: ReturnType<typeof setTimeout> | undefined;
    const note = () => {
      setFast(speed.step(window.scrollY, performance.now()));
      clearTimeout(rest);
      rest = setTimeout(() => {
        speed.isFast = false;
        setFast(false);
      }, restMs);
    };
    window.addEventListener('scroll', note, { passive: true });
    return () => {
      clearTimeout(rest);
      window.removeEventListener('scroll', note);
    };
  }, []);
  // Of rows that went meanwhile nothing is left to draw.
  return { first: Math.min(shown.first, count), end: Math.min(shown.end, count), isFast };
}
