import type { Sql, TransactionSql } from 'postgres';
import { type Dimension, dimensions, usesOf } from '../../db/dimensions.ts';
import {
  measureColumns,
  measures,
  minuteMeasures,
  observedColumns,
  observedMeasures,
  sumsOfPosts,
} from '../../db/measures.ts';
import {
  chatterDayColumns,
  dayMessageColumns,
  daysOf,
  isCounted,
  isMadeDay,
} from '../../db/packed-chatters.ts';
import { monthColumns, packedMonthsOf } from '../../db/packed-months.ts';
import { tallySums } from '../../db/tally-sums.ts';
import { dayBucketsEnd, dayBucketShift } from '../../shared/activity-bucket.ts';
import { must } from '../../shared/errors.ts';
import { countMisplaced } from './misplaced.ts';
import { termStands } from './term-stands.ts';

type Tx = Sql | TransactionSql;

/** The columns of each rollup that a recount compares or writes. */
export const tableColumns = {
  activity: `stream_id, bucket, ${measureColumns.join(', ')}`,
  activity_minutes: `stream_id, bucket, ${minuteMeasures.map(({ column }) => column).join(', ')}`,
  activity_months: monthColumns.join(', '),
  chatter_days: chatterDayColumns.join(', '),
  observed_activity: `stream_id, bucket, posts, ${observedColumns.join(', ')}`,
  tally_months: 'stream_id, dimension, month, values, posts, engagement, engaged',
  tally_totals: 'stream_id, dimension, value, posts, engagement, engaged',
  post_terms: 'stream_id, term, created_at, post_id, author_id, stands',
};

/** The correct contents of the rollups, counted from the posts. Each query takes the stream as $1. */
export const activityOf = (from = 'posts p') => `
  select stream_id, date_bin('15 minutes', created_at, '2000-01-01Z')
      - case when hour_unknown then ${dayBucketShift} else interval '0' end as bucket,
    ${sumsOfPosts(measures)}
  from ${from}
  where stream_id = $1 and own
  group by 1, 2`;

/** Like `activityOf`, by the minute. */
export const minutesOf = (from = 'posts p') => `
  select stream_id, date_bin('1 minute', created_at, '2000-01-01Z') as bucket, ${sumsOfPosts(minuteMeasures)}
  from ${from}
  where stream_id = $1 and own and kind = 'MESSAGE' and not hour_unknown
  group by 1, 2`;

/** The last known value of a metric before this observation. */
const before = (metric: string) => `(array_remove(array_agg(${metric}) over past, null))[
    cardinality(array_remove(array_agg(${metric}) over past, null))]`;
const observedMetrics = observedMeasures.map(({ column }) => column);
/** The observed measures of a row `p` or `h`. */
const seenIn = (row: 'p' | 'h') =>
  observedMeasures.map(({ column, sql }) => `${sql(row)} as ${column}`).join(', ');

/**
 * `seen` restricts the posts `p` that are read, and may read from `asked`, a query with a name and a comma behind it;
 * `counted` restricts the observations that are counted. The stream id comes from the rows: with a parameter, Citus does
 * not know that it inserts on the node it reads from.
 */
export const observedOf = ({ asked = '', seen = '', counted = '' } = {}) => `
  with ${asked} seen as (
    select p.stream_id, p.post_id, p.kind, p.observed_at, ${seenIn('p')}
    from posts p where p.stream_id = $1 and p.own ${seen}
    union all
    select h.stream_id, h.post_id, p.kind, h.observed_at, ${seenIn('h')}
    from metric_history h join posts p on p.stream_id = h.stream_id and p.post_id = h.post_id
    where h.stream_id = $1 and p.own ${seen}
  ), ordered as (
    select *, row_number() over (partition by post_id order by observed_at) as nth,
      ${observedMetrics.map((name) => `${before(name)} as ${name}_before`).join(', ')}
    from seen window past as (partition by post_id order by observed_at rows between unbounded preceding and 1 preceding)
  ), known as (
    select stream_id, kind, observed_at, nth,
      ${observedMetrics.map((name) => `coalesce(${name}, ${name}_before) as ${name}, ${name}_before`).join(', ')}
    from ordered
  ), engaged as (
    select *, ${engagementSql('')} as engagement, ${engagementSql('_before')} as engagement_before from known
  )
  select stream_id, date_bin('15 minutes', observed_at, '2000-01-01Z') as bucket,
    count(*) filter (where nth = 1)::int as posts,
    ${observedColumns
      .map(
        (name) =>
          `sum(${name} - coalesce(${name}_before, 0)) filter (where kind <> 'REPOST')::bigint as ${name}`,
      )
      .join(', ')}
  from engaged ${counted} group by 1, 2`;

