import { describe, expect, test } from 'vitest';
import { parseRaw } from '../../../../src/providers/x-scraper/raw.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../../../src/shared/post.ts';
import { type FakePost, type FakeWorld, resultObject } from '../../../support/x-web-objects.ts';

const at = Date.UTC(2026, 7, 9, 10, 11, 12);
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
const users = [
  { id: '4242', handle: 'ada', name: 'Ada &lt;3' },
  { id: '77', handle: 'bob' },
];
const written = (post: Partial<FakePost>): FakePost => ({
  id: '2083305234688803178',
  userId: '4242',
  text: 'hello',
  at,
  ...post,
});

describe.each(['2024', '2026'] as const)('the shape of %s', (shape) => {
  const world = (posts: readonly FakePost[]): FakeWorld => ({ shape, users, posts });
  const read = (post: Partial<FakePost>, others: readonly FakePost[] = []): NormalisedPost => {
    const whole = written(post);
    return parseRaw(JSON.stringify(resultObject(world([whole, ...others]), whole)), account);
  };

  test('a plain post has everything that X sends', () => {
    const post = written({ likes: 5, reposts: 4, replies: 3, quotes: 2, bookmarks: 1, views: 9_876_543_210 });
    const raw = JSON.stringify(resultObject(world([post]), post));
    expect(parseRaw(raw, account)).toEqual({
      platformId: '2083305234688803178',
      author: {
        platformId: '4242',
        handle: 'ada',
        displayName: 'Ada &lt;3',
        avatarUrl: 'https://pbs.twimg.com/profile_images/4242/a_normal.jpg',
      },
      own: true,
      kind: 'ORIGINAL',
      text: 'hello',
      createdAt: at,
      language: 'en',
      metrics: { likes: 5, reposts: 4, replies: 3, quotes: 2, bookmarks: 1, impressions: 9_876_543_210 },
      observedAt: account.observedAt,
      entities: { hashtags: [], mentions: [], cashtags: [], urls: [] },
      media: [],
      replyTo: null,
      repostOf: null,
      quoteOf: null,
      client: 'X Web App',
      chat: null,
      raw,
    });
  });

  test('views that X does not show are unknown, not none', () => {
    expect(read({}).metrics.impressions).toBeNull();
    expect(read({ views: 0 }).metrics.impressions).toBe(0);
  });

  test('links are expanded, its own media left out, by code points', () => {
    const urls = [{ url: 'https://t.co/abc', expanded: 'https://example.org/?a=1&b=2' }];
    const photos = [1, 2].map((n) => ({
      url: 'https://t.co/pic',
      image: `https://pbs.twimg.com/media/${n}.jpg`,
    }));
    const text = '👋 <a> & https://t.co/abc #tag @bob https://t.co/pic';
    const post = read({ text, urls, photos, hashtags: ['tag'] });
    expect(post.text).toBe('👋 <a> & https://example.org/?a=1&b=2 #tag @bob');
    expect(post.media.map(({ url }) => url)).toEqual(photos.map(({ image }) => image));
    expect(post.entities).toEqual({
      hashtags: ['tag'],
      mentions: ['bob'],
      cashtags: [],
      urls: ['https://example.org/?a=1&b=2'],
    });
  });

  test('a long post is whole, and was never escaped', () => {
    const text = `${'🎈 words '.repeat(40)}&amp; <b> https://t.co/abc #end`;
    const urls = [{ url: 'https://t.co/abc', expanded: 'https://example.org/' }];
    const post = read({ text, urls, hashtags: ['end'] });
    expect(post.text).toBe(text.replace('https://t.co/abc', 'https://example.org/'));
    expect(post.entities?.hashtags).toEqual(['end']);
  });

  test('a reply has the user whom it answers', () => {
    const parent = written({ id: '7', userId: '77', at });
    expect(read({ replyTo: '7' }, [parent])).toMatchObject({
      kind: 'REPLY',
      replyTo: { postId: '7', authorId: '77', handle: 'bob' },
    });
    expect(read({ replyTo: '8' }).replyTo).toEqual({ postId: '8', authorId: null, handle: null });
  });

  test('a quote has the post that it quotes, even when that is gone', () => {
    const quoted = written({ id: '7', userId: '77' });
    expect(read({ quoteOf: '7' }, [quoted])).toMatchObject({ kind: 'QUOTE', quoteOf: '7' });
    expect(read({ legacy: { is_quote_status: true } })).toMatchObject({ kind: 'QUOTE', quoteOf: null });
    const onlyInside = read({ quoteOf: '7', legacy: { quoted_status_id_str: undefined } }, [quoted]);
    expect(onlyInside.quoteOf).toBe('7');
  });

  test('a repost is the original in whole, without figures', () => {
    const text = `${'long '.repeat(70)}end`;
    const original = written({
      id: '7',
      userId: '77',
      text,
      lang: 'de',
      likes: 900,
      reposts: 31,
      quoteOf: '6',
    });
    const post = read({ repostOf: '7', text: '' }, [original]);
    expect(post).toMatchObject({
      kind: 'REPOST',
      author: { handle: 'ada' },
      text: `RT @bob: ${text}`,
      language: 'de',
      repostOf: { handle: 'bob', postId: '7' },
      quoteOf: null,
      replyTo: null,
      metrics: {
        likes: null,
        reposts: null,
        replies: null,
        quotes: null,
        bookmarks: null,
        impressions: null,
      },
    });
    expect(post.entities?.mentions).toEqual(['bob']);
  });

  test('a post of limited visibility is one like others', () => {
    expect(read({ limited: true, likes: 3 })).toMatchObject({ text: 'hello', metrics: { likes: 3 } });
  });

  test('codes that are not languages are left out', () => {
    expect(['und', 'qme', 'iw', 'zh-cn'].map((lang) => read({ lang }).language)).toEqual([
      null,
      null,
      'he',
      'zh',
    ]);
  });

  test.each([
    ['legacy.full_text', { full_text: undefined }],
    ['legacy.created_at', { created_at: 'yesterday' }],
    ['legacy.favorite_count', { favorite_count: '3' }],
    ['legacy.quote_count', { quote_count: -1 }],
    ['legacy.bookmark_count', { bookmark_count: null }],
  ])('a bad %s is named', (path, legacy) => {
    const attempt = () => read({ legacy });
    expect(attempt).toThrow(BadInputError);
    expect(attempt).toThrow(path);
  });

  test('whether a post is own depends on the account', () => {
    const post = written({ userId: '77' });
    const raw = JSON.stringify(resultObject(world([post]), post));
    expect(parseRaw(raw, account).own).toBe(false);
    expect(parseRaw(raw, { ...account, platformId: '77' }).own).toBe(true);
    expect(parseRaw(raw, null).own).toBe(true);
  });
});

test('something that is not a result is refused', () => {
  for (const raw of ['', '[]', '{}', '{"__typename":"TweetTombstone"}', '{"rest_id":"7"}']) {
    expect(() => parseRaw(raw, account), raw).toThrow(BadInputError);
  }
});
