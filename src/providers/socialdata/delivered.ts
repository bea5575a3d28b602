import type { Cost } from '../fetch-provider.ts';
import { pagePostsMax } from '../net/delivery-limits.ts';
import { isId, isWire } from '../x/json.ts';

/** What the answers of a call delivered so far, understood or not: the service charges for all of it. */
export type Delivered = {
  /** Counts a request that is sent. */
  countRequest(): void;
  /** Counts what an answer delivers. */
  countAnswer(json: unknown): void;
  cost(): Cost;
};

/** A count that begins with nothing. */
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

/** Each once: a page may hold a tweet twice. */
function tweetIds(tweets: readonly unknown[]): readonly string[] {
  const ids = tweets.slice(0, pagePostsMax).map((tweet) => (isWire(tweet) ? tweet.id_str : null));
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && isId(id)))];
}
