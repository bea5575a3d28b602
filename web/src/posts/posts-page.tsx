import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useEffectEvent, useMemo } from 'react';
import { useQuery } from 'urql';
import { uncachedApi } from '../api/client.ts';
import { StateBody } from '../card/states.tsx';
import { EndlessList } from '../list/endless-list.tsx';
import { figuresBelow, roomBeside, useMedia } from '../list/use-media.ts';
import { useFirstPage } from '../list/use-pages.ts';
import { Page } from '../shell/page.tsx';
import { toPostFilter } from './filter.ts';
import { filterChips } from './filters/chips.ts';
import { FilterBar, FilterChips } from './filters/filter-bar.tsx';
import { matcherOf } from './highlight.ts';
import { ListHead } from './list-head.tsx';
import { postLink } from './link.ts';
import { PostPane } from './post-pane.tsx';
import { PostRow } from './post-row.tsx';
import { keptPostPages, type ListedPost, listKey, PostsCount } from './query.ts';
import { allPosts, type PostsSearch, type PostsView, postsView, printPostsView } from './search.ts';
import { SearchField } from './search-field.tsx';

const route = getRouteApi('/posts');
const rowHeights = { narrow: 104, wide: 76 } as const;

/** Posts of all streams: search, filters, an endless list, and the open post beside it. */
export function PostsPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/posts' });
  const key = listKey(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is of all that the list depends on
  const list = useMemo(() => listOf(search), [key]);
  const { view, filter, pages, matcher } = list;
  const [{ data: counted, error: countError, fetching: isCounting }] = useQuery({
    query: PostsCount,
    variables: { filter, streams: [...view.streams].slice(0, 50) },
  });
  const isCounted = !isCounting && (counted !== undefined || countError !== undefined);
  const titles = useMemo(
    () => new Map(counted?.nodes.flatMap((node) => (node && 'title' in node ? [[node.id, node.title]] : []))),
    [counted],
  );
  const hasRoom = useMedia(roomBeside);
  const isNarrow = useMedia(figuresBelow);
  const open = openPost(search);

  const isListed = useFirstPage(pages);
  // Without room for both, a link to a list with an open post leads to the post.
  const goToPost = useEffectEvent(() => {
    if (open !== null && !hasRoom) void navigate({ ...postLink(open), replace: true });
  });
  useEffect(() => goToPost(), []);

  const change = (changed: Partial<PostsView>, replace = false) => {
    const { zone: _, ...printed } = printPostsView({ ...view, ...changed });
    void navigate({
      search: { ...printed, ...(search.zone !== undefined && { zone: search.zone }) },
      replace,
      resetScroll: true,
    });
  };
  const clear = () => change({ ...allPosts, zone: view.zone, sort: view.sort, q: view.q });
  const openBeside = useCallback(
    (post: { readonly platform: string; readonly platformId: string }) => {
      if (!window.matchMedia(roomBeside).matches) return false;
      const named = `${post.platform.toLowerCase()}:${post.platformId}`;
      void navigate({ search: (old) => ({ ...old, post: named }), replace: true, resetScroll: false });
      return true;
    },
    [navigate],
  );
  const renderRow = useCallback(
    (row: ListedPost, isLight: boolean) => (
      <PostRow post={row} matcher={matcher} zone={view.zone} isLight={isLight} onOpen={openBeside} />
    ),
    [matcher, view.zone, openBeside],
  );
  const close = () =>
    void navigate({ search: ({ post: _, ...rest }) => rest, replace: true, resetScroll: false });
  const chips = filterChips(view, titles);

  return (
    <Page title={view.q === '' ? 'Posts' : `${view.q} · Posts`} complete={isListed && isCounted}>
      <h1 className="sr-only">Posts</h1>
      <div className="space-y-2 pb-2">
        <div className="flex items-center gap-2">
          <SearchField value={view.q} onChange={(q) => change({ q }, view.q !== '')} />
          <div className="sm:hidden">
            <FilterBar view={view} onChange={change} />
          </div>
        </div>
        <div className="hidden sm:block">
          <FilterBar view={view} onChange={change} />
        </div>
        <FilterChips chips={chips} onChange={change} onClear={clear} />
      </div>
      <ListHead
        view={view}
        at={search.at}
        count={counted?.posts.totalCount ?? null}
        isUncountable={countError !== undefined}
        onSort={(sort) => change({ sort })}
        onJump={(at) =>
          void navigate({
            search: ({ at: _, post: __, ...rest }) => (at === undefined ? rest : { ...rest, at }),
            resetScroll: true,
          })
        }
      />
      <div className={hasRoom && open !== null ? 'grid grid-cols-[minmax(0,1fr)_440px] gap-4' : ''}>
        <div className="card min-w-0 overflow-clip">
          <EndlessList
            key={key}
            label="Posts"
            pages={pages}
            rowHeight={isNarrow ? rowHeights.narrow : rowHeights.wide}
            keyOf={idOf}
            isOpen={(row) =>
              row.platformId === open?.platformId && row.platform.toLowerCase() === open.platform
            }
            beforeName={view.sort === 'OLDEST' ? 'older posts' : 'posts before'}
            onOpen={(row) => void navigate(postLink(row))}
            renderRow={renderRow}
            empty={
              <StateBody
                height={320}
                skeleton={null}
                state={{
                  kind: 'empty',
                  title: view.q === '' && chips.length === 0 ? 'No posts yet' : 'No matching posts',
                  hint:
                    view.q === '' && chips.length === 0
                      ? 'Add an account or import an archive on Start. Its posts appear here.'
                      : 'Posts must match every filter. Remove one, or search for another word.',
                  offers: chips.length > 0 ? [{ label: 'Clear all filters', onClick: clear }] : [],
                }}
              />
            }
          />
        </div>
        {hasRoom && open !== null && (
          <PostPane post={open} matcher={matcher} zone={view.zone} onClose={close} />
        )}
      </div>
    </Page>
  );
}

const idOf = (row: ListedPost) => row.id;

/** Converts an address into the input of the list. */
function listOf(search: PostsSearch) {
  const view = postsView(search);
  return {
    view,
    filter: toPostFilter(view, Date.now()),
    pages: keptPostPages(uncachedApi, search),
    matcher: matcherOf(view.q),
  };
}

/** The post that is open beside the list. */
function openPost({ post }: PostsSearch): { readonly platform: string; readonly platformId: string } | null {
  const [platform, platformId] = post?.split(':') ?? [];
  return platform === undefined || platformId === undefined ? null : { platform, platformId };
}
