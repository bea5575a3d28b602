import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import type { Client } from 'urql';
import { answeredSoon } from './api/answered.ts';
import { type ConversationsSearch, parseConversationsSearch } from './conversations/search.ts';
import { type PostsSearch, parsePostsSearch } from './posts/search.ts';
import { JobList, type JobSearch, jobListVariables } from './jobs/list-query.ts';
import { parseJobSearch } from './jobs/search.ts';
import { loadCompare } from './compare/load.ts';
import { type CompareSearch, compareView, parseCompareSearch } from './compare/search.ts';
import { embedRoot, shared } from './share/shared.ts';
import { parseSearch, stringifySearch } from './search-params/address.ts';
import { parseStreamSearch, type StreamSearch } from './search-params/page.ts';
import { preloadCharts } from './chart/chart.tsx';
import { Broken, NotFound } from './shell/failures.tsx';
import { Frame } from './shell/frame.tsx';
import { SystemPage } from './system/query.ts';
import { StartPage, startVariables, streamCounts } from './start/queries.ts';
import { streamPages } from './stream-pages.ts';
import { loadTag } from './tag/load.ts';
import { loadTrending } from './trending/load.ts';
import { parseTag, parseTrendingSearch, type TrendingSearch, trendingView } from './trending/search.ts';

/** The context of loaders. */
export type RouterContext = { readonly api: Client };

const root = createRootRouteWithContext<RouterContext>()({ component: Frame, notFoundComponent: NotFound });
const getParentRoute = () => root;

/** Keeps the search of a page that reads none, as texts. */
const asTexts = (raw: Record<string, unknown>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(raw).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
/** The address search of a stream's page; the zone is kept between pages. */
const streamSearch = {
  validateSearch: (raw: Record<string, unknown>): StreamSearch => parseStreamSearch(raw),
  search: { middlewares: [retainSearchParams<StreamSearch>(['zone'])] },
};
/** Requests the data of a stream's page; `part` is from its address. */
const ask = (kind: keyof typeof streamPages, part: string, { api }: RouterContext, search: StreamSearch) =>
  streamPages[kind].load(api, streamPages[kind].nameOf(part), search);
/** The address search of the Posts page. */
const postsSearch = {
  validateSearch: (raw: Record<string, unknown>): PostsSearch => parsePostsSearch(raw),
  search: { middlewares: [retainSearchParams<PostsSearch>(['zone'])] },
};
/** The address search of the Conversations page. */
const conversationsSearch = {
  validateSearch: (raw: Record<string, unknown>): ConversationsSearch => parseConversationsSearch(raw),
};
const page = (load: () => Promise<{ Page: () => React.ReactNode }>) => lazyRouteComponent(load, 'Page');

const routes = [
  createRoute({
    getParentRoute,
    path: '/',
    validateSearch: asTexts,
    // A changed search, such as an opened price, must not reload everything.
    staleTime: 10_000,
    loader: ({ context }) => {
      const variables = startVariables(streamCounts[0]);
      void context.api.query(StartPage, variables, { requestPolicy: 'network-only' }).toPromise();
    },
    component: page(() => import('./routes/start.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/x/$handle',
    ...streamSearch,
    loaderDeps: ({ search }) => search,
    // Started before the page's code is loaded, and awaited only for a moment. A page that stays open requests by
    // itself.
    loader: ({ context, params, deps, cause }) => {
      const charts = preloadCharts();
      return cause === 'stay' ? undefined : answeredSoon([charts, ask('x', params.handle, context, deps)]);
    },
    component: page(() => import('./routes/account.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/topic/$query',
    ...streamSearch,
    loaderDeps: ({ search }) => search,
    loader: ({ context, params, deps, cause }) => {
      const charts = preloadCharts();
      return cause === 'stay' ? undefined : answeredSoon([charts, ask('topic', params.query, context, deps)]);
    },
    component: page(() => import('./routes/topic.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/twitch/$login',
    ...streamSearch,
    loaderDeps: ({ search }) => search,
    loader: ({ context, params, deps, cause }) => {
      const charts = preloadCharts();
      return cause === 'stay'
        ? undefined
        : answeredSoon([charts, ask('twitch', params.login, context, deps)]);
    },
    component: page(() => import('./routes/channel.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/compare',
    validateSearch: (raw: Record<string, unknown>): CompareSearch => parseCompareSearch(raw),
    search: { middlewares: [retainSearchParams<CompareSearch>(['zone'])] },
    loaderDeps: ({ search }) => search,
    loader: ({ context, deps }) => loadCompare(context.api, compareView(deps)),
    component: page(() => import('./routes/compare.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/trending',
    validateSearch: (raw: Record<string, unknown>): TrendingSearch => parseTrendingSearch(raw),
    search: { middlewares: [retainSearchParams<TrendingSearch>(['zone'])] },
    loaderDeps: ({ search }) => search,
    loader: ({ context, deps }) => loadTrending(context.api, trendingView(deps)),
    component: page(() => import('./routes/trending.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/tag/$tag',
    ...streamSearch,
    loaderDeps: ({ search }) => search,
    loader: ({ context, params, deps }) => {
      const tag = parseTag(params.tag);
      if (tag !== null) loadTag(context.api, tag, deps);
    },
    component: page(() => import('./routes/tag.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/conversations',
    ...conversationsSearch,
    component: page(() => import('./routes/conversations.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/conversation/$postId',
    component: page(() => import('./routes/conversation.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/posts',
    ...postsSearch,
    component: page(() => import('./routes/posts.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/post/$platform/$id',
    component: page(() => import('./routes/post.tsx')),
  }),
  createRoute({
    getParentRoute,
    path: '/jobs',
    validateSearch: (raw: Record<string, unknown>): JobSearch => parseJobSearch(raw),
    loaderDeps: ({ search }) => search,
    loader: ({ context, deps }) => {
      void context.api.query(JobList, jobListVariables(deps), { requestPolicy: 'network-only' }).toPromise();
    },
    component: page(() => import('./routes/jobs.tsx')),
  }),
  createRoute({ getParentRoute, path: '/jobs/$id', component: page(() => import('./routes/job.tsx')) }),
  createRoute({
    getParentRoute,
    path: '/system',
    loader: ({ context }) => {
      void context.api.query(SystemPage, {}, { requestPolicy: 'network-only' }).toPromise();
    },
    component: page(() => import('./routes/system.tsx')),
  }),
] as const;

// A gallery of all components in all states, for developers; not in the built program.
const parts = import.meta.env.DEV
  ? [createRoute({ getParentRoute, path: '/-/parts', component: page(() => import('./routes/parts.tsx')) })]
  : [];

/** Makes the router of all pages. */
export function createPages(api: Client) {
  return createRouter({
    routeTree: root.addChildren([...routes, ...(parts as unknown as [])]),
    context: { api },
    // Embedded pages are the same pages under addresses of their own; only those may be framed.
    ...(shared?.embedded === true && { basepath: embedRoot }),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultErrorComponent: Broken,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
