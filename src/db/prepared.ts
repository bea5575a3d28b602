import { type SQL, sql } from 'drizzle-orm';

const mark = '/* one plan */';

/**
 * Marks a statement, anywhere in it, that has one good plan whatever its parameters are, such as ranges of a primary key. Once it
 * is kept prepared, Postgres plans it once a connection: of a dashboard of 10,000 posts, plans were half of its work.
 */
export const onePlan: SQL = sql.raw(mark);

const ownMark = '/* a plan for its parameters */';

/** Marks a statement whose plan depends on its parameters: one that it is a part of is planned each time, too. */
export const ownPlan: SQL = sql.raw(ownMark);

/** Whether a statement is marked by `onePlan`, and no part of it by `ownPlan`. */
export const hasOnePlan = (text: string): boolean => text.includes(mark) && !text.includes(ownMark);

/**
 * Postgres keeps so many statements of a process prepared, on each connection that sends them. One takes 125 kB there (those
 * of a dashboard), and postgres.js forgets none.
 */
const keptMax = 50;
/** Longer ones are made of a list of streams: seldom the same. */
const longestKept = 16_000;
/** From this time on a statement is kept: one that comes once would only take room. */
const keptFrom = 3;
/** Texts that came less often, whose times are counted. */
const countedMax = 300;

/**
 * The statements that a process sends often. Kept prepared, one is not parsed again, and is sent in one round trip: without,
 * postgres.js first asks for the types of its parameters.
 */
export class OftenSent {
  readonly #kept = new Set<string>();
  readonly #times = new Map<string, number>();

  /** Counts a statement that is to be sent, and returns whether it is to be kept prepared. */
  note(text: string): boolean {
    if (this.#kept.has(text)) return true;
    if (text.length > longestKept || this.#kept.size >= keptMax) return false;
    const times = (this.#times.get(text) ?? 0) + 1;
    this.#times.delete(text);
    if (times >= keptFrom) {
      this.#kept.add(text);
      return true;
    }
    this.#times.set(text, times);
    const [longestAgo] = this.#times.keys();
    if (this.#times.size > countedMax && longestAgo !== undefined) this.#times.delete(longestAgo);
    return false;
  }
}
