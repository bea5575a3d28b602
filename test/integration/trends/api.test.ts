import { describe, expect, test } from 'vitest';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { measureBurst } from '../../../src/trends/trending/measure.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = testNow.getTime();

/** Posts of a tag at the given instants, by the given authors in turn. */
const posts = (tag: string, instants: readonly number[], authors: number, more: object = {}) =>
  instants.map((createdAt, at) =>
    aPost(account, {
      createdAt,
      hashtags: [tag],
      author: {
        platformId: `${tag}${at % authors}`,
        handle: `${tag}${at % authors}`,
        displayName: 'x',
        avatarUrl: null,
      },
      ...more,
    }),
  );
const times = (count: number, end: number, spreadMs: number) =>
  Array.from({ length: count }, (_, at) => end - 1 - Math.floor((at / count) * spreadMs));
const account = anAccount();

// A hashtag that is always large, noise, a flood by one author, and a burst.
const month = Array.from({ length: 29 * 24 }, (_, hour) => hour).flatMap((hour) =>
  times(3, now - hour * hourMs, hourMs),
);
const { streamId } = await savePosts(db, account, [
  ...posts('giant', month, 50),
  ...posts('giant', times(12, now, hourMs), 12),
  ...posts('noise', times(2, now, hourMs), 2),
  ...posts('noise', times(3, now - hourMs, hourMs), 3),
  ...posts('flood', times(40, now, hourMs), 1),
  ...posts('burst', times(11, now, hourMs), 11, { mentions: ['ada'], words: ['eclipse'] }),
  ...posts('burst', times(1, now - 3 * dayMs, 1), 1),
]);
const id = encodeGlobalId('Account', String(streamId));

const window = `from to window totalCount hashtags {
  rank previousRank hashtag { tag } count authors expected burst recent(windows: 3) }`;
type Item = { readonly hashtag: { readonly tag: string }; readonly count: number; readonly burst: number };

async function trending(args: string) {
  const { data, errors } = await ask(app, `{ trendingHashtags${args} { ${window} } }`);
  expect(errors).toBeUndefined();
  return data.trendingHashtags;
}
const tagsOf = ({ hashtags }: { readonly hashtags: readonly Item[] }) =>
  hashtags.map(({ hashtag }) => hashtag.tag);

