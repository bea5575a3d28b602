import { demoHabits } from './demo.ts';
import { type Habit, makeHabit } from './habit.ts';
import { type SyntheticOptions, syntheticDefaults } from './options.ts';
import { foldSeed } from './random.ts';

/** An existing account that gets more posts. */
export type KnownAccount = {
  readonly platformId: string;
  readonly handle: string;
  readonly displayName: string;
  /** Its share of all posts is proportional to this. */
  readonly weight: number;
};

type FreshPosts = Pick<SyntheticOptions, 'posts' | 'seed' | 'endingAt'> & {
  /** The posts are spread over so many days before `endingAt`, at least 1. */
  readonly days: number;
};

/** Options to make more posts for known accounts. The habits of an account stay the same from call to call. */
export function freshOptions(fresh: FreshPosts, accounts: readonly KnownAccount[]): SyntheticOptions {
  return {
    ...fresh,
    users: accounts.length,
    hashtags: syntheticDefaults.hashtags,
    habits: accounts.map((account) => ({ ...habitOf(account), weight: account.weight })),
  };
}

/** The demo's accounts keep their habits; any other account gets the habits of its index in a seeded store. */
function habitOf({ platformId, handle, displayName }: KnownAccount): Habit {
  const persona = { platformId, handle, displayName, description: '', verified: false };
  const known = demoHabits().find((habit) => habit.persona?.handle === handle);
  // The last nine digits of a synthetic id are that index.
  const index = Number(platformId.slice(-9));
  return { ...(known ?? makeHabit(foldSeed(syntheticDefaults.seed), index)), persona };
}
