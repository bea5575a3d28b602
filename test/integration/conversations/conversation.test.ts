import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOrCreateAccount, findOrCreateTopic } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { parseDuration } from '../../../src/shared/duration.ts';
import { ask, openApp } from '../../support/app.ts';
import { type GivenPost, PlainConversations } from '../../support/conversations.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { threadPosts, toThreadPost, writeThreadPosts } from '../../support/thread-posts.ts';

const db = await openStore();
const app = openApp(db);
const account = anAccount();

/** Ids of one run, so that runs do not share any: each has a thousand. */
let firstId = 1_000;

const largest = 16;
const id = fc.integer({ min: 1, max: largest });
/** Which posts each stream gets in which batch; which are deleted, and whether they are delivered again. */
const history = fc.record({
  posts: threadPosts(account, largest),
  streams: fc.array(fc.constantFrom('account', 'topic', 'both'), { minLength: largest, maxLength: largest }),
  order: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: largest, maxLength: largest }),
  deleted: fc.uniqueArray(id, { maxLength: 4 }),
  again: fc.boolean(),
});

const write = (streamId: number, given: readonly GivenPost[], deleted: readonly number[] = []) =>
  writeThreadPosts(
    db,
    streamId,
    given.map((post) => toThreadPost(account, firstId, post)),
    deleted.map((each) => String(firstId + each)),
  );

const fields = `id size maxDepth participants engagement depths { depth posts } virality totalCount: posts { totalCount }
  root { platformId depth } longestChain { depth engagement participants posts { platformId } }
  responseTimes { opening first median }`;

test('a conversation equals a plain count of its posts, whichever streams have them', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ posts: given, streams, order, deleted, again }) => {
      firstId += 1_000;
      const own = await findOrCreateAccount(db.sql, account);
      const found = await findOrCreateTopic(db.sql, `topic ${firstId}`);
      try {
        for (const turn of [0, 1, 2, 3]) {
          const now = given.filter((_, at) => order[at] === turn);
          const ofStream = (name: string) =>
            now.filter((_, at) => [name, 'both'].includes(streams[at] ?? ''));
          await write(own, ofStream('account'));
          await write(found, ofStream('topic'));
        }
        await write(own, [], deleted);
        await write(found, [], deleted);
        if (again)
          await write(
            found,
            given.filter((post) => deleted.includes(post.id)),
          );
        const stored = given.filter((post) => again || !deleted.includes(post.id));
        await expectPlain(new PlainConversations(stored));
      } finally {
        await deleteStreamRows(db.sql, own);
        await deleteStreamRows(db.sql, found);
      }
      expect(await db.sql`select * from known_posts`).toHaveLength(0);
    }),
    { numRuns: 40 },
  );
}, 240_000);

async function expectPlain(plain: PlainConversations): Promise<void> {
  for (const postId of plain.posts.keys()) {
    const root = plain.rootOf(postId);
    const ids = plain.reading(root);
    const { data, errors } = await ask(
      app,
      `query ($id: String!) { post(platformId: $id) { id depth conversation { ${fields} } } }`,
      { id: String(firstId + postId) },
    );
    expect(errors).toBeUndefined();
    const { depth, conversation, id: globalId } = data.post;
    const chains = plain.chains(root).map((chain) => ({ ...chain, depth: chain.posts.length - 1 }));
    const deepest = Math.max(...chains.map((chain) => chain.depth));
    const longest = chains
      .filter((chain) => chain.depth === deepest)
      .sort((a, b) => (a.posts.at(-1) ?? 0) - (b.posts.at(-1) ?? 0))[0];
    const { responseTimes, longestChain, virality, ...rest } = conversation;
    expect(depth).toBe(plain.depthOf(postId));
    expect(rest).toEqual({
      id: rest.id,
      size: ids.length,
      totalCount: { totalCount: ids.length },
      maxDepth: plain.depths(root).length - 1,
      ...plain.together(ids),
      depths: plain.depths(root),
      root: { platformId: String(firstId + root), depth: plain.isRooted(root) ? 0 : null },
    });
    expect(longestChain).toEqual({ ...longest, posts: longest?.posts.map(named) });
    if (ids.length === 1) expect(virality).toBeNull();
    else expect(virality).toBeCloseTo(plain.virality(root) as number, 10);
    const ms = (duration: string | null) => (duration === null ? null : parseDuration(duration));
    expect({
      opening: responseTimes.opening,
      first: ms(responseTimes.first),
      median: ms(responseTimes.median),
    }).toEqual(plain.responseTimes(root));
    const direct = await ask(app, 'query ($id: ID!) { conversation(postId: $id) { id } }', { id: globalId });
    expect(direct.data.conversation.id).toBe(conversation.id);
    if (postId !== root) continue;
    for (const size of [3, 7]) {
      expect(await readPages(conversation.id, size, true)).toEqual(ids.map((each) => named(each).platformId));
      expect(await readPages(conversation.id, size, false)).toEqual(
        ids.map((each) => named(each).platformId),
      );
    }
  }
}

const named = (each: number) => ({ platformId: String(firstId + each) });

/** The ids of a conversation's posts, page by page from either end. */
async function readPages(conversation: string, size: number, forwards: boolean): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const args = forwards ? 'first: $size, after: $cursor' : 'last: $size, before: $cursor';
    const { data, errors } = await ask(
      app,
      `query ($id: ID!, $size: Int!, $cursor: String) { node(id: $id) { ... on Conversation {
        posts(${args}) { nodes { platformId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }`,
      { id: conversation, size, cursor },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data.node.posts;
    const page = nodes.map((node: { platformId: string }) => node.platformId);
    if (forwards) ids.push(...page);
    else ids.unshift(...page);
    if (!(forwards ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return ids;
    cursor = forwards ? pageInfo.endCursor : pageInfo.startCursor;
  }
}
