import { type SQL, sql } from 'drizzle-orm';
import { toIso } from '../shared/instant.ts';
import type { Range } from '../shared/range.ts';

/**
 * The condition that a post `p` was posted in `range`, or in `days` when only its day is known. Null excludes such
 * posts. Uses an index on created_at for the outer bounds.
 */
export function createdIn(range: Range | null, days: Range | null): SQL {
  const [first, second] = [range ?? days, days ?? range];
  if (first === null || second === null) return sql`false`;
  if (range !== null && days !== null && range.from === days.from && range.to === days.to)
    return within(range);
  const from = first.from === null || second.from === null ? null : Math.min(first.from, second.from);
  const to = first.to === null || second.to === null ? null : Math.max(first.to, second.to);
  const only = (of: Range | null) => (of === null ? sql`false` : within(of));
  return sql`${within({ from, to })} and case when p.hour_unknown then ${only(days)} else ${only(range)} end`;
}

function within({ from, to }: Range): SQL {
  const ends: SQL[] = [];
  if (from !== null) ends.push(sql`p.created_at >= ${toIso(from)}`);
  if (to !== null) ends.push(sql`p.created_at < ${toIso(to)}`);
  return ends.length === 0 ? sql`true` : sql.join(ends, sql` and `);
}
