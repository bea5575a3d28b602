import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Figured } from './slot-figures.ts';

/** The fields of an exported tweet that are used here. */
export type Tweet = {
  readonly created_at: string;
  readonly full_text?: string;
  readonly text?: string;
  readonly favorite_count?: number | string;
  readonly retweet_count?: number | string;
  readonly retweeted_status?: unknown;
  readonly user?: { readonly screen_name: string };
};

/** A real account's posts without reposts, with their engagement, oldest first. */
export type RealAccount = { readonly name: string; readonly posts: readonly Figured[] };

/** The accounts of the X archives with counts in a folder of real data. */
export function realArchives(folder: string): readonly RealAccount[] {
  const root = join(folder, 'x-archive');
  return readdirSync(root).map((name) => {
    const data = join(root, name, 'data');
    const file = readdirSync(data).find((entry) => /^tweets?\.js\.gz$/.test(entry));
    const text = gunzipSync(readFileSync(join(data, file ?? 'tweets.js.gz'))).toString('utf8');
    const list = JSON.parse(text.slice(text.indexOf('[')).replace(/;?\s*$/, '')) as { tweet: Tweet }[];
    return { name, posts: toFigured(list.map(({ tweet }) => tweet)) };
  });
}

/** The accounts of a file with one tweet per line. */
export function realAccounts(folder: string, file: string, name: string | null): readonly RealAccount[] {
  const text = gunzipSync(readFileSync(join(folder, 'x-tweets', file))).toString('utf8');
  const accounts = new Map<string, Tweet[]>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const tweet = JSON.parse(line) as Tweet;
    const key = name ?? tweet.user?.screen_name ?? '';
    const own = accounts.get(key);
    if (own === undefined) accounts.set(key, [tweet]);
    else own.push(tweet);
  }
  return [...accounts].map(([key, tweets]) => ({ name: key, posts: toFigured(tweets) }));
}

/** The posts without reposts that have counts, oldest first. */
export function toFigured(tweets: readonly Tweet[]): readonly Figured[] {
  return tweets
    .filter((tweet) => !(tweet.full_text ?? tweet.text ?? '').startsWith('RT @') && !tweet.retweeted_status)
    .filter((tweet) => tweet.favorite_count !== undefined)
    .map((tweet) => ({
      at: Date.parse(tweet.created_at),
      figure: Number(tweet.favorite_count) + Number(tweet.retweet_count ?? 0),
    }))
    .sort((a, b) => a.at - b.at);
}
