import { expect, test } from 'vitest';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

let statements = 0;
const db = await openStore({ onStatement: () => statements++ });
const app = openApp(db);

const hour = 3_600_000;
const someone = anAccount();
const repost = (of: string | null): Partial<EnrichedPost> => ({
  kind: 'REPOST',
  repostOf: { handle: someone.handle, postId: of },
});
const quote = (of: string | null): Partial<EnrichedPost> => ({ kind: 'QUOTE', quoteOf: of });

/** The references of a post to the posts that it quotes and reposts. */
async function passedOn({ platformId }: EnrichedPost) {
  const { data, errors } = await ask(
    app,
    `query ($id: String!) { post(platformId: $id) {
      quoted { text stream { title } } reposted { text stream { title } } } }`,
    { id: platformId },
  );
  expect(errors).toBeUndefined();
  return data.post;
}

test('a post of another stream is found for its quotes and reposts', async () => {
  const original = aPost(someone, { text: 'the original' });
  await savePosts(db, someone, [original]);
  const account = anAccount();
  const posts = [aPost(account, quote(original.platformId)), aPost(account, repost(original.platformId))];
  await savePosts(db, account, posts);
  const found = { text: 'the original', stream: { title: `@${someone.handle}` } };
  expect(await passedOn(posts[0] as EnrichedPost)).toEqual({ quoted: found, reposted: null });
  expect(await passedOn(posts[1] as EnrichedPost)).toEqual({ quoted: null, reposted: found });
});

test("when several streams have the post, the stream's own comes first", async () => {
  const original = aPost(someone, { text: 'in three streams' });
  await savePosts(db, someone, [original]);
  const topics = await Promise.all(['one', 'two'].map((query) => findOrCreateTopic(db.sql, query)));
  const reposts = topics.map(() => aPost(anAccount(), repost(original.platformId)));
  for (const [at, streamId] of topics.entries()) {
    const posts = [original, reposts[at] as EnrichedPost];
    const batch = { account: null, posts, read: asGiven, collectedAt: observed };
    await writeBatch(db.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
  }
  for (const [at, title] of ['one', 'two'].entries()) {
    expect((await passedOn(reposts[at] as EnrichedPost)).reposted.stream).toEqual({ title });
  }
});

test('a post that was not collected is null, until it is collected', async () => {
  const account = anAccount();
  const late = aPost(someone, { text: 'late' });
  const quoting = aPost(account, quote(late.platformId));
  await savePosts(db, account, [quoting, aPost(account, quote(null)), aPost(account, repost(null))]);
  expect(await passedOn(quoting)).toEqual({ quoted: null, reposted: null });
  await savePosts(db, someone, [late]);
  expect(await passedOn(quoting)).toMatchObject({ quoted: { text: 'late' } });
});

test('a source that names the reposted post fills in what an earlier source left out', async () => {
  const account = anAccount();
  const original = aPost(someone, { text: 'told later' });
  await savePosts(db, someone, [original]);
  const unsaid = aPost(account, repost(null));
  await savePosts(db, account, [unsaid]);
  expect((await passedOn(unsaid)).reposted).toBeNull();
  const told = { ...unsaid, ...repost(original.platformId), observedAt: observed + hour };
  await savePosts(db, account, [told]);
  await savePosts(db, account, [{ ...unsaid, observedAt: observed + 2 * hour }]);
  expect((await passedOn(unsaid)).reposted).toMatchObject({ text: 'told later' });
});

test('quoted posts of a hundred posts take as many statements as those of one', async () => {
  const account = anAccount();
  const originals = Array.from({ length: 50 }, () => aPost(someone));
  await savePosts(db, someone, originals);
  const posts = originals.flatMap(({ platformId }) => [
    aPost(account, quote(platformId)),
    aPost(account, repost(platformId)),
  ]);
  await savePosts(db, account, posts);
  const counted = async (first: number) => {
    statements = 0;
    const { data, errors } = await ask(
      app,
      `query ($handle: String!, $first: Int!) { account(handle: $handle) { posts(first: $first) { nodes {
        quoted { id author { handle } stream { title } } reposted { id author { handle } stream { title } } } } } }`,
      { handle: account.handle, first },
    );
    expect(errors).toBeUndefined();
    const nodes = data.account.posts.nodes as { quoted: object | null; reposted: object | null }[];
    expect(nodes.filter(({ quoted, reposted }) => (quoted === null) !== (reposted === null))).toHaveLength(
      first,
    );
    return statements;
  };
  expect(await counted(100)).toBe(await counted(1));
});
