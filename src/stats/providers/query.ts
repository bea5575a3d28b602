import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type ProviderName, providerNames } from '../../shared/post.ts';
import { isTalliedByDay, loadDayTallies } from '../kernel/day-tallies.ts';
import { msOf } from '../kernel/local-time.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';
import { talliesOf } from '../kernel/tallies.ts';

export type ProviderCount = {
  readonly provider: ProviderName;
  readonly posts: number;
  /** Milliseconds. */
  readonly collectedAt: number;
};

/** The providers of the scope's posts, most posts first. Every such provider has a row in stream_providers. */
export async function listProviders(db: Database, scope: StatsScope): Promise<readonly ProviderCount[]> {
  if (!isTalliedByDay(scope, 'PROVIDER')) return listTallied(db, scope);
  const [tallies, collected] = await Promise.all([
    loadDayTallies(db, scope, 'PROVIDER'),
    listCollected(db, scope),
  ]);
  return tallies
    .top(Object.keys(providerNames).length)
    .flatMap(({ value, posts }) =>
      collected.flatMap((each) => (each.provider === value ? { ...each, posts } : [])),
    );
}

const listCollected = read(
  ({ streamId }) =>
    sql`select provider, ${msOf(sql`collected_at`)} as "collectedAt" from stream_providers where stream_id = ${streamId}`,
  (collected: readonly Omit<ProviderCount, 'posts'>[]) => collected,
);

const listTallied = read(
  (scope) => {
    const tallies = talliesOf(scope, 'PROVIDER');
    if (tallies === null) return null;
    return sql`
    select p.provider, t.posts, ${msOf(sql`p.collected_at`)} as "collectedAt"
    from (${tallies}) t
    join stream_providers p on p.stream_id = ${scope.streamId} and p.provider::text = t.value
    order by t.posts desc, p.provider::text collate "C"`;
  },
  (counts: readonly ProviderCount[]) => counts,
);
