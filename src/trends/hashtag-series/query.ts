import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import { type Interval, isCalendar } from '../../shared/bucket.ts';
import { daySpans } from '../../shared/day-range.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { bucketKey, localTime, spanRows } from '../../stats/kernel/local-time.ts';
import type { Span } from '../../stats/kernel/scope.ts';

/**
 * The uses of a hashtag to count: those between two instants, and those of which only the day is known between two
 * days; null: none.
 */
export type Uses = { readonly tag: string; readonly span: Span | null; readonly days: Span | null };

/** The uses of a hashtag in one bucket. */
export type UsedBucket = { readonly key: number; readonly posts: number };

/** Counts the uses of hashtags by bucket, in one statement. Leaves out empty buckets. */
export const countByBucket = (
  db: Database,
  uses: readonly Uses[],
  interval: Interval,
  zone: string,
): Promise<readonly (readonly UsedBucket[])[]> =>
  runTogether<UsedBucket>(
    db,
    uses.map((each) => statement(each, interval, zone)),
  );

/**
 * Reads ranges of post_terms_term alone, except for uses at 00:00 UTC: for these few, the post tells whether its hour
 * is known.
 */
function statement({ tag, span, days }: Uses, interval: Interval, zone: string): SQL | null {
  const standing = (rows: SQL) => sql`${localTime(sql`t.created_at`)} from ${rows} s join post_terms t
    on t.stands and t.term = ${tag} and t.created_at >= s.from_at and t.created_at < s.to_at`;
  const isMidnight = sql`t.created_at = date_trunc('day', t.created_at, 'UTC')`;
  const posts = sql`join posts p on p.stream_id = t.stream_id and p.post_id = t.post_id and ${isMidnight}`;
  const parts: SQL[] = [];
  if (span !== null) {
    const rows = spanRows(offsetSpans(zone, span.from, span.to));
    parts.push(sql`select ${standing(rows)} and not ${isMidnight}`);
    parts.push(sql`select ${standing(rows)} ${posts} and not p.hour_unknown`);
  }
  if (days !== null && isCalendar(interval)) {
    const rows = spanRows(daySpans(zone, days.from, days.to));
    parts.push(sql`select ${standing(rows)} ${posts} and p.hour_unknown`);
  }
  if (parts.length === 0) return null;
  return sql`select /* across streams: all uses of a hashtag */ ${bucketKey(interval)} as key, count(*)::float8 as posts
    from (${sql.join(parts, sql` union all `)}) q group by 1`;
}
