import { stringifySearch } from '../search-params/address.ts';
import { type PostsRange, rangeBetween } from './range.ts';
import { type PostsSearch, type PostsView, printPostsView } from './search.ts';

// The links behind all marks: the posts that a mark represents.

/** Returns the router's target for the posts behind a mark: `<Link {...postsLink({ hashtags: ['fire'] })}>`. */
export function postsLink(view: Partial<PostsView>): { to: '/posts'; search: PostsSearch } {
  return { to: '/posts', search: printPostsView(view) };
}

/** Returns the same as an address, for other elements than `Link`. */
export function postsHref(view: Partial<PostsView>): string {
  return `/posts${stringifySearch(printPostsView(view))}`;
}

/**
 * Returns the filter for the posts that a stream's figures count: its own posts in a range, in the page's zone. Add the
 * mark's restriction: `postsLink({ ...streamPosts(id, range, zone), hours: [8] })`.
 */
export function streamPosts(
  id: string,
  range: PostsRange,
  zone: string,
): Pick<PostsView, 'streams' | 'own' | 'range' | 'zone'> {
  return { streams: [id], own: true, range, zone };
}

/** Returns the range of a series' bucket, from its start to the next start or the range's end. */
export function bucketRange(start: string | Date, next: string | Date, zone: string): PostsRange {
  return rangeBetween(start, next, zone);
}

/** Returns the full-text query for exactly one word, whatever characters it has. */
export function wordQuery(word: string): string {
  return /^[\p{L}\p{N}_]+$/u.test(word) && word.toLowerCase() !== 'or'
    ? word
    : `"${word.replaceAll('"', ' ')}"`;
}

/** Returns the router's target of one post's page. */
export function postLink(post: { readonly platform: string; readonly platformId: string }): {
  to: '/post/$platform/$id';
  params: { platform: string; id: string };
} {
  return {
    to: '/post/$platform/$id',
    params: { platform: post.platform.toLowerCase(), id: post.platformId },
  };
}

/** Returns the address of one post's page. */
export function postHref(post: { readonly platform: string; readonly platformId: string }): string {
  return `/post/${post.platform.toLowerCase()}/${encodeURIComponent(post.platformId)}`;
}
