import { type SQL, sql } from 'drizzle-orm';
import type { Metric } from '../../shared/stat-metric.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { quarterParts } from '../kernel/activity.ts';
import { localTime, ownPosts, slotOfWeek } from '../kernel/local-time.ts';
import { postValue } from '../kernel/post-value.ts';
import { read } from '../kernel/read.ts';
import type { Span, StatsScope } from '../kernel/scope.ts';
import { talliesOf } from '../kernel/tallies.ts';
import { type SlotFigures, scaleOf } from './score.ts';

/** Hours of the week over the posts that know a metric and are not reposts. */
export const readSlots = read(
  (scope, metric: Metric) => {
    const value = postValue(scope, metric);
    if (scope.span === null) return null;
    return sql`
    with quarters as (${quartersWith(scope, scope.span, metric, value)}), usual as (${usualOf(scope, metric)})
    select slot / 24 + 1 as weekday, slot % 24 as hour, posts::float8, quarters::float8, total, squares,
      cap, typical, highest
    from (select slot, sum(posts) as posts, count(*) as quarters, sum(counted) as total,
        sum(counted * counted) as squares
      from (select ${slotOfWeek} as slot, posts, least(total / posts, (select cap from usual)) as counted
        from quarters where posts > 0 offset 0) q
      group by slot) q, usual`;
  },
  (slots: readonly SlotFigures[]) => slots,
);

/** Quarter-hours with their posts and the sum of their figures, counted as the metric's scale says. */
function quartersWith(scope: StatsScope, span: Span, metric: Metric, value: SQL): SQL {
  const columns = summed[metric];
  if (columns === undefined) return together(postsWith(scope, span, metric, value));
  const { whole, ragged } = quarterParts(scope, span);
  const parts = [
    ...whole.map((rows) => sql`select local, ${columns} from (${rows}) q`),
    ...ragged.map(
      (rows) => sql`select local, posts, total
      from (${together(sql`select local, since, ${columns} from (${rows}) q`)}) q`,
    ),
  ];
  return sql.join(parts, sql` union all `);
}

/** What the rollup has of a metric, where it tells how many posts know it. */
const summed: { readonly [M in Metric]?: SQL } = {
  ENGAGEMENT: sql`engaged_posts as posts, engagement::float8 as total`,
  SENTIMENT: sql`positive + neutral + negative as posts,
    sentiment / 10000::float8 + positive + neutral + negative as total`,
};

/** The posts that know a metric. Served by posts_created: how many they are stands in no rollup. */
function postsWith(scope: StatsScope, span: Span, metric: Metric, value: SQL): SQL {
  const { perUnit } = scaleOf(metric);
  return sql`select local, since, 1 as posts, value as total
    from (select ${value} * ${perUnit}::float8 as value, ${localTime(sql`p.created_at`)}
      from ${ownPosts(scope, offsetSpans(scope.zone, span.from, span.to))}
      where p.kind <> 'REPOST' and ${value} is not null) q`;
}

/** Posts of one quarter-hour as one row. The fence keeps Postgres from expecting one for each post, and sorting them. */
const together = (posts: SQL): SQL => sql`
  select quarter * 900 as local, sum(posts) as posts, sum(total) as total, sum(ln(1 + total)) as logs,
    max(total) as highest
  from (select floor(local / 900) as quarter, since, posts, total from (${posts}) q where posts > 0 offset 0) q
  group by quarter, since`;

/**
 * The geometric mean of 1 + figure, less 1, over all posts; their highest figure; and the cap that follows. Engagement
 * is tallied with the posts of unknown hour. In an order: the last digit would be another one with another plan.
 */
function usualOf(scope: StatsScope, metric: Metric): SQL {
  // Scores have a highest value that is no more than twice the middle one.
  if (metric === 'SENTIMENT') return sql`select 2::float8 as cap, 0::float8 as typical, 0::float8 as highest`;
  const figures =
    metric === 'ENGAGEMENT'
      ? sql`select exp(sum(posts * ln(1 + value::float8) order by value) / sum(posts)) - 1 as typical,
            max(value::float8) as highest from (${talliesOf(scope, 'ENGAGEMENT')}) t`
      : sql`select exp(sum(logs) / sum(posts)) - 1 as typical, max(highest) as highest from quarters`;
  return sql`select 4 * typical + 1 as cap, typical, highest from (${figures}) q`;
}
