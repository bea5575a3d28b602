import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import { dayBucketShiftMs, dayBucketsEnd } from '../../shared/activity-bucket.ts';
import { quarterMs, toIso } from '../../shared/instant.ts';
import type { Range } from '../../shared/range.ts';
import { type PostConditions, postConditions } from './conditions.ts';

/** Counts the posts of each selection, in one statement. */
export async function countPosts(
  db: Database,
  conditions: readonly PostConditions[],
): Promise<readonly number[]> {
  const statements = conditions.map((each) => sql`select (${countOf(each)})::float8 as count`);
  const counts = await runTogether<{ readonly count: number }>(db, statements);
  return counts.map(([row]) => row?.count ?? 0);
}

function countOf(conditions: PostConditions): SQL {
  const { own, streams, range, days, terms, ...others } = conditions;
  const isNarrow = [...Object.values(others), ...Object.values(terms)].some(
    (condition) => condition !== null,
  );
  const countWhere = (each: PostConditions) =>
    sql`(select count(*) from posts p where ${postConditions(each)})`;
  if (own !== true || isNarrow) return countWhere(conditions);
  if (streams?.length === 1 && streams[0] !== undefined) return countByActivity(streams[0], range, days);
  // One index gives each number (posts_created and posts_others). No index has `own`: a filter by it would read every row.
  return sql`${countWhere({ ...conditions, own: null })} - ${countWhere({ ...conditions, own: false })}`;
}

const floor = (at: number) => Math.floor(at / quarterMs) * quarterMs;
const ceil = (at: number) => Math.ceil(at / quarterMs) * quarterMs;

/**
 * Counts the own posts of a stream in a range by `activity`, which has their number in each quarter-hour, and by posts_created in a
 * quarter-hour that the range cuts. Posts of which only the day is known have their own buckets.
 */
function countByActivity(streamId: number, range: Range, inDays: Range): SQL {
  const [{ from, to }, days] = [within(range), within(inDays)];
  const first = from === null ? Date.parse(dayBucketsEnd) : ceil(from);
  const last = to === null ? null : floor(to);
  const parts = [
    sumOf(streamId, first, last),
    sumOf(
      streamId,
      days.from === null ? null : days.from - dayBucketShiftMs,
      Math.min((days.to ?? Number.POSITIVE_INFINITY) - dayBucketShiftMs, Date.parse(dayBucketsEnd)),
    ),
  ];
  if (from !== null) parts.push(countIn(streamId, from, Math.min(first, to ?? first)));
  if (to !== null && last !== null && last >= first) parts.push(countIn(streamId, last, to));
  return sql.join(parts, sql` + `);
}

/** A range without what lies before the year 1900 and after 2300: no post is from then, and Postgres has not all of these instants. */
const within = ({ from, to }: Range): Range => ({ from: clamp(from), to: clamp(to) });

const clamp = (at: number | null): number | null =>
  at === null ? null : Math.min(Math.max(at, Date.parse(dayBucketsEnd)), Date.UTC(2300, 0));

function sumOf(streamId: number, from: number | null, to: number | null): SQL {
  if (from !== null && to !== null && from >= to) return sql`0`;
  return sql`(select coalesce(sum(a.posts), 0) from activity a where a.stream_id = ${streamId}
    ${from === null ? sql`` : sql`and a.bucket >= ${toIso(from)}`} ${to === null ? sql`` : sql`and a.bucket < ${toIso(to)}`})`;
}

function countIn(streamId: number, from: number, to: number): SQL {
  if (from >= to) return sql`0`;
  return sql`(select count(*) from posts p where p.stream_id = ${streamId} and p.own and not p.hour_unknown
    and p.created_at >= ${toIso(from)} and p.created_at < ${toIso(to)})`;
}
