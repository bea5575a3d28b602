import type { CacheFacts } from '../../shared/cache-facts.ts';

export type { CacheFacts };

/** Counts the answers that were sent since the start of this process. */
export class Counters {
  #hits = 0;
  #stale = 0;
  #misses = 0;
  #hitMs = 0;
  #missMs = 0;

  hit(ms: number, isStale: boolean): void {
    this.#hits += 1;
    if (isStale) this.#stale += 1;
    this.#hitMs += ms;
  }

  miss(ms: number): void {
    this.#misses += 1;
    this.#missMs += ms;
  }

  get facts(): Pick<CacheFacts, 'hits' | 'stale' | 'misses' | 'meanHitMs' | 'meanMissMs'> {
    return {
      hits: this.#hits,
      stale: this.#stale,
      misses: this.#misses,
      meanHitMs: this.#hits === 0 ? 0 : this.#hitMs / this.#hits,
      meanMissMs: this.#misses === 0 ? 0 : this.#missMs / this.#misses,
    };
  }
}
