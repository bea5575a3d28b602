import { type SQL, sql } from 'drizzle-orm';
import type { Metric } from '../../shared/stat-metric.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { quarterParts } from '../kernel/activity.ts';
import { localTime, ownPosts, slotOfWeek } from '../kernel/local-time.ts';
import { memoizePerScope } from '../kernel/memoize-per-scope.ts';
import {
  packedIn,
  PackedMonths,
  type PackedRow,
  packedSelect,
  wholeMonthsOf,
} from '../kernel/packed-months.ts';
import { slotsOfQuarters } from '../kernel/packed-sums.ts';
import { planOf } from '../kernel/plan.ts';
import { postValue } from '../kernel/post-value.ts';
import { read } from '../kernel/read.ts';
import type { Span, StatsScope } from '../kernel/scope.ts';
import { talliesOf } from '../kernel/tallies.ts';
import { addQuarters, type Quarters, type SlotSums, type Usual } from './quarters.ts';
import { type SlotFigures, scaleOf } from './score.ts';

/** Hours of the week, over posts that are not reposts and that know a metric. */
export const readSlots = memoizePerScope(
  async (db, scope, metric: Metric): Promise<readonly SlotFigures[]> => {
    const found = await readFound(db, scope, metric);
    if (found === null || found.usual === null) return [];
    return addQuarters(
      found.slots ?? [],
      found.usual,
      packedQuarters(scope, metric, new PackedMonths(found)),
    );
  },
);

/**
 * Slots of the quarter-hours that Postgres summed, the values for the whole scope, and the months that are read packed.
 */
type Found = PackedRow & { readonly slots: readonly SlotSums[] | null; readonly usual: Usual | null };

const readFound = read(
  (scope, metric: Metric) => {
    const value = postValue(scope, metric);
    if (scope.span === null) return null;
    const columns = packedColumnsOf[metric];
    const months = columns === undefined ? [] : wholeMonthsOf(scope);
    return sql`${packedColumnsOf[metric] === undefined ? sql`` : planOf(scope)}
    with quarters as (${quartersWith(scope, { span: scope.span, months }, metric, value)}), usual as (${usualOf(scope, metric)})
    select (select json_agg(s) from (
        select slot, sum(posts)::float8 as posts, count(*)::float8 as quarters, sum(counted)::float8 as total,
          sum(counted * counted)::float8 as squares
        from (select ${slotOfWeek} as slot, posts, least(total / posts, (select cap from usual)) as counted
          from quarters where posts > 0 offset 0) q
        group by slot) s) as slots,
      (select row_to_json(u) from usual u) as usual, m.*
    from (select ${packedSelect(columns ?? [], allPackedColumns)} from ${packedIn(scope, months)}) m`;
  },
  ([row]: readonly Found[]) => row ?? null,
);

/** The columns of `activity` behind each metric in `summed`. */
const packedColumnsOf: { readonly [M in Metric]?: readonly string[] } = {
  ENGAGEMENT: ['engaged_posts', 'engagement'],
  SENTIMENT: ['positive', 'neutral', 'negative', 'sentiment'],
};

const allPackedColumns = Object.values(packedColumnsOf).flat();

/** The quarter-hours of whole months, in the form of `quartersWith`. */
function packedQuarters({ zone }: StatsScope, metric: Metric, months: PackedMonths): Quarters {
  if (months.isEmpty) return { slots: new Int32Array(), posts: [], totals: [] };
  const slots = slotsOfQuarters(months.localQuarters(zone));
  if (metric === 'ENGAGEMENT') {
    return { slots, posts: months.valuesOf('engaged_posts'), totals: months.valuesOf('engagement') };
  }
  const [positive, neutral, negative] = ['positive', 'neutral', 'negative'].map((name) =>
    months.valuesOf(name),
  );
  const posts = slots.map((_, at) => (positive?.[at] ?? 0) + (neutral?.[at] ?? 0) + (negative?.[at] ?? 0));
  const totals = months.valuesOf('sentiment').map((sum, at) => sum / 10_000 + (posts[at] ?? 0));
  return { slots, posts, totals };
}

/** Quarter-hours with their posts and the sum of their figures, in the metric's scale. */
function quartersWith(
  scope: StatsScope,
  { span, months }: { readonly span: Span; readonly months: readonly number[] },
  metric: Metric,
  value: SQL,
): SQL {
  const columns = summed[metric];
  if (columns === undefined) return together(postsWith(scope, span, metric, value));
  const { whole, ragged } = quarterParts(scope, span, { months });
  const parts = [
    ...whole.map((rows) => sql`select local, ${columns} from (${rows}) q`),
    ...ragged.map(
      (rows) => sql`select local, posts, total
      from (${together(sql`select local, since, ${columns} from (${rows}) q`)}) q`,
    ),
  ];
  return sql.join(parts, sql` union all `);
}

/** The columns of the rollup for metrics of which it also counts the posts that know them. */
const summed: { readonly [M in Metric]?: SQL } = {
  ENGAGEMENT: sql`engaged_posts as posts, engagement::float8 as total`,
  SENTIMENT: sql`positive + neutral + negative as posts,
    sentiment / 10000::float8 + positive + neutral + negative as total`,
};

/** The posts that know a metric, for metrics without such a count in the rollup. Served by posts_created. */
function postsWith(scope: StatsScope, span: Span, metric: Metric, value: SQL): SQL {
  const { perUnit } = scaleOf(metric);
  return sql`select local, since, 1 as posts, value as total
    from (select ${value} * ${perUnit}::float8 as value, ${localTime(sql`p.created_at`)}
      from ${ownPosts(scope, offsetSpans(scope.zone, span.from, span.to))}
      where p.kind <> 'REPOST' and ${value} is not null) q`;
}

/** Groups posts by quarter-hour. The fence keeps Postgres from expecting one row per post and sorting them. */
const together = (posts: SQL): SQL => sql`
  select quarter * 900 as local, sum(posts) as posts, sum(total) as total, sum(ln(1 + total)) as logs,
    max(total) as highest
  from (select floor(local / 900) as quarter, since, posts, total from (${posts}) q where posts > 0 offset 0) q
  group by quarter, since`;

/**
 * The geometric mean of 1 + figure, minus 1, over all posts; their highest figure; and the resulting cap. For
 * engagement this includes posts of unknown hour, since its tally has them. Sums are ordered: otherwise the last digit
 * depends on the plan.
 */
function usualOf(scope: StatsScope, metric: Metric): SQL {
  // Scores have a fixed maximum, at most twice the neutral value.
  if (metric === 'SENTIMENT') return sql`select 2::float8 as cap, 0::float8 as typical, 0::float8 as highest`;
  const figures =
    metric === 'ENGAGEMENT'
      ? sql`select exp(sum(posts * ln(1 + value::float8) order by value) / sum(posts)) - 1 as typical,
            max(value::float8) as highest from (${talliesOf(scope, 'ENGAGEMENT')}) t`
      : sql`select exp(sum(logs) / sum(posts)) - 1 as typical, max(highest) as highest from quarters`;
  return sql`select 4 * typical + 1 as cap, typical, highest from (${figures}) q`;
}
