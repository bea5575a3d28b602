import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { withoutDoubles } from '../../../src/ingest/write/doubles.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
let statements = 0;
const counting = postgres(db.url, { max: 1, onnotice: () => {}, debug: () => statements++ });
afterAll(() => counting.end());

const at = Date.UTC(2025, 5, 1, 12);
const account = anAccount();
const repost = (handle: string, text: string): Partial<EnrichedPost> => ({
  kind: 'REPOST',
  repostOf: { handle, postId: null },
  text: `RT @${handle}: ${text}`,
});
const photo = (url: string): Partial<EnrichedPost> => ({
  text: '',
  media: [{ kind: 'PHOTO', url, previewUrl: null, alt: null }],
});
const byAnother = { author: aPost(anAccount()).author };

/** Whether the second post is left out: beside the first in a page, and when the first is stored. */
async function outcomes(first: Partial<EnrichedPost>, second: Partial<EnrichedPost>) {
  const owner = anAccount();
  const one = aPost(account, { createdAt: at, text: 'hello', ...first });
  const two = aPost(account, { createdAt: at, text: 'hello', ...second });
  const fresh = { streamId: await findOrCreateAccount(db.sql, anAccount()), platform: 'X' as const };
  const inPage = await withoutDoubles(db.sql, fresh, [one, two]);
  expect(inPage[0]).toBe(one);
  const { streamId } = await savePosts(db, owner, [enrich({ ...one, entities: null })]);
  const inStore = await withoutDoubles(db.sql, { streamId, platform: 'X' }, [two]);
  return { inPage: inPage.length === 1, inStore: inStore.length === 0 };
}

const both = { inPage: true, inStore: true };
const neither = { inPage: false, inStore: false };

describe('a post under a second id', () => {
  test.each<[string, Partial<EnrichedPost>, Partial<EnrichedPost>]>([
    ['the same words at the same instant', {}, {}],
    ['the same words, cut short', { text: 'hello to everybody' }, { text: 'hello to…' }],
    ['the same words, whole at last', { text: 'hello to…' }, { text: 'hello to everybody' }],
    ['words that Postgres cannot hold as they are', { text: 'a\0b' }, { text: 'a\0b' }],
    ['the same repost', repost('a', 'x'), { ...repost('a', 'x'), repostOf: { handle: 'A', postId: '7' } }],
    ['the same picture without words', photo('https://a/1.jpg'), photo('https://a/1.jpg')],
  ])('is left out: %s', async (_, first, second) => {
    expect(await outcomes(first, second)).toEqual(both);
  });

  test.each<[string, Partial<EnrichedPost>, Partial<EnrichedPost>]>([
    ['other words', {}, { text: 'hello!' }],
    ['a later instant', {}, { createdAt: at + 1 }],
    ['another author', {}, byAnother],
    ['a repost of somebody else', repost('a', 'x'), repost('b', 'x')],
    ['a repost of another post', repost('a', 'x'), repost('a', 'y')],
    ['another picture without words', photo('https://a/1.jpg'), photo('https://a/2.jpg')],
  ])('is no duplicate and stays: %s', async (_, first, second) => {
    expect(await outcomes(first, second)).toEqual(neither);
  });

  test('stays when it is known to be a later version of an edited post', async () => {
    const owner = anAccount();
    const [one, two] = [1, 2].map(() => aPost(owner, { createdAt: at, text: 'x' })) as [
      EnrichedPost,
      EnrichedPost,
    ];
    const { streamId } = await savePosts(db, owner, [one]);
    const versions = new Set([one.platformId, two.platformId]);
    expect(await withoutDoubles(db.sql, { streamId, platform: 'X' }, [two], versions)).toEqual([two]);
  });

  test('stays when that id is stored already', async () => {
    const owner = anAccount();
    const [one, two] = [
      aPost(owner, { createdAt: at, text: 'x' }),
      aPost(owner, { createdAt: at, text: 'x' }),
    ];
    const { streamId } = await savePosts(db, owner, [one, two]);
    expect(await withoutDoubles(db.sql, { streamId, platform: 'X' }, [two, one])).toEqual([two, one]);
    // Even when the page has another instant than the store.
    const moved = aPost(owner, { platformId: two.platformId, createdAt: at, text: 'x' });
    const other = await savePosts(db, anAccount(), [one, aPost(owner, { ...two, createdAt: at - 5_000 })]);
    expect(await withoutDoubles(db.sql, { ...other, platform: 'X' }, [moved])).toEqual([moved]);
  });

  test('is left out for a stored one later in the page', async () => {
    const owner = anAccount();
    const stored = aPost(owner, { createdAt: at, text: 'as first written' });
    const { streamId } = await savePosts(db, owner, [stored]);
    const edited = aPost(owner, { createdAt: at, platformId: stored.platformId, text: 'as it is now' });
    const double = aPost(owner, { createdAt: at, text: 'as it is now' });
    expect(await withoutDoubles(db.sql, { streamId, platform: 'X' }, [double, edited])).toEqual([edited]);
  });

  test('does not count when another stream has the first', async () => {
    const post = aPost(account, { createdAt: at, text: 'elsewhere' });
    await savePosts(db, anAccount(), [post]);
    const streamId = await findOrCreateAccount(db.sql, anAccount());
    const again = aPost(account, { createdAt: at, text: 'elsewhere' });
    expect(await withoutDoubles(db.sql, { streamId, platform: 'X' }, [again])).toEqual([again]);
  });

  test('a post that is delivered twice under one id is no duplicate', async () => {
    const streamId = await findOrCreateAccount(db.sql, anAccount());
    const post = aPost(account);
    expect(await withoutDoubles(db.sql, { streamId, platform: 'X' }, [post, post])).toHaveLength(2);
  });
});

test('a page takes one statement, an empty page none', async () => {
  const streamId = await findOrCreateAccount(db.sql, anAccount());
  const source = { streamId, platform: 'X' as const };
  const posts = Array.from({ length: 100 }, () => aPost(account));
  await withoutDoubles(counting, source, posts);
  statements = 0;
  await withoutDoubles(counting, source, posts);
  expect(statements).toBe(1);
  await withoutDoubles(counting, source, []);
  expect(statements).toBe(1);
});
