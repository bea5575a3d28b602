import { type SQL, sql } from 'drizzle-orm';
import { toIso } from '../shared/instant.ts';
import type { Range } from '../shared/range.ts';

/**
 * A condition on `t` (post_terms): uses of hashtags in own posts of any stream, each once, in a range. Served by
 * post_terms_term when a term is given, else by post_terms_window.
 */
export function standingTermsIn({ from, to }: Range): SQL {
  const ends = [
    ...(from === null ? [] : [sql`and t.created_at >= ${toIso(from)}`]),
    ...(to === null ? [] : [sql`and t.created_at < ${toIso(to)}`]),
  ];
  return sql`/* across streams: all uses of a hashtag */ t.stands ${sql.join(ends, sql` `)}`;
}
