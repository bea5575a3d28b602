import { describe, expect, test } from 'vitest';
import { enrich } from '../../../../src/ingest/enrich/enrich.ts';
import { readPosts } from '../../../../src/providers/x-api/answer.ts';
import { deliver } from '../../../../src/providers/x-api/posts.ts';
import { parseRaw } from '../../../../src/providers/x-api/raw.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';
import { type AccountProfile, type NormalisedPost, unknownMetrics } from '../../../../src/shared/post.ts';

const observedAt = Date.UTC(2026, 10, 21);
const account: AccountProfile = {
  platform: 'X',
  platformId: '4242',
  handle: 'ada',
  displayName: 'Ada',
  description: null,
  avatarUrl: 'https://pbs.twimg.com/ada.jpg',
  verified: null,
  protected: null,
  joinedAt: null,
  followers: null,
  following: null,
  reportedPosts: null,
  observedAt,
};
const ada = { id: '4242', username: 'ada', name: 'Ada' };
const bob = {
  id: '77',
  username: 'bob',
  name: 'Bob &amp; Bea',
  profile_image_url: 'https://pbs.twimg.com/bob.jpg',
};
const createdAt = '2026-11-20T10:00:00.000Z';
const tweet = { id: '1859000000000000000', author_id: '4242', created_at: createdAt };

/** The posts of an answer, for the timeline of the account or, without one, for a search. */
function read(body: object, of: AccountProfile | null = account) {
  const how = { owner: { account: of, writesUnsigned: of !== null }, observedAt, isWanted: () => true };
  return deliver(readPosts(body as Record<string, unknown>), how);
}

function one(post: object, includes: object = {}): NormalisedPost {
  const body = { data: [{ ...tweet, ...post }], includes: { users: [ada, bob], ...includes } };
  const [only] = read(body).posts;
  if (only === undefined) throw new Error('no post');
  return only;
}

const link = (url: string, expanded_url: string, start: number, more: object = {}) => ({
  start,
  end: start + url.length,
  url,
  expanded_url,
  display_url: expanded_url.slice(8, 20),
  ...more,
});

describe('text', () => {
  test('is unescaped once, after links were cut out by code points', () => {
    const urls = [link('https://t.co/aaaaaaaaaa', 'https://example.org/?a=1', 15)];
    const post = one({ text: '👋 a &amp;lt; b https://t.co/aaaaaaaaaa 1 &lt; 2', entities: { urls } });
    expect(post.text).toBe('👋 a &lt; b https://example.org/?a=1 1 < 2');
    expect(post.entities?.urls).toEqual(['https://example.org/?a=1']);
  });

  test('is without links to its own pictures, with those to others', () => {
    const urls = [
      link('https://t.co/a', 'https://twitter.com/x/status/1/photo/1', 2, {
        display_url: 'twitter.com/x/status/1/p…',
      }),
      link('https://t.co/b', 'https://twitter.com/ada/status/2/photo/1', 17, {
        display_url: 'pic.twitter.com/b',
      }),
      link('https://t.co/c', 'https://x.com/ada/status/2/video/1', 32, { media_key: '7_1' }),
    ];
    const post = one({ text: 'a https://t.co/a https://t.co/b https://t.co/c', entities: { urls } });
    expect(post.text).toBe('a https://twitter.com/x/status/1/photo/1');
    expect(post.entities?.urls).toEqual(['https://twitter.com/x/status/1/photo/1']);
  });

  test.each(['note_tweet', 'note_post'])('of a long post is whole, from %s', (name) => {
    const end = 'the end https://t.co/aaaaaaaaaa #tag';
    const note = {
      text: `${'x'.repeat(24_960)} ${end}`,
      entities: {
        hashtags: [{ start: 1, end: 2, tag: 'tag' }],
        urls: [link('https://t.co/aaaaaaaaaa', 'https://example.org/', 24_969)],
      },
    };
    const post = one({ text: 'xxx…', [name]: note, entities: { hashtags: [{ tag: 'cut' }] } });
    expect(post.text).toBe(`${'x'.repeat(24_960)} the end https://example.org/ #tag`);
    expect(post.entities).toEqual({
      hashtags: ['tag'],
      mentions: [],
      cashtags: [],
      urls: ['https://example.org/'],
    });
  });
});

describe('a repost', () => {
  const references = [{ type: 'retweeted', id: '5' }];
  const original = {
    id: '5',
    author_id: '77',
    created_at: createdAt,
    text: 'the &gt; whole https://t.co/a #tag',
    entities: {
      hashtags: [{ tag: 'tag' }],
      mentions: [{ username: 'eve' }],
      urls: [link('https://t.co/a', 'https://example.org/', 13)],
    },
    attachments: { media_keys: ['3_1'] },
  };
  const photo = {
    media_key: '3_1',
    type: 'photo',
    url: 'https://pbs.twimg.com/p.jpg',
    alt_text: 'a &amp; b',
  };
  const cut = {
    text: 'RT @bob: the &gt; wh…',
    referenced_tweets: references,
    in_reply_to_user_id: '77',
    public_metrics: { like_count: 0, reply_count: 0, quote_count: 0, retweet_count: 900 },
  };

  test('has the whole text, the entities and the pictures of the original', () => {
    const post = one(cut, { tweets: [original], media: [photo] });
    expect(post).toMatchObject({
      kind: 'REPOST',
      own: true,
      text: 'RT @bob: the > whole https://example.org/ #tag',
      entities: { hashtags: ['tag'], mentions: ['bob', 'eve'], urls: ['https://example.org/'] },
      media: [{ kind: 'PHOTO', url: 'https://pbs.twimg.com/p.jpg', previewUrl: null, alt: 'a & b' }],
      repostOf: { handle: 'bob', postId: '5' },
      replyTo: null,
      metrics: unknownMetrics,
    });
  });

  test('has the cut text where the original is gone', () => {
    expect(one(cut)).toMatchObject({
      text: 'RT @bob: the > wh…',
      repostOf: { handle: 'bob', postId: '5' },
      entities: null,
    });
  });

  test.each(['no mark', `RT @${'a'.repeat(24)}: cut tex…`])('of nobody knows whom is one: %s', (text) => {
    const post = one({ ...cut, text });
    expect(post).toMatchObject({ kind: 'REPOST', text, repostOf: null, metrics: unknownMetrics });
    expect(enrich(post).words).toEqual([]);
  });
});

