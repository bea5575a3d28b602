import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementTexts } from '../../../../src/providers/socialdata/elements.ts';
import { rawParser } from '../../../../src/providers/raw-parsers.ts';
import { parseRaw } from '../../../../src/providers/socialdata/raw.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';
import { unknownMetrics } from '../../../../src/shared/post.ts';
import { anAccount } from '../../../support/posts.ts';

const account = anAccount({ platformId: '4242', handle: 'ada' });
const ada = {
  id_str: '4242',
  screen_name: 'ada',
  name: 'Ada &amp; Co',
  profile_image_url_https: 'https://a/b.jpg',
};
const bob = { id_str: '77', screen_name: 'bob', name: 'Bob' };

/** A tweet of ada as the API sends it, with the fields of the case. */
const tweet = (more: object = {}) => ({
  id: 1734810168053956600,
  id_str: '1734810168053956719',
  tweet_created_at: '2023-12-13T05:39:09.000000Z',
  text: null,
  full_text: 'hello',
  user: ada,
  ...more,
});
const post = (more: object = {}) => parseRaw(JSON.stringify(tweet(more)), account);
const entities = { hashtags: [], symbols: [], urls: [], user_mentions: [] };
const link = (url: string, expanded_url: string, start: number) => ({
  url,
  expanded_url,
  indices: [start, start + url.length],
});

test('every field is where it belongs', () => {
  const served = tweet({
    full_text: 'Look &lt;3 #Lark $TSLA @bob https://t.co/aaaaaaaaaa https://t.co/mmmmmmmmmm',
    source: '<a href="http://twitter.com/download/iphone" rel="nofollow">Twitter for iPhone</a>',
    in_reply_to_status_id: 1734777084268921000,
    in_reply_to_status_id_str: '1734777084268920961',
    in_reply_to_user_id_str: '77',
    in_reply_to_screen_name: 'bob',
    quoted_status_id_str: '1734777084268920999',
    is_quote_status: true,
    lang: 'en',
    favorite_count: 1,
    retweet_count: 2,
    reply_count: 3,
    quote_count: 0,
    bookmark_count: null,
    views_count: 600,
    entities: {
      hashtags: [{ text: 'Lark', indices: [8, 13] }],
      symbols: [{ text: 'TSLA', indices: [14, 19] }],
      urls: [link('https://t.co/aaaaaaaaaa', 'https://example.org/?a=1', 25)],
      user_mentions: [{ id_str: '77', screen_name: 'bob', indices: [20, 24] }],
      media: [
        {
          type: 'photo',
          url: 'https://t.co/mmmmmmmmmm',
          media_url_https: 'https://pbs.twimg.com/media/a.jpg',
          ext_alt_text: 'a &amp; b',
        },
      ],
    },
  });
  const raw = JSON.stringify(served);
  expect(parseRaw(raw, account)).toEqual({
    platformId: '1734810168053956719',
    author: { platformId: '4242', handle: 'ada', displayName: 'Ada & Co', avatarUrl: 'https://a/b.jpg' },
    own: true,
    kind: 'REPLY',
    text: 'Look <3 #Lark $TSLA @bob https://example.org/?a=1',
    createdAt: Date.UTC(2023, 11, 13, 5, 39, 9),
    language: 'en',
    metrics: { likes: 1, reposts: 2, replies: 3, quotes: 0, bookmarks: null, impressions: 600 },
    observedAt: account.observedAt,
    entities: {
      hashtags: ['Lark'],
      mentions: ['bob'],
      cashtags: ['TSLA'],
      urls: ['https://example.org/?a=1'],
    },
    media: [{ kind: 'PHOTO', url: 'https://pbs.twimg.com/media/a.jpg', previewUrl: null, alt: 'a & b' }],
    replyTo: { postId: '1734777084268920961', authorId: '77', handle: 'bob' },
    repostOf: null,
    quoteOf: '1734777084268920999',
    client: 'Twitter for iPhone',
    chat: null,
    raw,
  });
});

test('a tweet of little more than its text has unknowns, not zeros', () => {
  expect(post()).toMatchObject({
    kind: 'ORIGINAL',
    metrics: unknownMetrics,
    language: undefined,
    entities: null,
    media: [],
    replyTo: null,
    repostOf: null,
    quoteOf: null,
    client: null,
  });
});

describe('a repost', () => {
  const original = {
    id_str: '1734777084268920961',
    tweet_created_at: '2023-12-12T05:39:09.000000Z',
    full_text: `${'long '.repeat(60)}&amp; whole #End https://t.co/mmmmmmmmmm`,
    user: bob,
    lang: 'de',
    favorite_count: 900,
    entities: {
      ...entities,
      hashtags: [{ text: 'End' }],
      user_mentions: [{ screen_name: 'eve' }],
      media: [{ type: 'photo', url: 'https://t.co/mmmmmmmmmm', media_url_https: 'https://p/a.jpg' }],
    },
  };
  const repost = post({
    full_text: 'RT @bob: long long …',
    retweeted_status: original,
    in_reply_to_screen_name: 'bob',
    favorite_count: 0,
    retweet_count: 50,
    entities,
  });

  test('has the whole text of its original', () => {
    expect(repost.text).toBe(`RT @bob: ${'long '.repeat(60)}& whole #End`);
    expect(repost.entities).toEqual({ hashtags: ['End'], mentions: ['bob', 'eve'], cashtags: [], urls: [] });
    expect(repost.media).toHaveLength(1);
    expect(repost.language).toBe('de');
  });

  test('says whose post it is, and takes none of its figures', () => {
    expect(repost).toMatchObject({
      kind: 'REPOST',
      own: true,
      author: { handle: 'ada' },
      repostOf: { handle: 'bob', postId: '1734777084268920961' },
      metrics: unknownMetrics,
      replyTo: null,
      quoteOf: null,
      createdAt: Date.UTC(2023, 11, 13, 5, 39, 9),
    });
  });

  test('written by hand does not count as one', () => {
    const byHand = post({ full_text: 'RT @bob: hi', retweeted_status: null });
    expect(byHand).toMatchObject({ kind: 'ORIGINAL', repostOf: null });
  });
});

