import { must } from '../../shared/errors.ts';
import type { Rejection } from '../../shared/post.ts';
import { isId, isWire, textOf } from '../x/json.ts';
import type { Answer } from './client.ts';
import { elementTexts } from './elements.ts';
import { notUnderstood } from './failure.ts';
import type { ServedTweet } from './map-tweet.ts';
import { explain } from '../x/explain.ts';
import { pageSchema, readTweet } from './wire.ts';

/** A page of tweets in the order in which they were served. */
export type TweetPage = {
  readonly tweets: readonly ServedTweet[];
  /** With the id when it could be read. */
  readonly rejected: readonly (Rejection & { readonly id: string | null })[];
  /** Ids of all tweets of the page, distinct. */
  readonly ids: readonly string[];
  /** Null when the service says that no page follows. */
  readonly next: string | null;
};

/** An empty last page. */
export const emptyPage: TweetPage = { tweets: [], rejected: [], ids: [], next: null };

/** Reads a page; throws a `ProviderError` when it is not a page, or when none of its tweets can be parsed. */
export function readPage({ text, json }: Answer): TweetPage {
  const page = pageSchema.safeParse(json);
  if (!page.success) throw notUnderstood(explain(page.error));
  const raws = elementTexts(text, 'tweets');
  const tweets = new Map<string, ServedTweet>();
  const rejected: TweetPage['rejected'][number][] = [];
  for (const [index, element] of page.data.tweets.entries()) {
    const tweet = readTweet(element, ['tweets', index]);
    if (typeof tweet === 'string') rejected.push(rejection(element, index, tweet));
    else if (!tweets.has(tweet.id_str)) {
      tweets.set(tweet.id_str, { tweet, raw: must(raws[index], 'every element has its text') });
    }
  }
  const [first] = rejected;
  if (tweets.size === 0 && first !== undefined) throw notUnderstood(first.reason);
  const ids = new Set([...tweets.keys(), ...rejected.flatMap(({ id }) => id ?? [])]);
  return { tweets: [...tweets.values()], rejected, ids: [...ids], next: textOf(page.data.next_cursor) };
}

function rejection(element: unknown, index: number, reason: string): TweetPage['rejected'][number] {
  const said = isWire(element) ? textOf(element.id_str) : null;
  const id = said !== null && isId(said) ? said : null;
  return { id, where: id === null ? `tweet ${index} of a page` : `tweet ${id}`, reason };
}
