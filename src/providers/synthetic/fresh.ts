import { demoHabits } from './demo.ts';
import { type Habit, makeHabit } from './habit.ts';
import { type SyntheticOptions, syntheticDefaults } from './options.ts';
import { foldSeed } from './random.ts';

/** An account that posts more than it has. */
export type KnownAccount = {
  readonly platformId: string;
  readonly handle: string;
  readonly displayName: string;
  /** What its share of the posts is in proportion to. */
  readonly weight: number;
};

type FreshPosts = Pick<SyntheticOptions, 'posts' | 'seed' | 'endingAt'> & {
  /** Over how many days before `endingAt` they are spread, at least 1. */
  readonly days: number;
};

/** What to make up so that known accounts post more, each by habits that stay the same. */
export function freshOptions(fresh: FreshPosts, accounts: readonly KnownAccount[]): SyntheticOptions {
  return {
    ...fresh,
    users: accounts.length,
    hashtags: syntheticDefaults.hashtags,
    habits: accounts.map((account) => ({ ...habitOf(account), weight: account.weight })),
  };
}

/** The demo's accounts go on as they did; the others live where their place among the seeded ones says. */
function habitOf({ platformId, handle, displayName }: KnownAccount): Habit {
  const persona = { platformId, handle, displayName, description: '', verified: false };
  const known = demoHabits().find((habit) => habit.persona?.handle === handle);
  // The last nine digits of a made-up id are that place.
  const place = Number(platformId.slice(-9));
  return { ...(known ?? makeHabit(foldSeed(syntheticDefaults.seed), place)), persona };
}
