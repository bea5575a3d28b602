import type { Reach } from '../fetch-provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { Answer } from './client.ts';
import type { ServedTweet } from './map-tweet.ts';
import type { Place } from './place.ts';
import { isNewer, isWithin, newestFirst, oldestOf } from '../x/ids.ts';
import type { TweetPage } from './tweet-page.ts';

/** Sends one request; null when the service says that there is no such thing. */
export type Get = (
  path: string,
  parameters?: Readonly<Record<string, string | null>>,
) => Promise<Answer | null>;

/** One page of a walk. */
export type Step = {
  /** The tweets that belong to the target, within the reach or not, as they were served. */
  readonly tweets: readonly ServedTweet[];
  readonly rejected: TweetPage['rejected'];
  /** Where the walk continues; null after the last page. */
  readonly next: Place | null;
  readonly end: 'REACHED' | 'LIMIT' | null;
};

/**
 * Whether a page that was read at `place` is the last: as documented, or as observed (a repeated cursor, nothing new).
 */
export function isLast(page: TweetPage, place: Place, fresh: readonly string[]): boolean {
  return page.next === null || page.next === place.cursor || fresh.length === 0;
}

/** Returns the tweets within the reach, newest first. */
export function wanted({ tweets }: Step, reach: Reach): readonly ServedTweet[] {
  return tweets
    .filter(({ tweet }) => isWithin(tweet.id_str, reach))
    .sort((a, b) => newestFirst(a.tweet.id_str, b.tweet.id_str));
}

/**
 * Returns the id down to which a page goes: its last tweet that is not pinned. Not the lowest id: a timeline shows a
 * reply together with the older post that it answers, and the posts between the two come later.
 */
export function frontierOf(tweets: readonly ServedTweet[]): string | null {
  return tweets.findLast(({ tweet }) => tweet.is_pinned !== true)?.tweet.id_str ?? null;
}

/** Returns the lowest id of the reach down to which a page is complete; null when the page does not enter the reach. */
export function throughOf(tweets: readonly ServedTweet[], reach: Reach): string | null {
  const frontier = frontierOf(tweets);
  if (frontier === null) return null;
  const ids = tweets
    .filter(({ tweet }) => tweet.is_pinned !== true)
    .map(({ tweet }) => tweet.id_str)
    .filter((id) => isWithin(id, reach) && !isNewer(frontier, id));
  return oldestOf(ids);
}

/** Returns null instead of the page when the service has forgotten the cursor. */
export async function unlessForgotten(
  place: Place,
  ask: () => Promise<TweetPage>,
): Promise<TweetPage | null> {
  try {
    return await ask();
  } catch (error) {
    const isRefusal = error instanceof ProviderError && error.code === 'BAD_INPUT';
    if (place.cursor !== null && isRefusal) return null;
    throw error;
  }
}
