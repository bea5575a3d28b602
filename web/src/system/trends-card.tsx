import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { Age } from '../format/age.tsx';
import { dayOf, minuteOf } from '../format/dates.ts';
import { compact, exact, unknown } from '../format/numbers.ts';
import { browserZone } from '../search-params/zone.ts';
import { FiguresCard } from './figures.tsx';

export const TrendsCardFragment = graphql(`
  fragment TrendsCard on TrendingStatus {
    buckets
    foldedFrom
    hashtags
    newestPostAt
    unfoldedHours
  }
`);

/** How far posts are folded into the counts behind trending. */
export function TrendsCard(props: {
  status: FragmentType<typeof TrendsCardFragment>;
  queryHref: string;
  className: string;
}) {
  const status = readFragment(TrendsCardFragment, props.status);
  const count = (name: string, value: number) => ({
    name,
    shown: compact(value),
    cell: value,
    title: exact(value),
  });
  const { unfoldedHours, foldedFrom, newestPostAt } = status;
  return (
    <FiguresCard
      title="Trends"
      scope={unfoldedHours === 0 ? 'all posts are folded' : 'folding in progress'}
      queryHref={props.queryHref}
      className={props.className}
      columns={4}
      figures={[
        count('Hours to fold', unfoldedHours),
        count('Rows of counts', status.buckets),
        {
          name: 'Folded since',
          shown: dayOf(foldedFrom, browserZone),
          cell: minuteOf(foldedFrom, browserZone),
        },
        {
          name: 'Newest post',
          shown: newestPostAt == null ? unknown : <Age at={newestPostAt} zone={browserZone} />,
          cell: newestPostAt == null ? null : minuteOf(newestPostAt, browserZone),
        },
        count('Hashtags, last hour', status.hashtags),
      ]}
    />
  );
}