describe('trendingHashtags', () => {
  test('has those with most posts first, with their authors, ranks before and last windows', async () => {
    const found = await trending('');
    expect(found).toMatchObject({
      from: '2026-06-15T11:00:00.000Z',
      to: testNow.toISOString(),
      window: 'PT1H',
      totalCount: 4,
    });
    expect(tagsOf(found)).toEqual(['flood', 'giant', 'burst', 'noise']);
    expect(found.hashtags[0]).toMatchObject({
      rank: 1,
      count: 40,
      authors: 1,
      previousRank: null,
      recent: [0, 0, 40],
    });
    expect(found.hashtags[3]).toMatchObject({ rank: 4, count: 2, previousRank: 2, recent: [0, 3, 2] });
  });

  test('by burst has the planted burst first, and neither the steady giant nor the flood by one author', async () => {
    const found = await trending('(orderBy: BURST)');
    expect(tagsOf(found)[0]).toBe('burst');
    expect(tagsOf(found)).not.toContain('flood');
    const [first] = found.hashtags;
    expect(first).toMatchObject({ rank: 1, count: 11, authors: 11, previousRank: null });
    expect(first.burst).toBeGreaterThan(3);
    expect(first.expected).toBeLessThan(0.2);
    const giant = (await trending('')).hashtags.find(({ hashtag }: Item) => hashtag.tag === 'giant');
    expect(giant.burst).toBeLessThan(first.burst);
    expect(giant.expected).toBeGreaterThan(2);
  });

  test('ends at the given instant, between two posts of the same second', async () => {
    const at = now - 10 * dayMs + 250;
    await savePosts(db, account, posts('split', [at, at + 1, at + 500], 3));
    const count = async (end: number) =>
      (await trending(`(window: "PT1M", endingAt: "${new Date(end).toISOString()}")`)).hashtags.find(
        ({ hashtag }: Item) => hashtag.tag === 'split',
      )?.count ?? 0;
    expect(await count(at)).toBe(0);
    expect(await count(at + 1)).toBe(1);
    expect(await count(at + 500)).toBe(2);
    expect(await count(at + 501)).toBe(3);
    expect(await count(at + 60_000)).toBe(3);
    expect(await count(at + 60_001)).toBe(2);
  });

  test('looks within streams, where each post counts once', async () => {
    const topic = await findOrCreateTopic(db.sql, 'burst');
    const shared = posts('both', times(4, now - 20 * dayMs, hourMs), 4);
    const end = new Date(now - 20 * dayMs).toISOString();
    await savePosts(db, account, shared);
    const source = { streamId: topic, platform: 'X', provider: 'X_API' } as const;
    await writeBatch(db.sql, source, { account: null, posts: shared, read: asGiven, collectedAt: observed });
    const topicId = encodeGlobalId('Topic', String(topic));
    const args = (streams: string) => `(endingAt: "${end}", streams: [${streams}])`;
    for (const streams of [`"${topicId}"`, `"${topicId}", "${id}"`, `"${topicId}", "${topicId}"`]) {
      const found = await trending(args(streams));
      expect(found.hashtags.find(({ hashtag }: Item) => hashtag.tag === 'both')).toMatchObject({
        count: 4,
        authors: 4,
      });
    }
    expect((await trending(args(`"${topicId}"`))).totalCount).toBe(1);
    expect(
      (await trending(`(endingAt: "${end}")`)).hashtags.find(({ hashtag }: Item) => hashtag.tag === 'both')
        .count,
    ).toBe(4);
  });

  test('a post of which only the day is known is in windows that hold the first instant of it', async () => {
    const day = Date.UTC(2026, 4, 3);
    await savePosts(db, account, posts('someday', [day], 1, { hourUnknown: true }));
    const count = async (end: number) =>
      tagsOf(await trending(`(endingAt: "${new Date(end).toISOString()}")`)).includes('someday');
    expect([
      await count(day),
      await count(day + 1),
      await count(day + hourMs),
      await count(day + hourMs + 1),
    ]).toEqual([false, true, true, false]);
  });

  test.each([
    { args: '(window: "PT0S")', message: 'Invalid window: PT0S asked, PT1M to P90D allowed' },
    { args: '(window: "PT59.999S")', message: /^Invalid window/ },
    { args: '(window: "-PT1H")', message: /^Negative duration/ },
    { args: '(window: "P36525D")', message: /^Invalid window: P36525D asked/ },
    { args: '(window: "P100Y")', message: /^No fixed length/ },
    { args: '(first: 0)', message: /^Invalid first/ },
    { args: '(first: 201)', message: /^Invalid first/ },
    { args: '(streams: [])', message: 'Invalid streams: 0 asked, 1 to 50 allowed' },
    { args: '(streams: ["Sm9iOjE="])', message: /^Not the id of a stream/ },
    { args: '(endingAt: "1969-12-31T23:59:59Z")', message: /^Invalid endingAt/ },
    { args: '(endingAt: "2100-01-01T00:00:00Z")', message: /^Invalid endingAt/ },
  ])('refuses $args', async ({ args, message }) => {
    const { errors } = await ask(app, `{ trendingHashtags${args} { totalCount } }`);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
    expect(errors?.[0]?.message).toMatch(message);
  });

  test('refuses streams that are none, and windows beyond 400 days', async () => {
    const gone = encodeGlobalId('Account', '999999');
    const one = await ask(app, `{ trendingHashtags(streams: ["${gone}"]) { totalCount } }`);
    expect(one.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    for (const windows of [0, 31, 5]) {
      const many = await ask(
        app,
        `{ trendingHashtags(window: "P90D") { hashtags { recent(windows: ${windows}) } } }`,
      );
      expect(many.errors?.[0]?.extensions.code).toBe('BAD_INPUT');
    }
  });
});

describe('trendingTerms', () => {
  test.each([
    { kind: 'MENTION', term: 'ada' },
    { kind: 'WORD', term: 'eclipse' },
    { kind: 'HASHTAG', term: 'burst' },
  ])('of the kind $kind are ranked alike', async ({ kind, term }) => {
    const { data, errors } = await ask(
      app,
      `{ trendingTerms(kind: ${kind}, orderBy: BURST, first: 1) { kind terms { term rank count authors burst previousRank recent } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.trendingTerms.kind).toBe(kind);
    expect(data.trendingTerms.terms).toMatchObject([
      { term, rank: 1, count: 11, authors: 11, previousRank: null, recent: [0, 0, 0, 0, 0, 11] },
    ]);
  });
});

describe('what an alert measures', () => {
  test('is what is trending says of the hashtag, and zeros of one that nobody uses', async () => {
    const { hashtags } = await trending('');
    const asked = { from: now - hourMs, to: now, streams: null };
    for (const { hashtag, count, authors, burst } of hashtags)
      expect(await measureBurst(db, { tag: hashtag.tag, ...asked })).toEqual({
        posts: count,
        authors,
        score: burst,
      });
    const nobody = await measureBurst(db, { tag: 'nobody', ...asked });
    expect(nobody).toMatchObject({ posts: 0, authors: 0 });
    expect(nobody.score).toBeLessThanOrEqual(0);
  });
});

describe('trendingStatus', () => {
  test('has hashtags, buckets, the newest post and what is not folded', async () => {
    const { data } = await ask(
      app,
      '{ trendingStatus { window hashtags buckets newestPostAt foldedFrom unfoldedHours } }',
    );
    expect(data.trendingStatus).toMatchObject({
      window: 'PT1H',
      hashtags: 4,
      newestPostAt: new Date(now - 1).toISOString(),
    });
  });
});