test.each([
  [{ quoted_status_id_str: '5' }, 'QUOTE', '5'],
  [{ quoted_status: { id_str: '6', id: 6 } }, 'QUOTE', '6'],
  [{ is_quote_status: true, quoted_status: null }, 'QUOTE', null],
  [{ is_quote_status: false, quoted_status_id_str: null }, 'ORIGINAL', null],
  [{ quoted_status_id_str: '5', in_reply_to_status_id_str: '4' }, 'REPLY', '5'],
])('%j is a %s of %s', (more, kind, quoteOf) => {
  expect(post(more)).toMatchObject({ kind, quoteOf });
});

test('a reply to an account that is gone has only its name', () => {
  expect(post({ in_reply_to_user_id_str: '-1', in_reply_to_screen_name: 'gone' }).replyTo).toEqual({
    postId: null,
    authorId: null,
    handle: 'gone',
  });
});

test('rounded numbers are never taken for ids', () => {
  const wire = { in_reply_to_status_id: 1734777084268921000, quoted_status_id: 12 };
  expect(post(wire)).toMatchObject({ replyTo: null, quoteOf: null });
});

test.each([
  ['und', null],
  ['qme', null],
  ['zxx', null],
  ['in', 'id'],
  ['pt', 'pt'],
  [null, undefined],
])('language %s is %s', (lang, language) => {
  expect(post({ lang }).language).toBe(language);
});

test('a date is the same in both its forms', () => {
  const other = post({ tweet_created_at: '2023-12-13T05:39:09+00:00' });
  expect(other.createdAt).toBe(post().createdAt);
});

test('lists that are left out are empty beside one that is not', () => {
  expect(post({ entities: { hashtags: [{ text: 'a' }] } }).entities).toEqual({
    hashtags: ['a'],
    mentions: [],
    cashtags: [],
    urls: [],
  });
  expect(post({ entities: {} }).entities).toBeNull();
});

test('media come from the list that has more of them', () => {
  const photo = (name: string) => ({ type: 'photo', media_url_https: `https://p/${name}.jpg` });
  const video = {
    type: 'video',
    media_url_https: 'https://p/still.jpg',
    video_info: {
      variants: [
        { content_type: 'application/x-mpegURL', url: 'https://v/a.m3u8' },
        { content_type: 'video/mp4', bitrate: 256000, url: 'https://v/low.mp4' },
        { content_type: 'video/mp4', bitrate: 832000, url: 'https://v/high.mp4' },
      ],
    },
  };
  const urls = (more: object) => post(more).media.map((media) => media.url);
  expect(
    urls({ entities: { media: [photo('a'), photo('b')] }, extended_entities: { media: [photo('c')] } }),
  ).toEqual(['https://p/a.jpg', 'https://p/b.jpg']);
  expect(
    urls({ entities: { media: [photo('a')] }, extended_entities: { media: [photo('a'), video] } }),
  ).toEqual(['https://p/a.jpg', 'https://v/high.mp4']);
});

describe('whose post it is', () => {
  const raw = JSON.stringify(tweet({ user: bob }));

  test.each([
    ['another account', account, false],
    ['its writer', anAccount({ platformId: '77' }), true],
    ['a topic', null, true],
    ['its writer by handle only', anAccount({ platformId: null, handle: 'BOB' }), true],
  ])('is known to %s', (_name, of, own) => {
    expect(rawParser('SOCIALDATA')?.(raw, of).own).toBe(own);
  });
});

test.each([
  ['not JSON', '{'],
  ['no tweet', '{}'],
  ['an id that is only a number', JSON.stringify({ ...tweet(), id_str: undefined })],
  ['an id beyond 64 bits', JSON.stringify(tweet({ id_str: '9223372036854775808' }))],
  ['no date', JSON.stringify(tweet({ tweet_created_at: 'yesterday' }))],
])('%s is refused', (_name, raw) => {
  expect(() => parseRaw(raw, null)).toThrow(BadInputError);
});

test('elements of a list are cut out as they were written', () => {
  const json =
    ' {"a": {"tweets": [0]}, "tweets" : [ {"id": 1734810168053956719, "s": "],}\\"[" } ,[1, 2], "x" ,3 ] , "n": null}';
  expect(elementTexts(json, 'tweets')).toEqual([
    '{"id": 1734810168053956719, "s": "],}\\"[" }',
    '[1, 2]',
    '"x"',
    '3',
  ]);
  expect(elementTexts('{"tweets":[]}', 'tweets')).toEqual([]);
});

test('elements of any list are found, however they are spaced', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), fc.constantFrom(0, 1, 3), (list, other, indent) => {
      const json = JSON.stringify({ before: other, tweets: list, after: other }, null, indent);
      expect(elementTexts(json, 'tweets').map((text) => JSON.parse(text))).toEqual(
        list.map((element) => JSON.parse(JSON.stringify(element))),
      );
    }),
  );
});
