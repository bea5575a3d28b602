import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openArchive } from '../../../../src/providers/x-archive/provider.ts';
import { parseRaw } from '../../../../src/providers/x-archive/raw.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../../../src/shared/post.ts';
import { idAt, note, tweet, writeArchive } from '../../../support/x-archive.ts';

const at = Date.UTC(2023, 1, 18, 12, 33, 11);
const account: AccountProfile = {
  platform: 'X',
  platformId: '4242',
  handle: 'ada',
  displayName: 'Ada',
  description: null,
  avatarUrl: null,
  verified: null,
  protected: null,
  joinedAt: null,
  followers: null,
  following: null,
  reportedPosts: null,
  observedAt: at + 1_000,
};
const none = { hashtags: [], symbols: [], user_mentions: [], urls: [] };

const post = (text: string, more: object = {}): NormalisedPost =>
  parseRaw(JSON.stringify(tweet({ at, text, likes: 3, reposts: 2, more })), account);

const link = (url: string, expanded_url: string, start: number) => ({
  url,
  expanded_url,
  display_url: expanded_url.slice(8, 20),
  indices: [String(start), String(start + url.length)],
});
const photo = (url: string, name: string, more: object = {}) => ({
  id_str: '9',
  type: 'photo',
  url,
  media_url_https: `https://pbs.twimg.com/media/${name}.jpg`,
  indices: ['3', '26'],
  ...more,
});

test.each([
  ['7', 7],
  [7, 7],
  ['10000000000', 10_000_000_000],
  ['10000000001', null],
  ['999999999999999', null],
  [2 ** 53 - 1, null],
  [-1, null],
  ['', null],
])('a favorite_count of %j is %j likes', (favorite_count, likes) => {
  expect(post('x', { favorite_count }).metrics.likes).toBe(likes);
});

describe('text', () => {
  test('is unescaped once, after links were cut out by code points', () => {
    const text = '👋 a &amp;lt; b https://t.co/aaaaaaaaaa 1 &lt; 2';
    const urls = [link('https://t.co/aaaaaaaaaa', 'https://example.org/?a=1&amp;b=2', 15)];
    const mapped = post(text, { entities: { ...none, urls } });
    expect(mapped.text).toBe('👋 a &lt; b https://example.org/?a=1&amp;b=2 1 < 2');
    expect(mapped.entities?.urls).toEqual(['https://example.org/?a=1&amp;b=2']);
  });

  test('has the characters that numeric escapes stand for', () => {
    expect(post('It&#8217;s &#x27;home&#39; &#0; &eacute; &amp;#39;').text).toBe(
      "It’s 'home' &#0; &eacute; &#39;",
    );
  });

  test('does not end with the link to the post itself that the API put there', () => {
    const own = `https://twitter.com/i/web/status/${idAt(at)}`;
    const urls = [link('https://t.co/aaaaaaaaaa', own, 11)];
    const mapped = post('long story… https://t.co/aaaaaaaaaa', { entities: { ...none, urls } });
    expect(mapped.text).toBe('long story…');
    expect(mapped.entities?.urls).toEqual([]);
  });

  test('finds a link that is not where the index says', () => {
    const urls = [link('https://t.co/abc', 'https://example.org/', 99)];
    expect(post('https://t.co/abcd https://t.co/abc', { entities: { ...none, urls } }).text).toBe(
      'https://t.co/abcd https://example.org/',
    );
  });

  test('leaves out the link to its four pictures', () => {
    const url = 'https://t.co/p5Z1ebhgmy';
    const media = ['a', 'b', 'c', 'd'].map((name) =>
      photo(url, name, { ext_alt_text: name === 'a' ? 'A &amp; B' : undefined }),
    );
    const mapped = post(`hi ${url}`, {
      entities: { ...none, media: media.slice(0, 1) },
      extended_entities: { media },
    });
    expect(mapped.text).toBe('hi');
    expect(mapped.media).toHaveLength(4);
    expect(mapped.media[0]).toEqual({
      kind: 'PHOTO',
      url: 'https://pbs.twimg.com/media/a.jpg',
      previewUrl: null,
      alt: 'A & B',
    });
  });

  test('holds nothing that Postgres cannot', () => {
    expect(post('a\0b\uD83Dc').text).toBe('ab\uFFFDc');
  });
});

