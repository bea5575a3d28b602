import { BadInputError } from '../../shared/errors.ts';
import { dayMs } from '../../shared/instant.ts';
import type { Habit } from './habit.ts';

/** What to generate. The same options give the same data, byte for byte. */
export type SyntheticOptions = {
  /** Accounts, 1 to 1,000,000. The first posts the most. */
  readonly users: number;
  /** Posts of all accounts together, at most 50,000 a day. */
  readonly posts: number;
  /** Distinct hashtags to draw from, 0 to 100,000; not all of them need to occur. */
  readonly hashtags: number;
  readonly seed: number;
  /** The newest instant in the data, in milliseconds. */
  readonly endingAt: number;
  /** Length of the history in days of 24 hours, 1 to 3,660; default 365. */
  readonly days?: number;
  /** Habits of the first accounts, instead of generated ones. */
  readonly habits?: readonly Habit[];
};

/** Defaults of `larkstat seed`. */
export const syntheticDefaults = {
  users: 1_000,
  posts: 10_000,
  hashtags: 150,
  seed: 1_337,
  days: 365,
} as const;

/** Ids count milliseconds from this instant, as X's do. */
export const idEpoch = 1_288_834_974_657;

/** 41 bits of milliseconds fit an id of 63 bits. */
const lastInstant = idEpoch + 2 ** 41 - 1;
/** Above this, two posts of an account could share a millisecond, and so the order of their ids. */
const postsPerDay = 50_000;

/** Fills in the defaults; throws a BadInputError that names the rule and the value when an option is invalid. */
export function checkOptions(options: SyntheticOptions): Required<SyntheticOptions> {
  const checked = { ...options, days: options.days ?? syntheticDefaults.days, habits: options.habits ?? [] };
  requireWhole('users', checked.users, 1, 1_000_000);
  requireWhole('hashtags', checked.hashtags, 0, 100_000);
  requireWhole('days', checked.days, 1, 3_660);
  requireWhole('posts', checked.posts, 0, checked.days * postsPerDay);
  requireWhole('seed', checked.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  // The day before the history may hold its oldest account's join date; ids must stay positive.
  requireWhole('endingAt', checked.endingAt, idEpoch + checked.days * dayMs, lastInstant);
  if (checked.habits.length > checked.users) {
    throw new BadInputError(`Invalid habits: ${checked.habits.length} given for ${checked.users} users`);
  }
  return checked;
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new BadInputError(
    `Invalid ${name}: a whole number from ${least} to ${most} is allowed, got ${value}`,
  );
}
