import { seedAccount, type SeededAccount } from './account.ts';
import type { Run } from './finding.ts';
import { type BenchStore, openBenchStore } from './store.ts';

/** One store with three accounts, each with ten times the posts of the one before, over the same ten years. */
export type LargeStore = {
  readonly store: BenchStore;
  readonly small: SeededAccount;
  readonly middle: SeededAccount;
  /** 1,000,000 posts. */
  readonly large: SeededAccount;
};

let opened: Promise<LargeStore> | null = null;

/** Made by the first part that asks and kept for the others: seeding takes minutes. The run's end removes it. */
export function largeStore(run: Run): Promise<LargeStore> {
  opened ??= seed(run.quick ? 1_000 : 10_000);
  return opened;
}

async function seed(posts: number): Promise<LargeStore> {
  const store = await openBenchStore();
  const small = await seedAccount(store, posts);
  const middle = await seedAccount(store, posts * 10);
  const large = await seedAccount(store, posts * 100);
  return { store, small, middle, large };
}
