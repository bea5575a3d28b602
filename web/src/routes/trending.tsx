import { getRouteApi } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { problemOf } from '../api/errors.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import { type CardState, cardState } from '../card/state.ts';
import { StateBody } from '../card/states.tsx';
import { minuteOf, zoneName, clockOf, dayOf } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { wordQuery } from '../posts/link.ts';
import type { PostsView } from '../posts/search.ts';
import { Grid, Page as Frame } from '../shell/page.tsx';
import { useKeys } from '../shell/keys.ts';
import { AlertsCard, watchedTags } from '../trending/alerts-card.tsx';
import { emptyWindow } from '../trending/empty.ts';
import { TrendingFilters } from '../trending/filters.tsx';
import { GrowingCard } from '../trending/growing-card.tsx';
import { windowVariables } from '../trending/load.ts';
import { MostUsedCard } from '../trending/most-used-card.tsx';
import { NetworkCard } from '../trending/network-card.tsx';
import { TrendingBelow, TrendingPage, TrendingTermsPage } from '../trending/queries.ts';
import { printTrendingView, trendingView, type TrendingView } from '../trending/search.ts';
import { Selected } from '../trending/selected.tsx';
import { type TermLooks, TrendTable } from '../trending/table.tsx';
import { useHashtagWindow, useTermWindow } from '../trending/use-window.ts';
import { IconButton } from '../ui/button.tsx';
import { Dialog, SheetContent } from '../ui/dialog.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { useMedia } from '../ui/use-media.ts';

const route = getRouteApi('/trending');
const names = { HASHTAG: 'hashtags', MENTION: 'mentions', WORD: 'words' } as const;
const titles = { HASHTAG: 'Hashtags', MENTION: 'Mentions', WORD: 'Words' } as const;
// Rows, and the panel beside them, scroll inside this height.
const height = 560;
const ofAlerts = { additionalTypenames: ['Alert'] };

/** The Trending page: the sliding window, the selected hashtag, and further cards. */
export function Page() {
  const search = route.useSearch();
  const view = useMemo(() => trendingView(search), [search]);
  const navigate = route.useNavigate();
  const change = (next: Partial<TrendingView>) =>
    void navigate({ search: printTrendingView({ ...view, ...next }), resetScroll: false });
  const isHashtags = view.kind === 'HASHTAG';

  const hashtags = useHashtagWindow(view);
  const terms = useTermWindow(view);
  const { shown, newestPostAt, unfoldedHours, fetching, problem, retry } = isHashtags ? hashtags : terms;

  const belowVariables = useMemo(() => ({ window: view.window.value, at: view.at }), [view.window, view.at]);
  const [below, askBelow] = useQuery({ query: TrendingBelow, variables: belowVariables, context: ofAlerts });
  const belowState = cardState({
    fetching: below.fetching,
    hasData: below.data !== undefined,
    problem: problemOf(below.error),
    onRetry: () => askBelow({ requestPolicy: 'network-only' }),
  });
  const watched = watchedTags(below.data ?? null);

  // Without a selection the panel keeps the hashtag that was first when the page opened, so that it does not change
  // while being read.
  const [opened, setOpened] = useState<string | null>(null);
  const first = shown?.rows[0]?.term ?? null;
  if (opened === null && first !== null) setOpened(first);
  const isWide = useMedia('(min-width: 1100px)');
  const chosen = isHashtags ? (view.tag ?? (isWide ? opened : null)) : null;

  useKeys({ Escape: () => view.tag !== null && change({ tag: null }), '.': () => change({ at: null }) });
  const complete = (shown !== null || problem !== null) && belowState.kind !== 'loading';

  let state: CardState = cardState({ fetching, hasData: shown !== null, problem, onRetry: retry });
  if (shown?.rows.length === 0 && newestPostAt !== undefined)
    state = emptyWindow({
      view,
      totalCount: shown.totalCount,
      newestPostAt,
      endsAt: shown.to,
      onChange: change,
    });
  const looks = useMemo(() => looksOf(view, shown), [view, shown]);
  const selected = chosen !== null && shown !== null && (
    <Selected key={chosen} tag={chosen} view={view} range={shown} isWatched={watched.has(chosen)} />
  );

  return (
    <Frame title="Trending" complete={complete}>
      <h1 className="mb-3 font-semibold text-xl">Trending</h1>
      <TrendingFilters view={view} onChange={change} />
      <Grid>
        <Card
          className={isHashtags ? 'md:col-span-12 lg:col-span-8' : 'md:col-span-12'}
          title={titles[view.kind]}
          scope={shown && <Scope view={view} shown={shown} unfoldedHours={unfoldedHours} />}
          height={height}
          state={state}
          skeleton={<RowsSkeleton rows={14} />}
          zone={view.zone}
          queryHref={
            isHashtags
              ? queryLink(TrendingPage, windowVariables(view))
              : queryLink(TrendingTermsPage, { ...windowVariables(view), kind: view.kind })
          }
          table={shown && tableOf(titles[view.kind], looks, shown.rows)}
        >
          {shown && (
            <div className="relative overflow-y-auto sm:max-h-[560px]">
              <TrendTable
                label={`${titles[view.kind]} of the window`}
                rows={shown.rows}
                looks={looks}
                {...(isHashtags && { chosen, onChoose: (tag: string) => change({ tag }) })}
              />
            </div>
          )}
        </Card>
        {isHashtags && isWide && (
          <section
            aria-label={chosen === null ? 'The hashtag that is looked at' : `#${chosen}`}
            className="card min-w-0 p-5 pt-0 lg:col-span-4"
          >
            <header className="flex min-h-12 items-center gap-2 py-2">
              <h2 className="min-w-0 truncate font-semibold text-sm">
                {chosen === null ? 'Why it trends' : `#${chosen}`}
              </h2>
              {view.tag !== null && (
                <IconButton
                  label="Close the hashtag"
                  className="ml-auto"
                  onClick={() => change({ tag: null })}
                >
                  <X size={14} />
                </IconButton>
              )}
            </header>
            {selected ? (
              <div className="-mx-5 overflow-y-auto px-5" style={{ height }}>
                {selected}
              </div>
            ) : (
              <StateBody
                state={
                  state.kind === 'loading'
                    ? state
                    : {
                        kind: 'empty',
                        title: 'Nothing to explain',
                        hint: 'This shows why a hashtag trends, what goes with it, and its top posts.',
                      }
                }
                height={height}
                skeleton={<RowsSkeleton rows={14} />}
              />
            )}
          </section>
        )}
        <NetworkCard data={below.data ?? null} state={belowState} />
        <GrowingCard
          data={below.data ?? null}
          state={belowState}
          windowName={view.window.name}
          window={view.window.value}
          at={view.at}
          offers={
            view.window.value === 'P7D'
              ? []
              : [{ label: 'Show 7 days', onClick: () => change(trendingView({ ...search, window: 'P7D' })) }]
          }
        />
        <MostUsedCard data={below.data ?? null} state={belowState} />
        <AlertsCard data={below.data ?? null} state={belowState} zone={view.zone} />
      </Grid>
      {!isWide && (
        <Dialog open={selected !== false} onOpenChange={(open) => open || change({ tag: null })}>
          <SheetContent title={`#${chosen ?? ''}`}>{selected}</SheetContent>
        </Dialog>
      )}
    </Frame>
  );
}

