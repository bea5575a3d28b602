import { foldMonths } from '../../src/ingest/folding/months.ts';
import { must } from '../../src/shared/errors.ts';
import { endingAt, handleOf, seedAccount, type SeededAccount } from './account.ts';
import type { Run } from './finding.ts';
import { openFilledStore } from './filled-store.ts';
import type { BenchStore } from './store.ts';

/** One store with three accounts, each with ten times the posts of the previous one, over the same ten years. */
export type LargeStore = {
  readonly store: BenchStore;
  readonly small: SeededAccount;
  readonly middle: SeededAccount;
  /** 1,000,000 posts. */
  readonly large: SeededAccount;
};

let opened: Promise<LargeStore> | null = null;

/** Opened by the first part that needs it and kept open for the others: seeding takes minutes. */
export function largeStore(run: Run): Promise<LargeStore> {
  opened ??= open(run.keepStores, run.quick ? 1_000 : 10_000);
  return opened;
}

async function open(keepStores: string | null, posts: number): Promise<LargeStore> {
  const sizes = [posts, posts * 10, posts * 100];
  const store = await openFilledStore(keepStores, `large-${posts * 100}`, async (fresh) => {
    for (const size of sizes) {
      const { streamId } = await seedAccount(fresh, size);
      while (await foldMonths(fresh.db.sql, streamId));
    }
  });
  const [small, middle, large] = await Promise.all(sizes.map((size) => findSeeded(store, size)));
  const seeded = (account: SeededAccount | undefined) => must(account, 'the store was filled with three');
  return { store, small: seeded(small), middle: seeded(middle), large: seeded(large) };
}

/** The result of `seedAccount` when the store was filled, perhaps in an earlier run. */
export async function findSeeded({ db }: BenchStore, size: number): Promise<SeededAccount> {
  const handle = handleOf(size);
  const [row] = await db.sql<{ streamId: number; posts: number }[]>`
    select a.stream_id as "streamId", count(*)::int as posts
    from accounts a join posts p using (stream_id) where a.handle = ${handle} group by a.stream_id`;
  return { ...must(row, `@${handle} was written`), handle, endingAt };
}
