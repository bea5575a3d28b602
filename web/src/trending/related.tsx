import { type Ref, useMemo } from 'react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import type { RelatedFragment as RelatedHashtags } from '../../gql/graphql.ts';
import type { Table } from '../card/csv.ts';
import type { ChartHandle } from '../chart/chart.tsx';
import { exact, wholePercent } from '../format/numbers.ts';
import { HashtagNetwork } from './network.tsx';
import { TagList } from './tag-list.tsx';

/** The hashtags related to one, over all its posts. */
export const RelatedFragment = graphql(`
  fragment Related on Hashtag {
    tag
    posts
    related(first: 29) {
      cooccurrenceRate
      posts
      hashtag {
        id
        tag
      }
    }
  }
`);

/** A hashtag's related hashtags, as a table. */
export const relatedTable = (related: RelatedHashtags['related']): Table => ({
  columns: ['Hashtag', 'Posts with both', 'Share of its posts'],
  rows: related.map((each) => [`#${each.hashtag.tag}`, each.posts, each.cooccurrenceRate]),
});

/** The same as a graph: the hashtag and its related ones around a circle, with the widest line to the closest. */
export function RelatedGraph(props: {
  hashtag: FragmentType<typeof RelatedFragment>;
  height: number;
  handle?: Ref<ChartHandle>;
}) {
  const { tag, posts, related } = readFragment(RelatedFragment, props.hashtag);
  const network = useMemo(
    () => ({
      centre: tag,
      nodes: [
        { name: tag, label: `#${tag}`, value: posts },
        ...related.map((each) => ({
          name: each.hashtag.tag,
          label: `#${each.hashtag.tag}`,
          // Posts with both: the same number as in the list.
          value: each.posts,
        })),
      ],
      edges: related.map(({ hashtag, cooccurrenceRate }) => ({
        source: tag,
        target: hashtag.tag,
        rate: cooccurrenceRate,
      })),
    }),
    [tag, posts, related],
  );
  return (
    <HashtagNetwork
      label={`Hashtags that go with #${tag}`}
      network={network}
      height={props.height}
      {...(props.handle !== undefined && { handle: props.handle })}
    />
  );
}

/** The same as a list. */
export function RelatedList(props: { hashtag: FragmentType<typeof RelatedFragment>; most: number }) {
  const { tag, related } = readFragment(RelatedFragment, props.hashtag);
  return (
    <TagList
      label={`Hashtags that go with #${tag}`}
      lines={related.slice(0, props.most).map((each) => ({
        tag: each.hashtag.tag,
        value: each.cooccurrenceRate,
        figures: (
          <>
            <span>{exact(each.posts)}</span>
            <span className="w-9 text-fg-2 text-xs">{wholePercent(each.cooccurrenceRate)}</span>
          </>
        ),
      }))}
    />
  );
}
