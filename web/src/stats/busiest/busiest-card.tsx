import { useState } from 'react';
import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { BarList } from '../../chart/bar-list.tsx';
import { bucketOf, dayOf } from '../../format/dates.ts';
import { compact, exact } from '../../format/numbers.ts';
import { bucketRange } from '../../posts/link.ts';
import { Segments } from '../../ui/segments.tsx';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import { cardQuery } from '../card-query.ts';
import { noPosts, usePosts, useStream } from '../stream.tsx';

/** The days, weeks and months with the most posts. */
export const BusiestFragment = graphql(`
  fragment BusiestCard on Stats {
    days: busiest(interval: DAY, first: 12) {
      ...BusyBucket
    }
    weeks: busiest(interval: WEEK, first: 12) {
      ...BusyBucket
    }
    months: busiest(interval: MONTH, first: 12) {
      ...BusyBucket
    }
  }
`);

const BusyBucketFragment = graphql(`
  fragment BusyBucket on Bucket {
    label
    start
    end
    posts
    engagement
  }
`);

const choices = [
  { value: 'days', label: 'Days' },
  { value: 'weeks', label: 'Weeks' },
  { value: 'months', label: 'Months' },
] as const;
const stepOf = { days: 'DAY', weeks: 'WEEK', months: 'MONTH' } as const;

/** The busiest days, weeks and months. */
export function BusiestCard(props: {
  stats: FragmentType<typeof BusiestFragment> | null;
  className: string;
}) {
  const stats = readFragment(BusiestFragment, props.stats);
  const stream = useStream();
  const { view, below } = stream;
  const { href } = usePosts();
  const [choice, setChoice] = useState<(typeof choices)[number]['value']>('days');
  const buckets = readFragment(BusyBucketFragment, stats?.[choice] ?? []);
  const name = (start: string) => bucketOf(start, stepOf[choice], view.zone).replace(/^week/, 'Week');
  return (
    <Card
      title="Busiest"
      scope="most posts"
      height={400}
      state={below.kind === 'ready' && buckets.length === 0 ? noPosts(stream) : below}
      skeleton={<RowsSkeleton rows={12} />}
      className={props.className}
      controls={<Segments small label="Length" value={choice} items={choices} onChange={setChoice} />}
      table={{
        columns: ['From', 'Posts', 'Engagement'],
        rows: buckets.map(({ start, posts, engagement }) => [
          dayOf(start, view.zone),
          posts,
          engagement ?? null,
        ]),
      }}
      queryHref={cardQuery(BusiestFragment, stream)}
    >
      <BarList
        label={`Busiest ${choice}`}
        rows={buckets.map(({ start, end, posts, engagement }) => ({
          name: name(start),
          count: posts,
          title: `${name(start)}: ${exact(posts)} posts, engagement ${compact(engagement)}`,
          href: href({ range: bucketRange(start, end, view.zone) }),
        }))}
      />
    </Card>
  );
}
