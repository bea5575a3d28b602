import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

type Nested = { readonly [id: string]: Nested | readonly [] };

/** A tweet of a thread; deleted ones only have their place in the tree. */
export type ThreadTweet = {
  readonly id: string;
  /** Null for the source of the thread, and when the tree starts with a missing tweet. */
  readonly parent: string | null;
  /** Number of ancestors: 0 for the source. */
  readonly depth: number;
  /** The topmost tweet of its tree. */
  readonly root: string;
  /** Null when it is deleted. */
  readonly tweet: Tweet | null;
};

type Tweet = {
  readonly id_str: string;
  readonly text: string;
  readonly created_at: string;
  readonly in_reply_to_status_id_str: string | null;
  readonly user: { readonly id_str: string; readonly screen_name: string; readonly name: string };
  readonly favorite_count: number;
  readonly retweet_count: number;
};

const linesOf = <Line>(folder: string, name: string): readonly Line[] =>
  gunzipSync(readFileSync(join(folder, 'x-threads', name)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** The tweets of the 272 threads of RumourEval 2017, with the places given by the data set. */
export function readThreads(folder: string): readonly ThreadTweet[] {
  const tweets = new Map(
    linesOf<{ tweet: Tweet }>(folder, 'rumoureval2017-tweets.jsonl.gz').map(({ tweet }) => [
      tweet.id_str,
      tweet,
    ]),
  );
  const found: ThreadTweet[] = [];
  const walk = (nested: Nested | readonly [], above: ThreadTweet | null): void => {
    for (const [id, below] of Object.entries(nested)) {
      const place = { parent: above?.id ?? null, depth: (above?.depth ?? -1) + 1, root: above?.root ?? id };
      const tweet = { id, ...place, tweet: tweets.get(id) ?? null };
      found.push(tweet);
      walk(below, tweet);
    }
  };
  for (const { structure } of linesOf<{ structure: Nested }>(folder, 'rumoureval2017-structure.jsonl.gz')) {
    walk(structure, null);
  }
  return found;
}
