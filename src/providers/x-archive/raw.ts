import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { isWire, unwrap } from '../x/json.ts';
import { authorOf, mapTweet } from './map-tweet.ts';
import { readFacts } from './tweet-facts.ts';

/**
 * Reads one kept raw payload again with today's parser. Takes the bare tweet, `{"tweet":…}` and
 * `{"tweet":…,"noteTweet":…}`; throws BadInputError when it is none of them.
 */
export function parseRaw(raw: string, account: AccountProfile): NormalisedPost {
  const record = parseRawJson(raw);
  if (!isWire(record)) throw new BadInputError('A raw payload is not a JSON object.');
  const tweet = unwrap(record, 'tweet');
  const facts = readFacts(tweet);
  if (typeof facts === 'string') throw new BadInputError(`A raw payload is no tweet: ${facts}.`);
  const note = isWire(record.noteTweet) ? record.noteTweet : null;
  return mapTweet({ facts, tweet, note, raw }, account, authorOf(account));
}
