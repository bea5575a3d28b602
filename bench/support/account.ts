import { ingest } from '../../src/streams/ingest.ts';
import { noteFollowers } from '../../src/streams/followers.ts';
import { findOrCreateAccount } from '../../src/streams/create.ts';
import { defaultWeight, makeHabit } from '../../src/providers/synthetic/habit.ts';
import type { SyntheticOptions } from '../../src/providers/synthetic/options.ts';
import { accountPages, followerHistory, syntheticAccounts } from '../../src/providers/synthetic/provider.ts';
import { must } from '../../src/shared/errors.ts';
import type { AccountProfile, Page } from '../../src/shared/post.ts';
import { count, report } from './finding.ts';
import type { BenchStore } from './store.ts';

/** The end of all generated data, so that each run has the same posts. */
export const endingAt = Date.UTC(2026, 0, 1);
const days = 3_650;
const users = 300;
/** Posts of all other accounts, as a share of the first account's, so that there is somebody to reply to and repost. */
const others = 0.1;

/** A world whose first account has exactly this many posts over ten years. */
export function lifeOf(posts: number): SyntheticOptions {
  const seed = 1_337;
  const weightOfOthers = Array.from({ length: users - 1 }, (_, index) => defaultWeight(index + 1)).reduce(
    (sum, weight) => sum + weight,
  );
  const habit = { ...makeHabit(seed, 0), weight: weightOfOthers / others };
  return {
    users,
    posts: Math.round(posts * (1 + others)),
    hashtags: 500,
    seed,
    endingAt,
    days,
    habits: [habit],
  };
}

/** The first account of such a world. */
export const profileOf = (options: SyntheticOptions): AccountProfile =>
  must(syntheticAccounts(options)[0], 'there are always users').profile;

/** An account in the measured store. */
export type SeededAccount = {
  readonly streamId: number;
  readonly handle: string;
  readonly posts: number;
  /** The newest instant in the data, in milliseconds. */
  readonly endingAt: number;
};

/** The handle of the account with this many posts. */
export const handleOf = (posts: number): string => `bench_${posts}`;

/**
 * Writes the first account of such a world through the pipeline of all providers. The provider numbers accounts by
 * position, so first accounts of two worlds would be the same account; the handle separates them.
 */
export async function seedAccount(store: BenchStore, posts: number): Promise<SeededAccount> {
  const started = performance.now();
  const options = lifeOf(posts);
  const handle = handleOf(posts);
  const { sql } = store.db;
  const identity = { platformId: String(posts), handle, displayName: handle };
  const profile = { ...profileOf(options), ...identity };
  const streamId = await findOrCreateAccount(sql, profile);
  const snapshots = followerHistory(options, 0).map(({ posts: reportedPosts, ...snapshot }) => ({
    ...snapshot,
    reportedPosts,
  }));
  await noteFollowers(sql, streamId, snapshots);
  let made = 0;
  await ingest(sql, {
    streamId,
    platform: 'X',
    provider: 'SYNTHETIC',
    pages: pagesOf(options, profile),
    read: (post) => post,
    now: () => endingAt,
    onWritten: async (_tx, written) => {
      made += written.posts;
    },
  });
  await sql`vacuum analyze`;
  const took = (performance.now() - started) / 1_000;
  report(`seeded @${handle}: ${count(made)} posts in ${took.toFixed(1)} s`);
  return { streamId, handle, posts: made, endingAt };
}

function* pagesOf(options: SyntheticOptions, account: AccountProfile): Generator<Page> {
  const { platformId, handle, displayName, avatarUrl } = account;
  const author = { platformId, handle, displayName, avatarUrl };
  for (const page of accountPages(options, 0, { pageSize: 10_000 })) {
    yield { ...page, account, posts: page.posts.map((post) => ({ ...post, author })) };
  }
}
