import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { chattersMax } from '../kernel/chatters.ts';
import { read } from '../kernel/read.ts';
import { talliesOf } from '../kernel/tallies.ts';

/**
 * The ids of all authors of a scope, in pieces that each take little time to parse; when there are more than `chattersMax`, one more
 * than that. Of all time an index-only scan of the tally's primary key.
 */
export const listAuthorIds = read(
  (scope) => {
    const tallies = talliesOf(scope, 'AUTHOR');
    return (
      tallies &&
      sql`select json_agg(value) as ids from (select value from (${tallies}) t limit ${chattersMax + 1}) t
        group by hashtext(value) & 15`
    );
  },
  (rows: readonly { readonly ids: readonly string[] }[]) => rows.map(({ ids }) => ids),
);

/** An author with the present name, in lower case. */
export type Named = { readonly id: string; readonly handle: string };

/** The authors of a stream that have one of some names, which are in lower case. By authors_handles. */
export async function listNamed(
  db: Database,
  streamId: number,
  names: readonly string[],
): Promise<readonly Named[]> {
  if (names.length === 0) return [];
  return db.rows<Named>(sql`
    select author_id as id, lower(handle) as handle from authors
    where stream_id = ${streamId} and lower(handle) = any(${arrayOf(names)}::text[])`);
}
