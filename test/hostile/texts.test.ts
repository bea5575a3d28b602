import { describe, expect, test } from 'vitest';
import { domainsOf } from '../../src/ingest/enrich/domains.ts';
import { enrich } from '../../src/ingest/enrich/enrich.ts';
import { rawParser } from '../../src/providers/raw-parsers.ts';
import { BadInputError } from '../../src/shared/errors.ts';
import { searchQuery } from '../../src/shared/search-query.ts';
import { searchVector } from '../../src/shared/search-words.ts';
import { idAt } from '../support/x-archive.ts';
import { longTexts } from '../support/long-texts.ts';
import { anAccount } from '../support/posts.ts';
import { slowFrom } from '../support/work.ts';
import { postWith } from '../unit/ingest/enrich/post.ts';

const account = anAccount({ platformId: '4242', handle: 'ada' });
const at = Date.UTC(2025, 0, 2, 3, 4, 5);
const id = idAt(at);
const old = 'Thu Jan 02 03:04:05 +0000 2025';
const iso = '2025-01-02T03:04:05.000Z';

/** The long texts on which the work is slow, and from which size. */
const slowOn = (work: (text: string) => unknown, largest: number) =>
  longTexts.flatMap(([name, make]) => {
    const size = slowFrom((length) => void work(make(length)), largest);
    return size === null ? [] : [`${name} from ${size}`];
  });
/** Longer texts are cut before they are enriched. */
const longestEnriched = 100_000;

test.each(['a.', 'a', 'a-', 'ä.', '1.', 'a.a@', 'a+', '//', ':'])(
  'a link whose host is 8 MB of "%s" has no domain',
  (piece) => {
    const host = piece.repeat(8_000_000 / piece.length);
    expect(domainsOf([`http://${host}com/`, host])).toEqual([]);
  },
);

describe('a long post takes time in proportion to its length', () => {
  test.each(['en', 'de', undefined])('when it is enriched as %s', (language) => {
    const both = (text: string) => {
      enrich(postWith(text, { language }));
      enrich(postWith(`http://a.com/${text}\n`, { language }));
    };
    expect(slowOn(both, longestEnriched)).toEqual([]);
  });

  test('when its names, lists and links are as long', () => {
    const slow = slowOn((text) => {
      const entities = {
        hashtags: [text],
        mentions: [text],
        cashtags: [text],
        urls: [text, `http://${text}`],
      };
      const author = { platformId: text, handle: text, displayName: text, avatarUrl: text };
      enrich(postWith('a', { entities, author, client: text, repostOf: { handle: text, postId: null } }));
    }, 400_000);
    expect(slow).toEqual([]);
  });

  /** The same text at every place where a provider's tweet may have one. */
  const user = (text: string) => ({
    id_str: '4242',
    screen_name: 'ada',
    name: text,
    profile_image_url_https: text,
  });
  const entities = (text: string) => ({
    hashtags: [{ text }],
    user_mentions: [{ screen_name: text, id_str: '1' }],
    symbols: [{ text }],
    urls: [{ url: text, expanded_url: text, indices: [0, 1] }],
    media: [{ url: 'https://t.co/m', media_url_https: text, ext_alt_text: text, indices: [5, 6] }],
  });
  const payloads: Record<string, (text: string) => object> = {
    X_ARCHIVE: (text) => ({
      tweet: {
        id_str: id,
        created_at: old,
        full_text: text,
        source: text,
        entities: entities(text),
        lang: text,
      },
      noteTweet: { core: { text, urls: [{ shortUrl: text, expandedUrl: text }] } },
    }),
    SOCIALDATA: (text) => ({
      id_str: id,
      tweet_created_at: iso,
      full_text: text,
      text: null,
      source: text,
      user: user(text),
      entities: entities(text),
      lang: text,
    }),
    X_API: (text) => ({
      observed_ms: at,
      data: [
        {
          id,
          text,
          author_id: '4242',
          created_at: iso,
          source: text,
          lang: text,
          entities: { urls: [{ start: 0, end: 1, url: text, expanded_url: text, display_url: text }] },
        },
      ],
      includes: { users: [{ id: '4242', username: 'ada', name: 'Ada' }] },
    }),
    X_SCRAPER: (text) => ({
      __typename: 'Tweet',
      rest_id: id,
      source: text,
      core: { user_results: { result: { rest_id: '4242', legacy: { screen_name: 'ada', name: 'Ada' } } } },
      legacy: {
        full_text: text,
        created_at: old,
        favorite_count: 0,
        retweet_count: 0,
        reply_count: 0,
        quote_count: 0,
        entities: entities(text),
      },
      note_tweet: { note_tweet_results: { result: { text, entity_set: entities(text) } } },
    }),
  };
  test.each(Object.keys(payloads))('when it is a payload of %s', (provider) => {
    const parse = rawParser(provider as 'X_ARCHIVE');
    const make = payloads[provider];
    if (parse === null || make === undefined) throw new Error('nobody reads it');
    const read = (text: string) => parse(JSON.stringify(make(text)), account);
    expect(read('hello').text).toBe('hello');
    const readOrRefuse = (text: string) => {
      try {
        read(text);
      } catch (error) {
        // Longer texts than the provider ever sends are refused.
        if (!(error instanceof BadInputError)) throw error;
      }
    };
    expect(slowOn(readOrRefuse, 400_000)).toEqual([]);
  });

  test('when it is searched for', () => {
    const searchOrRefuse = (text: string) => {
      try {
        searchQuery(text);
      } catch (error) {
        // It has more words than a search may have.
        if (!(error instanceof BadInputError)) throw error;
      }
    };
    expect(slowOn(searchOrRefuse, 100_000)).toEqual([]);
  });

  test('when it is made ready for the search', () => {
    expect(slowOn((text) => searchVector(text, null, [text]), longestEnriched)).toEqual([]);
  });
});
