import type { Client } from 'urql';
import { graphql } from '../../gql/index.ts';
import type { PostsPageQuery } from '../../gql/graphql.ts';
import { pageOf, pageVariables } from '../list/ask-page.ts';
import { type PageRequest, Pages } from '../list/pages.ts';
import { beginningAt, canJump, toPostFilter } from './filter.ts';
import { type PostsSearch, postsView, printPostsView } from './search.ts';

const PostsPage = graphql(`
  query PostsPage(
    $filter: PostFilter!
    $orderBy: PostOrder!
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    posts(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        platform
        platformId
        ...PostRowFields
      }
      pageInfo {
        startCursor
        endCursor
        hasNextPage
        hasPreviousPage
      }
    }
  }
`);

/**
 * The number of matching posts, and the names of the streams in the filter: a separate request, since counting takes
 * longer.
 */
export const PostsCount = graphql(`
  query PostsCount($filter: PostFilter!, $streams: [ID!]!) {
    posts(filter: $filter, first: 1) {
      totalCount
    }
    nodes(ids: $streams) {
      id
      ... on Stream {
        title
      }
    }
  }
`);

/** One post of a list, with the fields of a row. */
export type ListedPost = PostsPageQuery['posts']['nodes'][number];

/** The pages of the posts in an address. */
export function postPages(client: Client, search: PostsSearch, now: number): Pages<ListedPost> {
  const view = postsView(search);
  const filter = toPostFilter(view, now);
  const at = canJump(view) ? search.at : undefined;
  return new Pages(async (asked: PageRequest) => {
    const isStart = asked.after === undefined && asked.before === undefined;
    const beginsLater = isStart && at !== undefined;
    const { data, error } = await client
      .query(PostsPage, {
        filter: beginsLater ? beginningAt(filter, view, at) : filter,
        orderBy: view.sort,
        ...pageVariables(asked),
      })
      .toPromise();
    const page = pageOf(data?.posts, error);
    return beginsLater && 'rows' in page ? { ...page, hasBefore: true } : page;
  });
}

// Recently shown lists: going back from a post restores the list as it was.
const kept = new Map<string, Pages<ListedPost>>();
const mostKept = 3;

/** Returns the list of an address; the previous one when there is one. The open post does not matter. */
export function keptPostPages(client: Client, search: PostsSearch): Pages<ListedPost> {
  const key = listKey(search);
  const pages = kept.get(key) ?? postPages(client, search, Date.now());
  kept.delete(key);
  kept.set(key, pages);
  for (const old of [...kept.keys()].slice(0, -mostKept)) kept.delete(old);
  return pages;
}

/** Drops the stored lists, so that the next visit requests them again. */
export function forgetPostPages(): void {
  kept.clear();
}

/** The key of a list. */
export function listKey(search: PostsSearch): string {
  return JSON.stringify({ ...printPostsView(postsView(search)), at: search.at });
}
