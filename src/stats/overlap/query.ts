import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { StatsScope } from '../kernel/scope.ts';
import { talliesOf } from '../kernel/tallies.ts';

/** Chatters of two channels, and those of the first who are also in the second. */
export type Overlap = { readonly chatters: number; readonly others: number; readonly shared: number };

const nobody = sql`select null::text as value where false`;

/**
 * Counts the chatters that two scopes have in common: by the id, or by the name where a log tells no id. From the tallies of
 * authors, and authors by their primary key.
 */
export async function countOverlap(db: Database, one: StatsScope, other: StatsScope): Promise<Overlap> {
  const chattersOf = (scope: StatsScope) => sql`
    select t.value as id, lower(a.handle) as handle from (${talliesOf(scope, 'AUTHOR') ?? nobody}) t
    join authors a on a.stream_id = ${scope.streamId} and a.author_id = t.value`;
  const [row] = await db.rows<Overlap>(sql`
    with here as materialized (${chattersOf(one)}), there as materialized (${chattersOf(other)})
    select (select count(*) from here)::float8 as chatters, (select count(*) from there)::float8 as others,
      (select count(*) from here where id in (select id from there)
        or handle in (select handle from there))::float8 as shared`);
  return row ?? { chatters: 0, others: 0, shared: 0 };
}
