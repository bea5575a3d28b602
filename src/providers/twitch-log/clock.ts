import { dayMs, hourMs } from '../../shared/instant.ts';

/**
 * Gives the messages of one second, which logs tell no parts of, a millisecond each in the order of the log: so they stay
 * in order, and two that say the same are two. The thousandth and later ones share the last.
 */
export class SecondClock {
  #second = Number.NaN;
  #messages = 0;

  /** `second`: an instant whose milliseconds are not known. */
  next(second: number): number {
    if (second !== this.#second) this.#messages = 0;
    this.#second = second;
    return second + Math.min(this.#messages++, 999);
  }
}

/** Instants of lines that tell the time of day only: from a known day on, and over midnight. */
export class DayClock {
  #day: number;
  #last = Number.NEGATIVE_INFINITY;

  /** `day`: its first instant. */
  constructor(day: number) {
    this.#day = day;
  }

  /** The instant of a time of day, in milliseconds since midnight. A clock that goes back by more than an hour has passed midnight. */
  next(timeOfDay: number): number {
    if (this.#day + timeOfDay < this.#last - hourMs) this.#day += dayMs;
    this.#last = this.#day + timeOfDay;
    return this.#last;
  }
}