describe('kind', () => {
  test('a repost is recognised by its text and has no figures', () => {
    const user_mentions = [{ screen_name: 'bob', id_str: '77', indices: ['3', '7'] }];
    const media = [photo('https://t.co/x', 'a', { source_status_id_str: '123', source_user_id_str: '77' })];
    const mapped = post('RT @bob: look &amp; see…', {
      entities: { ...none, user_mentions, media },
      in_reply_to_user_id_str: '5',
    });
    expect(mapped).toMatchObject({ kind: 'REPOST', text: 'RT @bob: look & see…', replyTo: null });
    expect(mapped.repostOf).toEqual({ handle: 'bob', postId: '123' });
    expect(Object.values(mapped.metrics)).toEqual([null, null, null, null, null, null]);
    expect(post('RT @bob look').kind).toBe('ORIGINAL');
  });

  test.each([15, 16, 20])('a repost of an account with a handle of %i characters is one', (length) => {
    const handle = 'a'.repeat(length);
    const mapped = post(`RT @${handle}: wonderful terrible news https://t.co/aaa…`, { retweet_count: '500' });
    expect(mapped).toMatchObject({ kind: 'REPOST', repostOf: { handle } });
    expect(Object.values(mapped.metrics)).toEqual([null, null, null, null, null, null]);
  });

  test('a quote of an account with a handle of 20 characters is one', () => {
    const url = `https://twitter.com/${'a'.repeat(20)}/status/123`;
    expect(post(`so true ${url}`)).toMatchObject({ kind: 'QUOTE', quoteOf: '123' });
  });

  test('media that the original took from a third account do not name the original', () => {
    const user_mentions = [{ screen_name: 'bob', id_str: '77', indices: ['3', '7'] }];
    const media = [photo('https://t.co/x', 'a', { source_status_id_str: '123', source_user_id_str: '88' })];
    expect(
      post('RT @bob: look', { entities: { ...none, user_mentions, media } }).repostOf?.postId,
    ).toBeNull();
  });

  test.each([
    [
      'to another',
      { in_reply_to_status_id_str: '1', in_reply_to_user_id_str: '2', in_reply_to_screen_name: 'bob' },
      ['1', '2', 'bob'],
    ],
    [
      'to a deleted tweet',
      { in_reply_to_user_id_str: '2', in_reply_to_screen_name: 'bob' },
      [null, '2', 'bob'],
    ],
    ['of 2007 without a handle', { in_reply_to_status_id: '1', in_reply_to_user_id: '2' }, ['1', '2', null]],
    ['to itself', { in_reply_to_status_id_str: '1', in_reply_to_user_id_str: '4242' }, ['1', '4242', 'ada']],
    [
      'to a mentioned account',
      {
        in_reply_to_user_id_str: '77',
        entities: { ...none, user_mentions: [{ screen_name: 'bob', id_str: '77' }] },
      },
      [null, '77', 'bob'],
    ],
  ])('a reply %s', (_, more, [postId, authorId, handle]) => {
    const mapped = post('@bob hi', more);
    expect(mapped.kind).toBe('REPLY');
    expect(mapped.replyTo).toEqual({ postId, authorId, handle });
  });

  test('a text that only starts with a name is not a reply', () => {
    expect(post('@bob hi')).toMatchObject({ kind: 'ORIGINAL', replyTo: null });
    expect(post('@bob hi', { in_reply_to_user_id_str: '-1' }).kind).toBe('ORIGINAL');
  });

  test.each([
    ['https://twitter.com/bob/status/123', '123'],
    ['https://x.com/bob/status/123?s=20', '123'],
    ['https://mobile.twitter.com/bob/status/123/photo/1', '123'],
    ['https://twitter.com/i/web/status/123', '123'],
    ['https://twitter.com/bob', null],
    ['https://example.org/bob/status/123', null],
  ])('a text that ends with %s quotes %s', (expanded, quoteOf) => {
    const url = 'https://t.co/aaaaaaaaaa';
    const entities = { ...none, urls: [link(url, expanded, 5)] };
    expect(post(`look ${url}`, { entities })).toMatchObject({
      kind: quoteOf === null ? 'ORIGINAL' : 'QUOTE',
      quoteOf,
    });
    expect(post(`${url} look`, { entities }).quoteOf).toBeNull();
    expect(post(`look ${url}`, { entities, in_reply_to_user_id_str: '2' })).toMatchObject({
      kind: 'REPLY',
      quoteOf,
    });
  });
});

