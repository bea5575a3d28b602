import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { problemOf } from '../api/errors.ts';
import { download, fileName, toCsv } from '../card/csv.ts';
import { type CardState, cardState } from '../card/state.ts';
import { StateBody } from '../card/states.tsx';
import { postsLink } from '../posts/link.ts';
import { Button } from '../ui/button.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { Explanation } from './explanation.tsx';
import { PostLines } from './post-lines.tsx';
import { RelatedFragment, RelatedGraph, RelatedList, relatedTable } from './related.tsx';
import type { TrendingView } from './search.ts';
import { WatchButton } from './watch.tsx';

/** The selected hashtag: why it trends, related hashtags, its top posts. */
export const TrendingSelected = graphql(`
  query TrendingSelected($tag: String!, $window: Duration!, $at: DateTime) {
    hashtag(tag: $tag) {
      id
      ...Related
      topPosts(first: 3) {
        id
        ...PostLine
      }
    }
    explainTrend(tag: $tag, window: $window, endingAt: $at) {
      ...Explanation
    }
  }
`);

/** The panel of the selected hashtag. */
export function Selected(props: {
  tag: string;
  view: TrendingView;
  /** The window that is shown. */
  range: { readonly from: string; readonly to: string };
  isWatched: boolean;
}) {
  const { tag, view, range, isWatched } = props;
  const { window, at, zone } = view;
  const variables = useMemo(() => ({ tag, window: window.value, at }), [tag, window, at]);
  const [{ data, fetching, error, stale }, ask] = useQuery({ query: TrendingSelected, variables });
  const problem = problemOf(error);
  const state: CardState =
    problem?.code === 'NOT_FOUND'
      ? {
          kind: 'empty',
          title: `Nobody uses #${tag} in this window`,
          hint: 'Try a longer window, or open its page.',
        }
      : cardState({
          fetching,
          hasData: data !== undefined,
          problem,
          onRetry: () => ask({ requestPolicy: 'network-only' }),
        });
  const related = readFragment(RelatedFragment, data?.hashtag)?.related ?? [];
  return (
    <div className="space-y-5" aria-busy={fetching || stale}>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" asChild>
          <Link to="/tag/$tag" params={{ tag }}>
            Open its page
          </Link>
        </Button>
        <Button size="sm" asChild>
          <Link {...postsLink({ hashtags: [tag], range: { from: range.from, to: range.to }, zone })}>
            Its posts
          </Link>
        </Button>
        <WatchButton small tag={tag} window={window.value} isWatched={isWatched} />
      </div>
      {state.kind !== 'ready' ? (
        <StateBody state={state} height={480} skeleton={<RowsSkeleton rows={14} />} />
      ) : (
        <>
          {data !== undefined && <Explanation explanation={data.explainTrend} zone={zone} />}
          {data?.hashtag != null && related.length > 0 && (
            <section>
              <div className="mb-1 flex items-center justify-between gap-2">
                <h3 className="font-medium text-fg-2 text-xs">Goes with it, over all posts</h3>
                <Button
                  size="sm"
                  variant="ghost"
                  onClick={() =>
                    download(
                      `${fileName(`goes with ${tag}`)}.csv`,
                      new Blob([toCsv(relatedTable(related))], { type: 'text/csv' }),
                    )
                  }
                >
                  Save as CSV
                </Button>
              </div>
              {related.length > 3 && <RelatedGraph hashtag={data.hashtag} height={280} />}
              <RelatedList hashtag={data.hashtag} most={6} />
            </section>
          )}
          {data?.hashtag != null && data.hashtag.topPosts.length > 0 && (
            <section className="text-sm">
              <h3 className="mb-2 font-medium text-fg-2 text-xs">Top posts, of all time</h3>
              <PostLines label={`Top posts with #${tag}`} posts={data.hashtag.topPosts} zone={zone} />
            </section>
          )}
        </>
      )}
    </div>
  );
}