function engagementSql(suffix: string): string {
  const parts = ['likes', 'reposts', 'replies', 'quotes'].map((name) => name + suffix);
  return `case when coalesce(${parts.join(', ')}) is not null
    then ${parts.map((part) => `coalesce(${part}, 0)`).join(' + ')} end`;
}

/** Every value of every dimension for each own post. */
const occurrences = (Object.keys(dimensions) as Dimension[])
  .map((dimension) => usesOf(dimension, 'p.stream_id = $1'))
  .join('\nunion all\n');

const countedMonths = `
  select $1::int as stream_id, dimension, date_trunc('month', created_at at time zone 'UTC')::date as month, value,
    count(*)::int as posts, coalesce(sum(engagement), 0)::bigint as engagement,
    count(engagement)::int as engaged
  from (${occurrences}) o group by dimension, month, value`;

const tallyMonthsOf = `
  select stream_id, dimension, month, array_agg(value) as values, array_agg(posts) as posts,
    array_agg(engagement) as engagement, array_agg(engaged) as engaged
  from (${countedMonths}) m group by stream_id, dimension, month`;

const tallyTotalsOf = `
  select $1::int as stream_id, dimension, value,
    count(*)::int as posts, coalesce(sum(engagement), 0)::bigint as engagement,
    count(engagement)::int as engaged
  from (${occurrences}) o group by dimension, value`;

const postTermsOf = `
  select p.stream_id, term, p.created_at, p.post_id, p.author_id, ${termStands} as stands
  from posts p, unnest(p.hashtags) as term where p.stream_id = $1`;

/** The sum of the months' parts by value. Comparing the packed arrays would depend on their order. */
const unpackedMonths = (rows: string) => `
  select stream_id, dimension, month, value, ${tallySums}
  from ${rows} m, unnest(m.values, m.posts, m.engagement, m.engaged) as u (value, posts, engagement, engaged)
  group by stream_id, dimension, month, value
  having sum(u.posts) <> 0 or sum(u.engagement) <> 0 or sum(u.engaged) <> 0`;

/** Only the months that have a row: for other months readers use `activity`. */
const activityMonthsOf = `select * from (${packedMonthsOf(
  `select * from (${activityOf()}) quarters where bucket >= '${dayBucketsEnd}'`,
)}) counted where month in (select month from activity_months where stream_id = $1)`;

/**
 * Only the days that have a row: for other days readers use the messages. The fence makes each day one range of
 * posts_created.
 */
const chatterDaysOf = `
  select k.stream_id, k.until, d.*
  from chatter_days k join (${daysOf(
    `select k.day, ${dayMessageColumns} from chatter_days k cross join lateral (
      select p.*, clock_timestamp() as fence from posts p where p.stream_id = $1 and ${isCounted}
        and p.created_at >= k.day::timestamp at time zone 'UTC' and p.created_at < k.until) p
    where k.stream_id = $1 and ${isMadeDay('k')}`,
    'day',
  )}) d on d.day = k.day
  where k.stream_id = $1`;

const madeDays = (rows: string) => `select * from ${rows} r where ${isMadeDay('r')}`;

type Rollup = {
  readonly table: keyof typeof tableColumns;
  /** Key columns, besides the stream. */
  readonly key: string;
  readonly counted: string;
  readonly flat?: (rows: string) => string;
};

const rollups: readonly Rollup[] = [
  { table: 'activity', key: 'bucket', counted: activityOf() },
  { table: 'activity_minutes', key: 'bucket', counted: minutesOf() },
  { table: 'activity_months', key: 'month', counted: activityMonthsOf },
  { table: 'chatter_days', key: 'day', counted: chatterDaysOf, flat: madeDays },
  { table: 'observed_activity', key: 'bucket', counted: observedOf() },
  { table: 'tally_months', key: 'dimension, month', counted: tallyMonthsOf, flat: unpackedMonths },
  { table: 'tally_totals', key: 'dimension, value', counted: tallyTotalsOf },
  { table: 'post_terms', key: 'term, created_at, post_id', counted: postTermsOf },
];

