import { useRef } from 'react';
import type { FragmentType } from '../../gql/fragment-masking.ts';
import { readFragment } from '../../gql/fragment-masking.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState } from '../card/state.ts';
import type { ChartHandle } from '../chart/chart.tsx';
import { RelatedFragment, RelatedGraph, RelatedList, relatedTable } from '../trending/related.tsx';

const height = 384;

/** The related hashtags, as a graph beside a list. */
export function RelatedCard(props: {
  tag: string;
  hashtag: FragmentType<typeof RelatedFragment> | null;
  state: CardState;
}) {
  const { tag, hashtag } = props;
  const chart = useRef<ChartHandle>(null);
  const related = readFragment(RelatedFragment, hashtag)?.related;
  const state: CardState =
    related?.length === 0
      ? {
          kind: 'empty',
          title: 'No related hashtags',
          hint: `No hashtag is in a tenth or more of the posts with #${tag}.`,
        }
      : props.state;
  return (
    <Card
      className="md:col-span-12 lg:col-span-7"
      title="Goes with it"
      scope="share of its posts, of all time"
      height={height}
      state={state}
      png={() => chart.current?.png()}
      queryHref={queryLink(
        `query Related($tag: String!) { hashtag(tag: $tag) { related(first: 29) { cooccurrenceRate lift posts hashtag { tag } } } }`,
        { tag },
      )}
      table={related ? relatedTable(related) : null}
    >
      {hashtag && (
        <div className="grid grid-cols-1 gap-x-6 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <RelatedGraph hashtag={hashtag} height={height} handle={chart} />
          <RelatedList hashtag={hashtag} most={12} />
        </div>
      )}
    </Card>
  );
}