describe('kinds', () => {
  const quoted = { type: 'quoted', id: '8' };
  const answered = { type: 'replied_to', id: '9' };

  test.each([
    ['ORIGINAL', {}, null, null],
    ['QUOTE', { referenced_tweets: [quoted] }, null, '8'],
    [
      'REPLY',
      { referenced_posts: [quoted, answered], in_reply_to_user_id: '77' },
      { postId: '9', authorId: '77', handle: 'bob' },
      '8',
    ],
    ['REPLY', { in_reply_to_user_id: '1' }, { postId: null, authorId: '1', handle: null }, null],
    ['REPLY', { in_reply_to_user_id: '4242' }, { postId: null, authorId: '4242', handle: 'ada' }, null],
    [
      'REPLY',
      { in_reply_to_user_id: '1', entities: { mentions: [{ username: 'eve', id: '1' }] } },
      { postId: null, authorId: '1', handle: 'eve' },
      null,
    ],
  ])('%s', (kind, more, replyTo, quoteOf) => {
    expect(one({ text: 'x', ...more })).toMatchObject({ kind, replyTo, quoteOf });
  });
});

test.each([
  ['en', 'en'],
  ['in', 'id'],
  ['und', null],
  ['qme', null],
  [undefined, undefined],
])('the language %s is %s', (lang, language) => {
  expect(one({ text: 'x', lang }).language).toBe(language);
});

test('missing metrics are unknown, not zero', () => {
  const public_metrics = { like_count: 1, reply_count: 2, quote_count: 3, repost_count: 4 };
  expect(one({ text: 'x', public_metrics }).metrics).toEqual({
    likes: 1,
    reposts: 4,
    replies: 2,
    quotes: 3,
    bookmarks: null,
    impressions: null,
  });
  expect(one({ text: 'x' }).metrics).toEqual(unknownMetrics);
});

test('a GIF is its video, and a video without an address is its still', () => {
  const media = [
    {
      media_key: '16_1',
      type: 'animated_gif',
      preview_image_url: 'https://pbs.twimg.com/g.jpg',
      variants: [{ bit_rate: 0, content_type: 'video/mp4', url: 'https://video.twimg.com/g.mp4' }],
    },
    { media_key: '7_1', type: 'video', preview_image_url: 'https://pbs.twimg.com/v.jpg' },
    { media_key: '3_1', type: 'photo' },
  ];
  const post = one({ text: 'x', attachments: { media_keys: ['16_1', '7_1', '3_1', 'unknown'] } }, { media });
  expect(post.media).toEqual([
    {
      kind: 'GIF',
      url: 'https://video.twimg.com/g.mp4',
      previewUrl: 'https://pbs.twimg.com/g.jpg',
      alt: null,
    },
    { kind: 'VIDEO', url: 'https://pbs.twimg.com/v.jpg', previewUrl: null, alt: null },
  ]);
});

test('a post without a date was made when its id was', () => {
  const [post] = read({ data: [{ id: '1577730467436138524', text: 'x' }] }).posts;
  expect(new Date(post?.createdAt ?? 0).toISOString()).toBe('2022-10-05T18:40:30.908Z');
});

describe('a payload', () => {
  test('holds the post and no more than it takes to read it', () => {
    const answered = { ...tweet, id: '7', text: 'y', referenced_tweets: [{ type: 'replied_to', id: '6' }] };
    const post = one(
      { ...answered, in_reply_to_user_id: '77' },
      { tweets: [{ ...tweet, id: '6', text: 'x' }] },
    );
    expect(JSON.parse(String(post.raw))).toEqual({
      observed_ms: observedAt,
      data: [{ ...answered, in_reply_to_user_id: '77' }],
      includes: { users: [ada, bob], tweets: [], media: [] },
    });
  });

  test('of a search is its own, of an account only that of its author', () => {
    const body = { data: [{ ...tweet, author_id: '77', text: 'x' }], includes: { users: [bob] } };
    const [found] = read(body, null).posts;
    expect(found).toMatchObject({
      own: true,
      author: {
        platformId: '77',
        handle: 'bob',
        displayName: 'Bob & Bea',
        avatarUrl: 'https://pbs.twimg.com/bob.jpg',
      },
    });
    expect(parseRaw(String(found?.raw), null)).toEqual(found);
    expect(parseRaw(String(found?.raw), account)).toEqual({ ...found, own: false });
  });

  test.each(['', '[]', '{}', '{"observed_ms":1,"data":[]}', '{"observed_ms":1,"data":[{"id":"x"}]}'])(
    'that is none is bad input: %s',
    (raw) => {
      expect(() => parseRaw(raw, account)).toThrow(BadInputError);
    },
  );
});

test('a post that is withheld somewhere is marked', () => {
  const withheld = { copyright: false, country_codes: ['DE'] };
  expect(one({ text: 'my words', withheld }).withheld).toBe(true);
  expect(one({ text: 'my words' }).withheld).toBeUndefined();
});
