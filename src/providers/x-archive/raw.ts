import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { isWire, unwrap } from '../x/json.ts';
import { authorOf, mapTweet } from './map-tweet.ts';
import { readFacts } from './tweet-facts.ts';

/**
 * Reads a stored payload with the current parser: the bare tweet, `{"tweet":…}` or `{"tweet":…,"noteTweet":…}`. Throws
 * BadInputError when it is anything else.
 */
export function parseRaw(raw: string, account: AccountProfile): NormalisedPost {
  const record = parseRawJson(raw);
  if (!isWire(record)) throw new BadInputError('A raw payload is not a JSON object.');
  const tweet = unwrap(record, 'tweet');
  const facts = readFacts(tweet);
  if (typeof facts === 'string') throw new BadInputError(`A raw payload is not a tweet: ${facts}.`);
  const note = isWire(record.noteTweet) ? record.noteTweet : null;
  return mapTweet({ facts, tweet, note, raw }, account, authorOf(account));
}
