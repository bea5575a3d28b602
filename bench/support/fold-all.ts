import { foldTrends } from '../../src/ingest/folding/fold.ts';
import type { BenchStore } from './store.ts';

/**
 * Folds everything that waits, as the job process does. `now`: the current time for a store that was filled days ago.
 */
export async function foldAll({ db: { sql } }: BenchStore, now = Date.now()): Promise<void> {
  while ((await foldTrends(sql, { now, quietMs: 0, hoursAtOnce: 48 })).more);
  await sql`vacuum (analyze) trend_buckets, trend_changes`;
}
