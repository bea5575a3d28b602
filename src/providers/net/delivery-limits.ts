import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';

/** Posts of one page: the largest that a provider is asked for has 100, with threads filled in some hundred. */
export const pagePostsMax = 1_000;
/** Characters of a post's JSON: the largest one recorded has 21,000. */
export const postJsonMax = 250_000;
/** Of a user's or a picture's, which may come along with each post of a page: 1,400 recorded. */
export const alongJsonMax = 20_000;
/** Of a cursor, which goes into the next request's address: 600 recorded. */
export const cursorMax = 4_000;

/** X takes 25,000 of those who pay. */
const textMax = 100_000;
const nameMax = 1_000;
const urlMax = 10_000;
const termMax = 1_000;

/** What of a post is beyond a limit; null when nothing is. The page's other posts are taken all the same. */
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

/** What of a profile is beyond a limit; null when nothing is. */
export function profileProblem({ displayName, description, avatarUrl }: AccountProfile): string | null {
  return (
    beyond('name', displayName?.length ?? 0, nameMax) ??
    beyond('description', description?.length ?? 0, textMax) ??
    beyond('avatar', avatarUrl?.length ?? 0, urlMax)
  );
}

/** Says that a length is beyond its limit; null when it is not. */
export function beyond(what: string, length: number, max: number): string | null {
  return length > max ? `${what}: ${length} characters, ${max} allowed` : null;
}

const longest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, text.length), 0);
