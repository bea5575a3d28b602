import type { Cost } from '../fetch-provider.ts';
import { pagePostsMax } from '../net/delivery-limits.ts';
import { isId, isWire } from '../x/json.ts';

/**
 * Counts what the answers of a call delivered, including what could not be parsed: the service charges for all of it.
 */
export type Delivered = {
  countRequest(): void;
  countAnswer(json: unknown): void;
  cost(): Cost;
};

/** Creates a count of zero. */
export function createDelivered(): Delivered {
  const postIds: string[] = [];
  let [requests, users] = [0, 0];
  return {
    countRequest() {
      requests += 1;
    },
    countAnswer(json) {
      if (!isWire(json)) return;
      if (Array.isArray(json.tweets)) postIds.push(...tweetIds(json.tweets));
      else if ('screen_name' in json) users += 1;
      else postIds.push(...tweetIds([json]));
    },
    cost: () => ({ requests, postIds: [...postIds], users }),
  };
}

/** Distinct ids: a page may repeat a tweet. */
function tweetIds(tweets: readonly unknown[]): readonly string[] {
  const ids = tweets.slice(0, pagePostsMax).map((tweet) => (isWire(tweet) ? tweet.id_str : null));
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && isId(id)))];
}
