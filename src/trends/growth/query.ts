import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { toIso } from '../../shared/instant.ts';
import { standingTermsIn } from '../standing-terms.ts';

/** Limits an instant to 1970 on: no post is older, and Postgres has no year 0. */
const sinceEpoch = (instant: number) => Math.max(instant, 0);

/** A hashtag with its posts in a window, and in the window before. */
export type Grown = { readonly tag: string; readonly current: number; readonly previous: number };

/**
 * Returns the hashtags that grew most from one window to the next; the windows end at `middle` and `to`. Most growth
 * first (see `compute.ts`), then most used, then by code point. Reads the range of both windows in post_terms_window.
 */
export async function listFastest(
  db: Database,
  {
    from,
    middle,
    to,
    first,
  }: { readonly from: number; readonly middle: number; readonly to: number; readonly first: number },
): Promise<readonly Grown[]> {
  return db.rows<Grown>(sql`
    select tag, current::float8, previous::float8 from (
      select t.term as tag, count(*) filter (where t.created_at >= ${toIso(sinceEpoch(middle))}) as current,
        count(*) filter (where t.created_at < ${toIso(sinceEpoch(middle))}) as previous
      from post_terms t where ${standingTermsIn({ from: sinceEpoch(from), to })} group by t.term) counted
    where current > previous
    order by (current - previous)::float8 / greatest(previous, 1) desc, current desc, tag collate "C"
    limit ${first}`);
}
