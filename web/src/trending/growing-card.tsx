import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState, Offer } from '../card/state.ts';
import { exact } from '../format/numbers.ts';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { TagList } from './tag-list.tsx';

const Fragment = graphql(`
  fragment GrowingCard on Query {
    fastestGrowingHashtags(window: $window, endingAt: $at, first: 10) {
      current
      previous
      growth
      hashtag {
        id
        tag
      }
    }
  }
`);

/** Hashtags that are used more than in the previous window. */
export function GrowingCard(props: {
  data: FragmentType<typeof Fragment> | null;
  state: CardState;
  /** `hour`, `7 days`. */
  windowName: string;
  window: string;
  at: string | null;
  offers: readonly Offer[];
}) {
  const found = readFragment(Fragment, props.data)?.fastestGrowingHashtags;
  const { windowName } = props;
  const state: CardState =
    found?.length === 0
      ? {
          kind: 'empty',
          title: 'Nothing grew',
          hint: `No hashtag is used more than in the ${windowName} before.`,
          offers: props.offers,
        }
      : props.state;
  const text = `query Growing($window: Duration!, $at: DateTime) {
  fastestGrowingHashtags(window: $window, endingAt: $at, first: 10) { current previous growth hashtag { tag } }
}`;
  return (
    <Card
      className="md:col-span-6 lg:col-span-4"
      title="Growing fastest"
      scope={`against the ${windowName} before`}
      height={320}
      state={state}
      skeleton={<RowsSkeleton rows={10} />}
      queryHref={queryLink(text, { window: props.window, ...(props.at !== null && { at: props.at }) })}
      table={
        found
          ? {
              columns: ['Hashtag', 'Posts', 'Before', 'Growth'],
              rows: found.map(({ hashtag, current, previous, growth }) => [
                `#${hashtag.tag}`,
                current,
                previous,
                growth,
              ]),
            }
          : null
      }
    >
      <TagList
        label="Hashtags that grow fastest"
        lines={(found ?? []).map(({ hashtag, current, previous, growth }) => ({
          tag: hashtag.tag,
          value: growth,
          figures: (
            <span title={`${exact(previous)} posts before, ${exact(current)} now`}>
              <span className="text-fg-2">{exact(previous)} → </span>
              {exact(current)}
            </span>
          ),
        }))}
      />
    </Card>
  );
}
