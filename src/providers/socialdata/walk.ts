import type { Reach } from '../fetch-provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { Answer } from './client.ts';
import type { ServedTweet } from './map-tweet.ts';
import type { Place } from './place.ts';
import { isNewer, isWithin, newestFirst, oldestOf } from '../x/ids.ts';
import type { TweetPage } from './tweet-page.ts';

/** Asks for one thing; null when the service says that there is none. */
export type Get = (
  path: string,
  parameters?: Readonly<Record<string, string | null>>,
) => Promise<Answer | null>;

/** A page of a walk. */
export type Step = {
  /** Those of the page that the walk is for, in the reach or not, as they were served. */
  readonly tweets: readonly ServedTweet[];
  readonly rejected: TweetPage['rejected'];
  /** Where to go on; null after the last page. */
  readonly next: Place | null;
  readonly end: 'REACHED' | 'LIMIT' | null;
};

/** Whether nothing follows a page that was read at `place`: what is documented, and what else was observed. */
export function isLast(page: TweetPage, place: Place, fresh: readonly string[]): boolean {
  return page.next === null || page.next === place.cursor || fresh.length === 0;
}

/** What came of the reach, newest first. */
export function wanted({ tweets }: Step, reach: Reach): readonly ServedTweet[] {
  return tweets
    .filter(({ tweet }) => isWithin(tweet.id_str, reach))
    .sort((a, b) => newestFirst(a.tweet.id_str, b.tweet.id_str));
}

/**
 * How far down the list a page goes: its last tweet that is not pinned. Not its lowest: where a timeline shows a
 * reply together with the older post that it answers, posts are still to come between the two.
 */
export function frontierOf(tweets: readonly ServedTweet[]): string | null {
  return tweets.findLast(({ tweet }) => tweet.is_pinned !== true)?.tweet.id_str ?? null;
}

/** The lowest id of the reach down to which a page leaves nothing out; null when it does not go into the reach. */
export function throughOf(tweets: readonly ServedTweet[], reach: Reach): string | null {
  const frontier = frontierOf(tweets);
  if (frontier === null) return null;
  const ids = tweets
    .filter(({ tweet }) => tweet.is_pinned !== true)
    .map(({ tweet }) => tweet.id_str)
    .filter((id) => isWithin(id, reach) && !isNewer(frontier, id));
  return oldestOf(ids);
}

/** The page, or none when the service does not know the cursor any more. */
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
