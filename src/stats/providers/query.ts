import { sql } from 'drizzle-orm';
import type { ProviderName } from '../../shared/post.ts';
import { msOf } from '../kernel/local-time.ts';
import { read } from '../kernel/read.ts';
import { talliesOf } from '../kernel/tallies.ts';

export type ProviderCount = {
  readonly provider: ProviderName;
  readonly posts: number;
  /** Milliseconds. */
  readonly collectedAt: number;
};

/** The providers of the scope's posts, most posts first. Every such provider has a row in stream_providers. */
export const listProviders = read(
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
