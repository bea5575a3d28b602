import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketRange,
  postHref,
  postLink,
  postsHref,
  postsLink,
  streamPosts,
  wordQuery,
} from '../../../../web/src/posts/link.ts';
import {
  type PostsRange,
  parsePostsRange,
  printPostsRange,
  toPostsTimeRange,
} from '../../../../web/src/posts/range.ts';
import {
  allPosts,
  joinList,
  kinds,
  moods,
  type PostsView,
  parsePostsSearch,
  postsView,
  providers,
  sorts,
  splitList,
  weekdayNames,
} from '../../../../web/src/posts/search.ts';
import { parseSearch, stringifySearch } from '../../../../web/src/search-params/address.ts';

const texts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), { maxLength: 4 });
const views: fc.Arbitrary<PostsView> = fc.record({
  q: fc.string({ maxLength: 20, unit: 'grapheme' }).map((text) => text.trim()),
  streams: texts,
  kinds: fc.subarray([...kinds]),
  languages: fc.subarray(['en', 'de', 'ja']),
  mood: fc.constantFrom(...moods, null),
  media: fc.constantFrom(true, false, null),
  minLikes: fc.option(fc.integer({ min: 1, max: 1e9 })),
  range: fc.constantFrom<PostsRange>(
    'all',
    '30d',
    { from: '2026-01-01', to: '2026-02-01' },
    { from: '2026-01-01', to: null },
    { from: null, to: '2026-07-10T14:00:00.000Z' },
  ),
  hashtags: texts,
  mentions: texts,
  authors: texts,
  domains: texts,
  emojis: fc.subarray(['🔥', '👩‍🚒', '🇳🇵']),
  clients: texts,
  hours: fc.uniqueArray(fc.integer({ min: 0, max: 23 })),
  weekdays: fc.subarray([...weekdayNames]),
  providers: fc.subarray([...providers]),
  own: fc.constantFrom(true, false, null),
  sort: fc.constantFrom(...sorts),
  zone: fc.constantFrom('UTC', 'Asia/Kathmandu'),
});

describe('a link to posts', () => {
  it('leads to the view that it was made of', () => {
    fc.assert(
      fc.property(views, (view) => {
        const asked = view.sort === 'RELEVANCE' && view.q === '' ? { ...view, sort: 'NEWEST' } : view;
        const address = postsHref(view);
        expect(postsView(parseSearch(address.slice('/posts'.length)))).toEqual(asked);
      }),
    );
  });

  it('is plain to read', () => {
    expect(
      postsHref({
        ...streamPosts('QWNjb3VudDox', { from: '2026-01-01', to: '2026-02-01' }, 'UTC'),
        hashtags: ['housing'],
        kinds: ['REPLY', 'QUOTE'],
        sort: 'LIKES',
      }),
    ).toBe(
      '/posts?streams=QWNjb3VudDox&kind=reply,quote&range=2026-01-01..2026-02-01&tags=housing&own=yes&sort=likes',
    );
  });

  it('without a filter is the page itself', () => {
    expect(postsLink({})).toEqual({ to: '/posts', search: {} });
    expect(postsHref(allPosts)).toBe('/posts');
  });

  it('to a post holds its platform and id', () => {
    const post = { platform: 'X', platformId: '1849837218345' };
    expect(postHref(post)).toBe('/post/x/1849837218345');
    expect(postLink(post).params).toEqual({ platform: 'x', id: '1849837218345' });
  });
});

describe('an address of posts', () => {
  it('falls back when nothing of it can be read', () => {
    const raw = {
      kind: 'tweet',
      mood: 'sad',
      media: '1',
      minLikes: '-3',
      range: 'x..y',
      hours: '24,a',
      sort: 'best',
      own: 'maybe',
      lang: 'EN!',
      days: 'someday',
      zone: '??',
      at: 'now',
      post: 'x',
    };
    expect(parsePostsSearch(raw)).toEqual({});
  });

  it('stays the same when it is read again', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('q', 'kind', 'tags', 'range', 'hours', 'clients'), fc.string()),
        (raw) => {
          const once = parsePostsSearch(raw);
          expect(parsePostsSearch(parseSearch(stringifySearch(once)))).toEqual(once);
        },
      ),
    );
  });

  it('sorts by relevance with a search only', () => {
    expect(postsView({ sort: 'relevance' }).sort).toBe('NEWEST');
    expect(postsView({ sort: 'relevance', q: 'fire' }).sort).toBe('RELEVANCE');
  });
});

describe('a list in an address', () => {
  it('is split into what it was joined of, commas and all', () => {
    fc.assert(fc.property(texts, (items) => void expect(splitList(joinList(items))).toEqual(items)));
    expect(joinList(['Foo, Inc.', 'b\\c'])).toBe('Foo\\, Inc.,b\\\\c');
  });
});

describe('a range of posts', () => {
  it.each([
    '7d',
    '2026-01-01..2026-02-01',
    '2026-03-01..',
    '..2026-03-01',
    '2026-07-10T14:00Z..2026-07-10T15:00Z',
    '2026-07-10T14:00:01Z..',
  ])('%s is printed as it was read', (text) =>
    expect(printPostsRange(parsePostsRange(text) ?? 'all')).toBe(text),
  );

  it.each([
    '',
    '..',
    'x..2026-01-01',
    '2026-01-01..x',
    '2026-02-01..2026-01-01',
    '2026-07-10T14:00Z..2026-07-10T14:00Z',
    '1..2..3',
  ])('%j is none', (text) => expect(parsePostsRange(text)).toBeNull());

  it('of a bucket is written in days when it is made of days of the zone', () => {
    expect(bucketRange('2026-07-09T18:15:00Z', '2026-07-10T18:15:00Z', 'Asia/Kathmandu')).toEqual({
      from: '2026-07-10',
      to: '2026-07-11',
    });
    expect(
      printPostsRange(bucketRange('2026-07-10T14:00:00Z', '2026-07-10T15:00:00Z', 'Asia/Kathmandu')),
    ).toBe('2026-07-10T14:00Z..2026-07-10T15:00Z');
  });

  it('is asked of the API from the beginning of its days in the zone', () => {
    expect(toPostsTimeRange({ from: '2026-07-10', to: null }, 'Asia/Kathmandu', 0)).toEqual({
      from: '2026-07-09T18:15:00.000Z',
    });
    expect(toPostsTimeRange('all', 'UTC', 0)).toBeNull();
  });
});

describe('the query of a word', () => {
  it('means the word alone', () => {
    expect(wordQuery('rent')).toBe('rent');
    expect(wordQuery("mayor's")).toBe('"mayor\'s"');
    expect(wordQuery('OR')).toBe('"OR"');
    expect(wordQuery('-x')).toBe('"-x"');
  });
});
