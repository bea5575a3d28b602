import type { Database } from '../../db/client.ts';
import type { Trend } from './compute.ts';
import type { Stretch } from './profile.ts';
import { readWindow } from './query.ts';
import { judged } from './rank.ts';
import type { TrendScope } from './uses.ts';

/**
 * Measures terms in a window, used in it or not, in the order of the terms: posts, distinct authors, the expected,
 * and how far above it they are. One statement for all.
 */
export async function measureTrends(
  db: Database,
  scope: TrendScope,
  window: Stretch,
  terms: readonly string[],
): Promise<readonly Trend[]> {
  if (terms.length === 0) return [];
  const read = await readWindow(db, scope, window, { by: terms, first: 0, withPast: true });
  const found = new Map(judged(read, window).map((trend) => [trend.term, trend]));
  return terms.flatMap((term) => found.get(term) ?? []);
}

/** Measures one hashtag for alerts: its posts, their distinct authors and its burst in `[from, to)`. */
export async function measureBurst(
  db: Database,
  { tag, from, to, streams }: Stretch & { readonly tag: string; readonly streams: readonly number[] | null },
): Promise<{ readonly posts: number; readonly authors: number; readonly score: number | null }> {
  const scope = { kind: 'HASHTAG', platform: null, streamIds: streams } as const;
  const [trend] = await measureTrends(db, scope, { from, to }, [tag]);
  return { posts: trend?.count ?? 0, authors: trend?.authors ?? 0, score: trend?.burst ?? null };
}