/** The figures behind the stream's own ratio of impressions to reactions, which are in the stream's row. */
const measuredOf = `
  select count(*)::bigint as measured_posts, coalesce(sum(impressions), 0)::bigint as measured_impressions,
    coalesce(sum(coalesce(likes, 0) + coalesce(reposts, 0)), 0)::bigint as measured_reactions
  from posts where stream_id = $1 and own and kind <> 'REPOST' and not impressions_estimated
    and impressions is not null and (likes is not null or reposts is not null)`;

/** What can differ from a recount: a rollup, or values in the stream's own row. */
export type RollupName = Rollup['table'] | 'streams';

/** Additionally the stream's posts that are misplaced across streams. */
type Checked = RollupName | 'known_posts';

type Difference = { readonly table: Checked; readonly missing: number; readonly surplus: number };

/** Recounts a stream and returns the number of differing rows by table; empty when all are right. */
export async function verifyStream(sql: Tx, streamId: number): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const { table, counted, flat = (rows: string) => `select * from ${rows} r` } of rollups) {
    const columns = tableColumns[table];
    const stored = `(select ${columns} from ${table} where stream_id = $1)`;
    const [row] = await sql.unsafe(
      `with counted as materialized (${flat(`(select ${columns} from (${counted}) c)`)}),
         stored as materialized (${flat(stored)})
       select (select count(*) from (select * from counted except all select * from stored) m)::int as missing,
         (select count(*) from (select * from stored except all select * from counted) s)::int as surplus`,
      [streamId],
    );
    if (row && (row.missing > 0 || row.surplus > 0)) {
      differences.push({ table, missing: row.missing, surplus: row.surplus });
    }
  }
  const [told] = await sql.unsafe(
    `select 1 from streams s, (${measuredOf}) m where s.stream_id = $1
       and (s.measured_posts, s.measured_impressions, s.measured_reactions) is distinct from
         (m.measured_posts, m.measured_impressions, m.measured_reactions)`,
    [streamId],
  );
  if (told !== undefined) differences.push({ table: 'streams', missing: 1, surplus: 1 });
  const misplaced = await countMisplaced(sql, streamId);
  if (misplaced > 0) differences.push({ table: 'known_posts', missing: misplaced, surplus: misplaced });
  return differences;
}

/**
 * Repairs one rollup of a stream to match a recount. The transaction is a repeatable read that has not locked the
 * stream: everything is counted first. Then `lock` is called, which fails when the stream changed meanwhile, and then
 * the differing rows are written.
 */
export async function mendRollup(
  tx: TransactionSql,
  streamId: number,
  { table, lock }: { readonly table: RollupName; readonly lock: () => Promise<unknown> },
): Promise<void> {
  if (table === 'streams') return mendMeasured(tx, streamId, lock);
  const {
    counted,
    key,
    flat = (rows: string) => `select * from ${rows} r`,
  } = must(
    rollups.find((rollup) => rollup.table === table),
    'each name is one of them',
  );
  const columns = tableColumns[table];
  // Temporary tables instead of subselects, which would be computed again under the lock.
  await tx.unsafe(`create temp table counted_rows on commit drop as select ${columns} from (${counted}) c`, [
    streamId,
  ]);
  const stored = `(select ${columns} from ${table} where stream_id = $1)`;
  await tx.unsafe(
    `create temp table differing_keys on commit drop as
     with counted as materialized (${flat('counted_rows')}), stored as materialized (${flat(stored)})
     select distinct ${key} from (
       (select * from counted except all select * from stored) union all
       (select * from stored except all select * from counted)) d`,
    [streamId],
  );
  await tx.unsafe('analyze counted_rows');
  await tx.unsafe('analyze differing_keys');
  await lock();
  // These rows derive from the repaired table.
  if (table === 'activity') await tx`delete from activity_months where stream_id = ${streamId}`;
  const sameKey = (alias: string) =>
    key
      .split(', ')
      .map((name) => `${alias}.${name} = d.${name}`)
      .join(' and ');
  await tx.unsafe(
    `delete from ${table} t using differing_keys d where t.stream_id = $1 and ${sameKey('t')}`,
    [streamId],
  );
  await tx.unsafe(
    `insert into ${table} (${columns})
     select ${columns
       .split(', ')
       .map((name) => `c.${name}`)
       .join(', ')}
     from counted_rows c join differing_keys d on ${sameKey('c')}`,
  );
}

async function mendMeasured(
  tx: TransactionSql,
  streamId: number,
  lock: () => Promise<unknown>,
): Promise<void> {
  const [told] = await tx.unsafe(measuredOf, [streamId]);
  await lock();
  await tx`update streams set ${tx(must(told, 'an aggregate'))} where stream_id = ${streamId}`;
}