describe('details', () => {
  test('figures that are absent are unknown, others are numbers', () => {
    expect(post('hi').metrics).toMatchObject({ likes: 3, reposts: 2, replies: null, impressions: null });
    expect(post('hi', { favorite_count: undefined }).metrics.likes).toBeNull();
  });

  test('of a video the best mp4 is taken', () => {
    const variants = [
      { bitrate: '832000', content_type: 'video/mp4', url: 'https://v/low.mp4' },
      { content_type: 'application/x-mpegURL', url: 'https://v/list.m3u8' },
      { bitrate: '2176000', content_type: 'video/mp4', url: 'https://v/best.mp4' },
    ];
    const media = [photo('https://t.co/x', 'a', { type: 'video', video_info: { variants } })];
    expect(post('hi', { extended_entities: { media } }).media).toEqual([
      {
        kind: 'VIDEO',
        url: 'https://v/best.mp4',
        previewUrl: 'https://pbs.twimg.com/media/a.jpg',
        alt: null,
      },
    ]);
  });

  test.each([
    ['en', 'en'],
    ['in', 'id'],
    ['iw', 'he'],
    ['und', null],
    ['qme', null],
    ['zxx', null],
    [undefined, undefined],
  ])('language %s is %s', (lang, language) => {
    expect(post('hi', { lang }).language).toBe(language);
  });

  test('entities are as listed, null where the record lists none', () => {
    const entities = {
      hashtags: [{ text: 'LeadDev' }],
      symbols: [{ text: 'AAPL' }],
      user_mentions: [{ screen_name: 'Bob', id: '-1', id_str: '-1' }],
      urls: [],
    };
    expect(post('hi', { entities }).entities).toEqual({
      hashtags: ['LeadDev'],
      mentions: ['Bob'],
      cashtags: ['AAPL'],
      urls: [],
    });
    expect(post('hi', { entities: undefined }).entities).toBeNull();
  });

  test('the client is the name inside the link', () => {
    expect(post('hi').client).toBe('Twitter Web App');
    expect(post('hi', { source: 'web' }).client).toBe('web');
    expect(post('hi', { source: '' }).client).toBeNull();
  });
});

describe('raw payloads', () => {
  test('are refused when they are no tweet', () => {
    for (const raw of ['', 'null', '[]', '{}', '{"tweet":{"id_str":"1"}}']) {
      expect(() => parseRaw(raw, account)).toThrow(BadInputError);
    }
  });

  test('of whatever shape never break the mapping', () => {
    const keys = [
      'entities',
      'extended_entities',
      'source',
      'lang',
      'in_reply_to_user_id',
      'retweeted_status',
      'edit_info',
      'favorite_count',
    ];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()),
        fc.string({ unit: 'binary' }),
        (more, text) => {
          const mapped = post(text, more);
          expect(mapped.platformId).toBe(idAt(at));
          expect(parseRaw(String(mapped.raw), account)).toEqual(mapped);
        },
      ),
    );
  });
});

test('a long post is joined to its tweet, and both are kept to be read again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-note-'));
  const whole = `${'A long story about birds &amp; bees. '.repeat(12)}#End https://t.co/zzzzzzzzzz`;
  const lists = {
    hashtags: [{ text: 'End', fromIndex: 1, toIndex: 2 }],
    urls: [{ shortUrl: 'https://t.co/zzzzzzzzzz', expandedUrl: 'https://example.org/long' }],
  };
  const cut = `@bob ${whole.slice(0, 270)}…`;
  const japanese = 'とても長い話。'.repeat(60);
  const tweets = [
    tweet({ at: at + 500, text: cut }),
    tweet({ at: at + 5_018, text: `${japanese.slice(0, 139)}…` }),
    tweet({ at: at + 9_000, text: 'An unrelated one' }),
  ];
  const notes = [
    note(at + 482, whole, lists),
    note(at + 5_000, japanese),
    note(at + 9_000, 'Of a tweet that was deleted'),
  ];
  const path = join(folder, 'a.zip');
  await writeArchive(path, { id: '4242', handle: 'ada', displayName: 'Ada', joinedAt: new Date(0) }, tweets, {
    notes,
  });
  const archive = await openArchive({ path, handle: null, spoolFolder: join(folder, 'spool'), pageSize: 10 });
  const posts: NormalisedPost[] = [];
  for await (const page of archive.pages(null)) posts.push(...page.posts.map((tweet) => archive.read(tweet)));
  expect(archive).toMatchObject({ total: 3, rejectedCount: 0 });
  expect(posts[0]?.text).toMatch(/birds & bees\. #End https:\/\/example\.org\/long$/);
  expect(posts[0]?.entities).toEqual({
    hashtags: ['End'],
    mentions: [],
    cashtags: [],
    urls: ['https://example.org/long'],
  });
  expect(posts[1]?.text).toBe(japanese);
  expect(posts[2]?.text).toBe('An unrelated one');
  for (const read of posts) {
    const raw = String(read.raw);
    expect(parseRaw(raw, archive.account)).toEqual({ ...read, raw });
  }
  expect(JSON.parse(String(posts[0]?.raw))).toHaveProperty('noteTweet.core.text', whole);
  await rm(folder, { recursive: true });
});

test('a post that is withheld somewhere is marked, and keeps its words', () => {
  expect(post('my words', { withheld_in_countries: ['DE'] })).toMatchObject({
    text: 'my words',
    withheld: true,
  });
  expect(post('my words').withheld).toBe(false);
});
