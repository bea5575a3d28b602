import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ingest } from '../../../src/streams/ingest.ts';
import { verifyStream } from '../../support/verify.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import type { AccountProfile, Entities, NormalisedPost } from '../../../src/shared/post.ts';
import { anAccount, aPost, observed, plainChat } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

/** Ingests a page of one post. */
async function take(account: AccountProfile, post: NormalisedPost) {
  const streamId = await findOrCreateAccount(db.sql, account);
  const outcome = { inserted: 0, updated: 0 };
  await ingest(db.sql, {
    streamId,
    platform: account.platform,
    provider: 'X_ARCHIVE',
    pages: [{ account, posts: [post], rejected: [], cursor: 'end', total: null }],
    read: (each) => each,
    now: () => observed,
    onWritten: async (_tx, { inserted, updated }) => void Object.assign(outcome, { inserted, updated }),
  });
  return { streamId, ...outcome };
}

const listed = (entities: Partial<Entities>): Pick<NormalisedPost, 'entities'> => ({
  entities: { hashtags: [], mentions: [], cashtags: [], urls: [], ...entities },
});

/** A field of a post from a provider, with a value of the test. */
const fields: Readonly<Record<string, (odd: string) => Partial<NormalisedPost>>> = {
  text: (odd) => ({ text: `odd ${odd} #${odd} @${odd} $${odd}`, entities: null, language: undefined }),
  hashtag: (odd) => listed({ hashtags: [odd, `${odd}\0`] }),
  mention: (odd) => listed({ mentions: [odd] }),
  cashtag: (odd) => listed({ cashtags: [odd] }),
  link: (odd) => listed({ urls: [odd, `https://example.com/${odd}`, `https://${odd}.example.com/`] }),
  language: (odd) => ({ language: odd }),
  client: (odd) => ({ client: odd }),
  answered: (odd) => ({ kind: 'REPLY', replyTo: { postId: null, authorId: null, handle: odd } }),
  reposted: (odd) => ({ kind: 'REPOST', repostOf: { handle: odd, postId: null } }),
  author: (odd) => ({
    author: { platformId: null, handle: odd, displayName: odd, avatarUrl: odd },
  }),
  media: (odd) => ({ media: [{ kind: 'PHOTO', url: odd, previewUrl: odd, alt: odd }] }),
  emote: (odd) => ({ chat: { ...plainChat, emotes: [{ name: odd, imageUrl: odd }], badges: [odd] } }),
};

/** Texts that Postgres or its index refuses. */
const odd = fc.oneof(
  fc.constantFrom('\0', 'a\0b', '\ud800', 'x\udc00y', '\ud83d', 'ends in \ud83d'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  // Too random to be compressed into an index row.
  fc.uint8Array({ minLength: 1_500, maxLength: 8_000 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  fc
    .uint8Array({ minLength: 3_000, maxLength: 6_000 })
    .map((bytes) => `a${Buffer.from(bytes).toString('latin1')}`),
);

describe('a post with something odd in its', () => {
  test.each(Object.keys(fields))('%s is accepted, counted right, and recognised again', async (name) => {
    const account = anAccount();
    await fc.assert(
      fc.asyncProperty(odd, async (text) => {
        const post: NormalisedPost = { ...aPost(account), entities: null, ...fields[name]?.(text) };
        const { streamId, inserted } = await take(account, post);
        expect(inserted).toBe(1);
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
        expect(await take(account, post)).toMatchObject({ inserted: 0, updated: 0 });
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

test.each(['displayName', 'description', 'avatarUrl'] as const)(
  'an account with something odd in its %s is taken',
  async (name) => {
    for (const text of ['a\0b', 'x\ud83d']) {
      const account = anAccount({ [name]: text });
      await take(account, { ...aPost(account), entities: null });
    }
  },
);

test('a text that is longer than any real one is cut, so that its words can be searched', async () => {
  const account = anAccount();
  const text = Array.from({ length: 300_000 }, (_, at) => at.toString(36)).join(' ');
  const { streamId } = await take(account, { ...aPost(account, { text }), entities: null });
  expect(await verifyStream(db.sql, streamId)).toEqual([]);
});

test('terms of up to 140 characters are counted, longer ones left out, and longer names cut', async () => {
  const account = anAccount();
  const post = {
    ...aPost(account),
    ...listed({ hashtags: ['h'.repeat(140), 'h'.repeat(141)] }),
    client: 'c'.repeat(150),
  };
  const { streamId } = await take(account, post);
  const tallies = await db.sql`
    select dimension, value from tally_totals
    where stream_id = ${streamId} and dimension in ('HASHTAG', 'CLIENT') order by dimension`;
  expect(tallies).toEqual([
    { dimension: 'CLIENT', value: 'c'.repeat(140) },
    { dimension: 'HASHTAG', value: 'h'.repeat(140) },
  ]);
});
