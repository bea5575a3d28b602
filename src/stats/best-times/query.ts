import { sql } from 'drizzle-orm';
import type { Metric } from '../../shared/stat-metric.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { localTime, ownPosts, slotOfWeek } from '../scope/local-time.ts';
import { postValue } from '../scope/post-value.ts';
import { read } from '../scope/read.ts';
import type { SlotSum } from './compute.ts';

/** A metric by hour of the week, over the posts that know it and are not reposts. */
export const sumBySlot = read(
  (scope, metric: Metric) => {
    const value = postValue(metric);
    if (scope.span === null) return null;
    const spans = offsetSpans(scope.zone, scope.span.from, scope.span.to);
    // How many posts know a figure stands in no rollup, so this reads the posts.
    return sql`
    select slot / 24 + 1 as weekday, slot % 24 as hour, count(value)::float8 as posts, sum(value)::float8 as sum
    from (select ${slotOfWeek} as slot, value
      from (select ${value} as value, ${localTime(sql`p.created_at`)} from ${ownPosts(scope, spans)}
        where p.kind <> 'REPOST' and ${value} is not null) q) q
    group by slot`;
  },
  (slots: readonly SlotSum[]) => slots,
);
