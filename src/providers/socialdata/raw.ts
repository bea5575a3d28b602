import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { isOwn, mapTweet } from './map-tweet.ts';
import { readTweet, tweetTime } from './wire.ts';

/**
 * The post of a kept payload, as the provider gave it; anything else is a BadInputError. The payload does not say
 * when it was read: `observedAt` is the account's, and without an account the time of the post itself.
 */
export function parseRaw(raw: string, account: AccountProfile | null): NormalisedPost {
  const tweet = readTweet(parseRawJson(raw), []);
  if (typeof tweet === 'string')
    throw new BadInputError(`A raw payload is no tweet of SocialData: ${tweet}.`);
  return mapTweet({ tweet, raw }, isOwn(tweet, account), account?.observedAt ?? tweetTime(tweet));
}
