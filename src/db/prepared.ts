import { type SQL, sql } from 'drizzle-orm';

const mark = '/* one plan */';

/**
 * Marks a statement whose best plan does not depend on its parameters, such as ranges of a primary key. When it is
 * prepared, Postgres plans it once per connection. Plans were half of the work of a dashboard of 10,000 posts.
 */
export const onePlan: SQL = sql.raw(mark);

const ownMark = '/* a plan for its parameters */';

/** Marks a statement whose plan depends on its parameters: one that it is a part of is planned each time, too. */
export const ownPlan: SQL = sql.raw(ownMark);

/** Whether a statement is marked by `onePlan`, and no part of it by `ownPlan`. */
export const hasOnePlan = (text: string): boolean => text.includes(mark) && !text.includes(ownMark);

/**
 * The most prepared statements of a process, on each connection that sends them. One of a dashboard takes 125 kB there,
 * and postgres.js never releases any.
 */
const preparedMax = 50;
/** Longer statements contain lists of streams, and rarely repeat. */
const longestPrepared = 16_000;
/** A statement is prepared when it is sent this many times: a single one would only take memory. */
const preparedFrom = 3;
/** The most counted texts that are not prepared yet. */
const countedMax = 300;

/**
 * The statements that a process sends often. A prepared one is not parsed again and is sent in one round trip:
 * otherwise postgres.js first requests the types of its parameters.
 */
export class OftenSent {
  readonly #prepared = new Set<string>();
  readonly #times = new Map<string, number>();

  /** Counts a statement before it is sent. Returns whether to prepare it. */
  note(text: string): boolean {
    if (this.#prepared.has(text)) return true;
    if (text.length > longestPrepared || this.#prepared.size >= preparedMax) return false;
    const times = (this.#times.get(text) ?? 0) + 1;
    this.#times.delete(text);
    if (times >= preparedFrom) {
      this.#prepared.add(text);
      return true;
    }
    this.#times.set(text, times);
    const [longestAgo] = this.#times.keys();
    if (this.#times.size > countedMax && longestAgo !== undefined) this.#times.delete(longestAgo);
    return false;
  }
}
