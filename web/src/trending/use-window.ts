import { useMemo } from 'react';
import { useQuery, useSubscription } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { type Problem, problemOf } from '../api/errors.ts';
import { usePolling } from '../api/use-polling.ts';
import { windowVariables } from './load.ts';
import { HashtagWindow, TrendingLive, TrendingPage, TrendingTermsPage } from './queries.ts';
import type { TrendWindow } from './row.ts';
import type { TrendingView } from './search.ts';

/** The page's information about its window. */
export type ShownWindow = {
  readonly shown: TrendWindow | null;
  /** When the newest post of all was posted; null without posts, undefined while unknown. */
  readonly newestPostAt: string | null | undefined;
  /** Hours whose counts are still read from the posts. */
  readonly unfoldedHours: number;
  readonly fetching: boolean;
  readonly problem: Problem | null;
  readonly retry: () => void;
};

const emptyEveryMs = 5_000;

/** The hashtags of the window; it slides when it ends now. */
export function useHashtagWindow(view: TrendingView): ShownWindow {
  const pause = view.kind !== 'HASHTAG';
  const variables = useMemo(() => windowVariables(view), [view]);
  const [{ data, fetching, error }, ask] = useQuery({ query: TrendingPage, variables, pause });
  const liveVariables = useMemo(() => {
    const { window, order, platform } = variables;
    return { window, order, platform };
  }, [variables]);
  const [live] = useSubscription({
    query: TrendingLive,
    variables: liveVariables,
    pause: pause || view.at !== null,
  });
  // Older posts, as in a first import, do not change the window, but they change what its empty state offers.
  usePolling(!pause && data?.trendingStatus.newestPostAt === null, emptyEveryMs, () =>
    ask({ requestPolicy: 'network-only' }),
  );
  // The last event may belong to a window shown before.
  const isOfThis =
    view.at === null && JSON.stringify(live.operation?.variables) === JSON.stringify(liveVariables);
  const told = isOfThis ? live.data?.trendingHashtags : undefined;
  const found = readFragment(HashtagWindow, told ?? data?.trendingHashtags);
  const shown = useMemo(
    () =>
      found
        ? {
            from: found.from,
            to: found.to,
            totalCount: found.totalCount,
            rows: found.hashtags.map(({ hashtag, ...row }) => ({ ...row, term: hashtag.tag })),
          }
        : null,
    [found],
  );
  return {
    shown,
    newestPostAt: data?.trendingStatus.newestPostAt,
    unfoldedHours: data?.trendingStatus.unfoldedHours ?? 0,
    fetching,
    problem: problemOf(error),
    retry: () => ask({ requestPolicy: 'network-only' }),
  };
}

const termsEveryMs = 30_000;

/**
 * The mentions or words of the window. A window that ends now is requested again every half minute, since no event
 * reports them.
 */
export function useTermWindow(view: TrendingView): ShownWindow {
  const { kind } = view;
  const pause = kind === 'HASHTAG';
  const variables = useMemo(() => ({ ...windowVariables(view), kind: view.kind }), [view]);
  const [{ data, fetching, error }, ask] = useQuery({ query: TrendingTermsPage, variables, pause });
  usePolling(!pause && view.at === null, termsEveryMs, () => ask({ requestPolicy: 'network-only' }));
  const found = data?.trendingTerms;
  const shown = useMemo(
    () =>
      found ? { from: found.from, to: found.to, totalCount: found.totalCount, rows: found.terms } : null,
    [found],
  );
  return {
    shown,
    newestPostAt: data?.trendingStatus.newestPostAt,
    unfoldedHours: data?.trendingStatus.unfoldedHours ?? 0,
    fetching,
    problem: problemOf(error),
    retry: () => ask({ requestPolicy: 'network-only' }),
  };
}