function Scope(props: {
  view: TrendingView;
  shown: { readonly from: string; readonly to: string; readonly totalCount: number };
  unfoldedHours: number;
}) {
  const { view, shown, unfoldedHours } = props;
  const { zone } = view;
  const isShort = view.window.ms < 86_400_000;
  return (
    <span className="nums">
      {exact(shown.totalCount)} {names[view.kind]},{' '}
      {isShort
        ? `${dayOf(shown.from, zone)}, ${clockOf(shown.from, zone)}–${clockOf(shown.to, zone)}`
        : `${minuteOf(shown.from, zone)} – ${minuteOf(shown.to, zone)}`}{' '}
      {zoneName(zone)}
      {unfoldedHours > 0 && ` · ${exact(unfoldedHours)} hours not summed up yet`}
    </span>
  );
}

/** How a term is written, and its posts in the window. */
function looksOf(
  { kind, zone }: TrendingView,
  shown: { readonly from: string; readonly to: string } | null,
): TermLooks {
  const range = shown === null ? 'all' : { from: shown.from, to: shown.to };
  const posts = (term: string): Partial<PostsView> =>
    kind === 'HASHTAG'
      ? { hashtags: [term] }
      : kind === 'MENTION'
        ? { mentions: [term] }
        : { q: wordQuery(term) };
  return {
    name: titles[kind].slice(0, -1),
    prefix: kind === 'HASHTAG' ? '#' : kind === 'MENTION' ? '@' : '',
    posts: (term) => ({ ...posts(term), range, zone }),
  };
}

function tableOf(
  title: string,
  { prefix }: TermLooks,
  rows: readonly {
    readonly term: string;
    readonly rank: number;
    readonly previousRank: number | null;
    readonly count: number;
    readonly expected: number;
    readonly burst: number;
    readonly authors: number;
  }[],
) {
  return {
    columns: [title, 'Rank', 'Rank before', 'Posts', 'Expected', 'Standard scores', 'Authors'],
    rows: rows.map((row) => [
      `${prefix}${row.term}`,
      row.rank,
      row.previousRank,
      row.count,
      row.expected,
      row.burst,
      row.authors,
    ]),
  };
}
