import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';

/** Most posts in one page. The largest page we ask for has 100; with threads filled in, some hundred. */
export const pagePostsMax = 1_000;
/** Most characters in a post's JSON; the longest recorded has 21,000. */
export const postJsonMax = 250_000;
/**
 * Most characters in the JSON of a user or a picture, which may come with each post of a page; the longest recorded has
 * 1,400.
 */
export const alongJsonMax = 20_000;
/** Most characters in a cursor, which goes into the address of the next request; the longest recorded has 600. */
export const cursorMax = 4_000;

/** X allows 25,000 characters to those who pay. */
const textMax = 100_000;
const nameMax = 1_000;
const urlMax = 10_000;
const termMax = 1_000;

/** Says which part of a post exceeds a limit; null when none does. The other posts of the page are kept. */
export function postProblem(post: NormalisedPost): string | null {
  const { author, media, entities } = post;
  return (
    beyond('JSON', post.raw?.length ?? 0, postJsonMax) ??
    beyond('text', post.text.length, textMax) ??
    beyond('author.name', author.displayName?.length ?? 0, nameMax) ??
    beyond('author.avatar', author.avatarUrl?.length ?? 0, urlMax) ??
    beyond('client', post.client?.length ?? 0, nameMax) ??
    beyond('reply_to', post.replyTo?.handle?.length ?? 0, nameMax) ??
    beyond('url', longest([...(entities?.urls ?? []), ...media.map(({ url }) => url)]), urlMax) ??
    beyond('media.preview', longest(media.map(({ previewUrl }) => previewUrl ?? '')), urlMax) ??
    beyond('media.alt', longest(media.map(({ alt }) => alt ?? '')), textMax) ??
    beyond(
      'term',
      longest([...(entities?.hashtags ?? []), ...(entities?.mentions ?? []), ...(entities?.cashtags ?? [])]),
      termMax,
    )
  );
}

/** Says which part of a profile exceeds a limit; null when none does. */
export function profileProblem({ displayName, description, avatarUrl }: AccountProfile): string | null {
  return (
    beyond('name', displayName?.length ?? 0, nameMax) ??
    beyond('description', description?.length ?? 0, textMax) ??
    beyond('avatar', avatarUrl?.length ?? 0, urlMax)
  );
}

/** Returns a message when a length exceeds its limit; null when it does not. */
export function beyond(what: string, length: number, max: number): string | null {
  return length > max ? `${what}: ${length} characters, ${max} allowed` : null;
}

const longest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, text.length), 0);
