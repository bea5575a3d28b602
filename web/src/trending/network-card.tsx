import { Link } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState } from '../card/state.ts';
import type { ChartHandle } from '../chart/chart.tsx';
import { exact, wholePercent } from '../format/numbers.ts';
import { postsLink } from '../posts/link.ts';
import { HashtagNetwork } from './network.tsx';

const Fragment = graphql(`
  fragment NetworkCard on Query {
    hashtagNetwork(first: 30) {
      posts
      nodes {
        posts
        hashtag {
          id
          tag
        }
      }
      edges {
        source
        target
        rate
        posts
      }
    }
  }
`);

const query = `query HashtagNetwork {
  hashtagNetwork(first: 30) {
    posts
    nodes { posts hashtag { tag } }
    edges { source target rate posts }
  }
}`;
const height = 420;

/** Which of the most used hashtags occur together: as a graph, beside a list of the pairs. */
export function NetworkCard(props: { data: FragmentType<typeof Fragment> | null; state: CardState }) {
  const chart = useRef<ChartHandle>(null);
  const found = readFragment(Fragment, props.data)?.hashtagNetwork;
  const network = useMemo(
    () => ({
      nodes: (found?.nodes ?? []).map(({ posts, hashtag: { tag } }) => ({
        name: tag,
        label: `#${tag}`,
        value: posts,
      })),
      edges: found?.edges ?? [],
    }),
    [found],
  );
  const pairs = (found?.edges ?? []).slice(0, 13);
  const state: CardState =
    found !== undefined && pairs.length === 0
      ? { kind: 'empty', title: 'No two hashtags go together', hint: 'No collected post has two of them.' }
      : props.state;
  return (
    <Card
      className="md:col-span-12"
      title="Hashtags that go together"
      scope={found && `in the newest ${exact(found.posts)} posts with a hashtag`}
      height={height}
      state={state}
      queryHref={queryLink(query)}
      png={() => chart.current?.png()}
      table={
        found
          ? {
              columns: ['One', 'Other', 'Posts with both', 'Rate'],
              rows: found.edges.map(({ source, target, posts, rate }) => [
                `#${source}`,
                `#${target}`,
                posts,
                wholePercent(rate),
              ]),
            }
          : null
      }
    >
      <div className="grid grid-cols-1 gap-x-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <HashtagNetwork label="Hashtags that go together" network={network} height={height} handle={chart} />
        <ol aria-label="Pairs, most posts first">
          {pairs.map(({ source, target, posts, rate }) => (
            <li
              key={`${source} ${target}`}
              className="flex h-8 items-center gap-3 border-b text-sm last:border-0"
            >
              <span className="min-w-0 flex-1 truncate">
                <Tag tag={source} /> <span className="text-fg-3">with</span> <Tag tag={target} />
              </span>
              <Link className="nums hover:underline" {...postsLink({ hashtags: [target], q: `#${source}` })}>
                {exact(posts)}
              </Link>
              <span className="nums w-11 text-right text-fg-2 text-xs">{wholePercent(rate)}</span>
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}

function Tag({ tag }: { tag: string }) {
  return (
    <Link to="/tag/$tag" params={{ tag }} className="hover:underline">
      #{tag}
    </Link>
  );
}
