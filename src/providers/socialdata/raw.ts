import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { isOwn, mapTweet } from './map-tweet.ts';
import { readTweet, tweetTime } from './wire.ts';

/**
 * Reads a stored payload as the provider sent it; throws BadInputError when it is anything else. The payload does not
 * say when it was read: `observedAt` is that of the account, or without an account the time of the post.
 */
export function parseRaw(raw: string, account: AccountProfile | null): NormalisedPost {
  const tweet = readTweet(parseRawJson(raw), []);
  if (typeof tweet === 'string')
    throw new BadInputError(`A raw payload is not a SocialData tweet: ${tweet}.`);
  return mapTweet({ tweet, raw }, isOwn(tweet, account), account?.observedAt ?? tweetTime(tweet));
}
