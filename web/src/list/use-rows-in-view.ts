import { useEffect, useLayoutEffect, useState } from 'react';

/** The rows that a list draws: `first` inclusive, `end` exclusive. */
export type Shown = { readonly first: number; readonly end: number };

/** How many rows are drawn beyond each edge of the window. */
const beyond = 8;
/** Above this speed figures are hidden, in pixels per millisecond; below the second one they are shown again. */
const fast = 4;
const slow = 2;
/** A scroll ends after this time without a step, in milliseconds. */
const restMs = 120;

/** The place of a list in its page. */
export type Place = {
  /** Its distance from the top of the page, in pixels. */
  readonly top: number;
  readonly rowHeight: number;
  readonly count: number;
};

/**
 * Returns the visible rows of a list for a scroll position. All rows have the same height, so the work does not depend
 * on their number.
 */
export function rowsInView({ top, rowHeight, count }: Place, scrolled: number, height: number): Shown {
  const at = (pixels: number) => Math.floor((pixels - top) / rowHeight);
  const first = Math.max(0, Math.min(count - 1, at(scrolled) - beyond));
  return { first, end: Math.max(first, Math.min(count, at(scrolled + height) + 1 + beyond)) };
}

/** Detects scrolling that is too fast to read, from places in pixels at times in milliseconds. */
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
    // The first step after a rest has no speed, since its start is unknown.
    if (ms > restMs) this.isFast = false;
    else if (ms > 0) this.isFast = Math.abs(place - this.#place) / ms > (this.isFast ? slow : fast);
    this.#place = place;
    this.#at = at;
    return this.isFast;
  }
}

/** The visible rows of a list, and whether they pass too fast to read. */
export function useRowsInView({ top, rowHeight, count }: Place): Shown & { readonly isFast: boolean } {
  const look = () => rowsInView({ top, rowHeight, count }, window.scrollY, window.innerHeight);
  const [shown, setShown] = useState(look);
  const [isFast, setFast] = useState(false);
  // Before they are painted, since rows were added or the list moved.
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
  // Limited to the count, since rows may have been removed meanwhile.
  return { first: Math.min(shown.first, count), end: Math.min(shown.end, count), isFast };
}
