import type { TransactionSql } from 'postgres';
import { measures, minuteMeasures, observedColumns } from '../../db/measures.ts';
import { momentOfBucket } from '../../shared/activity-bucket.ts';
import { must } from '../../shared/errors.ts';
import { quarterMs, toIso } from '../../shared/instant.ts';
import { activityOf, minutesOf, observedOf, tableColumns } from './recount.ts';

type Rollup = {
  /** Columns that are null when no post has the figure. */
  readonly sums: readonly string[];
  readonly recount: (tx: TransactionSql, streamId: number, buckets: readonly number[]) => Promise<void>;
};

const sumsOf = (some: typeof measures) =>
  some.flatMap(({ column, role }) => (role === 'sum' ? [column] : []));

// Estimated impressions are null when impressions are, and often zero.
const observedSums = observedColumns.filter((column) => column !== 'impressions_estimated');

const rollups = {
  activity: { sums: sumsOf(measures), recount: recountActivity },
  activity_minutes: { sums: sumsOf(minuteMeasures), recount: recountMinutes },
  observed_activity: { sums: observedSums, recount: recountObserved },
} satisfies Record<string, Rollup>;

/**
 * Completes the subtraction of posts from some quarter-hours or minutes: recounts those whose row does not tell what is
 * left. A sum of zero may be one without known values (null), and a row without posts may be one to be deleted. A sum
 * other than zero has known values, and a row with posts stays, so most rows are right, and one post less costs the
 * same however many there are.
 */
export async function recountUnclear(
  tx: TransactionSql,
  table: keyof typeof rollups,
  streamId: number,
  buckets: readonly number[],
): Promise<void> {
  if (buckets.length === 0) return;
  const { sums, recount }: Rollup = rollups[table];
  const unclear = await tx.unsafe<{ bucket: number }[]>(
    `select (extract(epoch from bucket) * 1000)::float8 as bucket from ${table}
     where stream_id = $1 and bucket = any($2::timestamptz[]) and (${['posts <= 0', ...sums.map((sum) => `${sum} = 0`)].join(' or ')})`,
    [streamId, buckets.map(toIso)],
    { prepare: true },
  );
  if (unclear.length === 0) return;
  await recount(
    tx,
    streamId,
    unclear.map(({ bucket }) => bucket),
  );
}

async function recountActivity(tx: TransactionSql, streamId: number, buckets: readonly number[]) {
  const moments = buckets.map(momentOfBucket);
  // Each bucket is one range of the index on (stream_id, created_at). `offset 0` prevents a plan that compares every
  // post with every bucket. That plan took two minutes when a newer export changed the likes of 94,000 posts.
  const counted = activityOf(
    `unnest($2::timestamptz[], $3::text[]::boolean[]) as b (start, is_day) cross join lateral (
       select * from posts
       where stream_id = $1 and created_at >= start and created_at < start + interval '15 minutes'
         and hour_unknown = is_day offset 0) p`,
  );
  await replace(tx, 'activity', { streamId, buckets, counted }, [
    moments.map(({ createdAt }) => toIso(createdAt)),
    moments.map(({ hourUnknown }) => String(hourUnknown)),
  ]);
}

async function recountMinutes(tx: TransactionSql, streamId: number, buckets: readonly number[]) {
  const counted = minutesOf(
    `unnest($2::timestamptz[]) as b (start) cross join lateral (
       select * from posts where stream_id = $1 and created_at >= start and created_at < start + interval '1 minute' offset 0) p`,
  );
  await replace(tx, 'activity_minutes', { streamId, buckets, counted }, [buckets.map(toIso)]);
}

/**
 * The posts that have an observation in one of the quarter-hours. Each is one range of the index on the time. From $3 and
 * $4, the bounds of all of them, the planner knows how few these are.
 */
const seenIn = (table: string) => `
  select o.post_id from unnest($2::timestamptz[]) as b (start) cross join lateral (
    select post_id from ${table}
    where stream_id = $1 and observed_at >= start and observed_at < start + interval '15 minutes'
      and observed_at >= $3::timestamptz and observed_at < $4::timestamptz offset 0) o`;

/** Reads all observations of the posts that were seen then: each counts the increase since the one before. */
async function recountObserved(tx: TransactionSql, streamId: number, buckets: readonly number[]) {
  const counted = observedOf({
    asked: `asked as materialized (${seenIn('posts')} union ${seenIn('metric_history')}),`,
    seen: 'and p.post_id in (select post_id from asked)',
    counted: `where date_bin('15 minutes', observed_at, '2000-01-01Z') = any($2::timestamptz[])`,
  });
  const ordered = [...buckets].sort((a, b) => a - b);
  const first = must(ordered[0], 'it is asked for some');
  const last = ordered.at(-1) ?? first;
  await replace(tx, 'observed_activity', { streamId, buckets, counted }, [
    ordered.map(toIso),
    toIso(first),
    toIso(last + quarterMs),
  ]);
}

type Recounted = {
  readonly streamId: number;
  readonly buckets: readonly number[];
  /** A query of the rows. Its $1 is the stream. */
  readonly counted: string;
};

/** Replaces the rows of these buckets; those without posts go. `more`: the query's further parameters. */
async function replace(
  tx: TransactionSql,
  table: keyof typeof rollups,
  { streamId, buckets, counted }: Recounted,
  more: readonly (string | string[])[],
): Promise<void> {
  await tx.unsafe(`delete from ${table} where stream_id = $1 and bucket = any($2::timestamptz[])`, [
    streamId,
    buckets.map(toIso),
  ]);
  const columns = tableColumns[table];
  await tx.unsafe(`insert into ${table} (${columns}) select ${columns} from (${counted}) c`, [
    streamId,
    ...more,
  ]);
}
