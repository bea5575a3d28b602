import { dayMs, hourMs } from '../../shared/instant.ts';

/**
 * Spreads the messages of one second over its milliseconds, in the order of the log, because logs record whole seconds
 * only. This keeps the order, and keeps two equal messages apart. From the thousandth on, messages share the last
 * millisecond.
 */
export class SecondClock {
  #second = Number.NaN;
  #messages = 0;

  /** Takes an instant in whole seconds. */
  next(second: number): number {
    if (second !== this.#second) this.#messages = 0;
    this.#second = second;
    return second + Math.min(this.#messages++, 999);
  }
}

/** Computes the instants of lines that have a time of day only, from a given day on and across midnights. */
export class DayClock {
  #day: number;
  #last = Number.NEGATIVE_INFINITY;

  /** Takes the first instant of the day. */
  constructor(day: number) {
    this.#day = day;
  }

  /**
   * Returns the instant of a time of day (milliseconds since midnight). A clock that goes back by more than an hour has
   * passed midnight.
   */
  next(timeOfDay: number): number {
    if (this.#day + timeOfDay < this.#last - hourMs) this.#day += dayMs;
    this.#last = this.#day + timeOfDay;
    return this.#last;
  }
}
