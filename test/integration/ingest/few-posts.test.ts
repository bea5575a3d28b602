import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fewPosts } from '../../../src/ingest/write/few-posts.ts';
import type { EnrichedPost, Platform } from '../../../src/shared/post.ts';
import { findOrCreateAccount, findOrCreateTopic } from '../../../src/streams/create.ts';
import { anAccount, aPost, asGiven, observed, plainChat, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const account = anAccount();

const words = fc.string({
  unit: fc.constantFrom(...'abcDE12 .:/_-’é語한я', '🎉', ' the ', '\\', "'", '"', '{', ',', '\t', '\n', 'İ'),
  maxLength: 80,
});
const list = fc.uniqueArray(words, { maxLength: 4 });
const figure = fc.option(fc.integer({ min: 0, max: 10 ** 13 }));
const name = fc.option(words);
const ids = { X: fc.integer({ min: 1, max: 2 ** 40 }).map(String), TWITCH: fc.uuid() };

/** Posts with a value in every column. */
const somePost = (id: fc.Arbitrary<string | null>) =>
  fc.record({
    text: fc.oneof(
      words,
      words.map((some) => `${some} `.repeat(300)),
    ),
    createdAt: fc.integer({ min: Date.UTC(2007, 0, 1), max: Date.UTC(2030, 0, 1) }),
    hourUnknown: fc.boolean(),
    language: fc.constantFrom('en', 'tr', null),
    metrics: fc.record({
      likes: figure,
      reposts: figure,
      replies: figure,
      quotes: figure,
      bookmarks: figure,
      impressions: figure,
    }),
    observedAt: fc.integer({ min: observed, max: observed + 10 ** 9 }),
    kind: fc.constantFrom('ORIGINAL', 'REPLY', 'REPOST', 'QUOTE', 'MESSAGE'),
    own: fc.boolean(),
    media: fc.array(
      fc.record({ kind: fc.constant('PHOTO' as const), url: words, previewUrl: name, alt: name }),
      { maxLength: 2 },
    ),
    replyTo: fc.option(fc.record({ postId: id, authorId: id, handle: name })),
    repostOf: fc.option(fc.record({ handle: words, postId: id })),
    quoteOf: id,
    client: name,
    chat: fc.option(
      fc
        .record({
          emotes: fc.array(fc.record({ name: words, imageUrl: words }), { maxLength: 2 }),
          badges: list,
          bits: fc.nat(1_000),
          isFirst: fc.option(fc.boolean()),
          isReturning: fc.option(fc.boolean()),
        })
        .map((chat) => ({ ...plainChat, ...chat })),
    ),
    hashtags: list,
    mentions: list,
    cashtags: list,
    urls: list,
    domains: list,
    emoji: list,
    words: list,
    sentiment: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
  });

test.each(['X', 'TWITCH'] as const)('a few posts of %s are written as many are', async (platform) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(somePost(fc.option(ids[platform])), { minLength: 1, maxLength: 5 }),
      async (some) => {
        const posts = some.map((post) => aPost(account, { ...post, ...idOn(platform) }));
        const others = Array.from({ length: fewPosts }, () => aPost(account, idOn(platform)));
        const [few, many] = [await write(platform, posts), await write(platform, [...posts, ...others])];
        expect(few).toHaveLength(posts.length);
        expect(many).toEqual(expect.arrayContaining(few as unknown[]));
      },
    ),
    { numRuns: 25 },
  );
});

const idOn = (platform: Platform) => (platform === 'X' ? {} : { platformId: randomUUID() });

/**
 * The rows of a new stream whose posts were written as one batch, with their terms. The registry decides whether a row
 * counts.
 */
async function write(platform: Platform, posts: readonly EnrichedPost[]) {
  const streamId =
    platform === 'X'
      ? await findOrCreateTopic(db.sql, randomUUID())
      : await findOrCreateAccount(db.sql, anAccount({ platform }));
  const source = { streamId, platform, provider: 'SYNTHETIC' as const };
  await writeBatch(db.sql, source, { account: null, posts, read: asGiven, collectedAt: observed });
  return db.sql`
    select to_jsonb(p) - 'stream_id' - 'stands' as post, p.search::text, p.media::text, p.emotes::text,
      (select array_agg(row(t.term, t.created_at, t.author_id)::text order by t.term) from post_terms t
        where t.stream_id = p.stream_id and t.post_id = p.post_id) as terms
    from posts p where p.stream_id = ${streamId} order by p.post_id`;
}
