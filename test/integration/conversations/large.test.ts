import { describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore({ isDamaged: true });
const app = openApp(db);
const streamId = await findOrCreateTopic(db.sql, 'large threads');

const wide = 100_000;
const long = 10_000;
/** Ids: the wide thread's root is 1 and its replies follow; the long one begins at a million. */
const longRoot = 1_000_000;
await db.sql.begin(async (tx) => {
  const key = `lpad(to_hex(n), 32, '0')::uuid`;
  const rows = `
    select n, ${key} as id, case when n = 1 then null else lpad('1', 32, '0')::uuid end as parent,
      lpad('1', 32, '0')::uuid as root, least(n - 1, 1) as depth from generate_series(1, ${wide + 1}) n
    union all
    select n, ${key}, case when n = ${longRoot} then null else lpad(to_hex(n - 1), 32, '0')::uuid end,
      lpad(to_hex(${longRoot}), 32, '0')::uuid, n - ${longRoot} from generate_series(${longRoot}, ${longRoot + long}) n`;
  await tx.unsafe(`create temp table made on commit drop as ${rows}`);
  await tx.unsafe(`insert into known_posts select id, $1, true, parent, root, depth from made`, [streamId]);
  await tx.unsafe(
    `insert into posts (stream_id, post_id, created_at, collected_at, observed_at, own, kind, provider, author_id, text,
       parent_id, likes, engagement, hashtags, mentions, cashtags, urls, domains, emoji, words)
     select $1, id, timestamptz '2026-01-01' + n * interval '1 s', '2026-02-01', '2026-02-01', true,
       case when parent is null then 'ORIGINAL' else 'REPLY' end::post_kind, 'X_API', (n % 1000)::text, 'post ' || n,
       parent, 1, 1, '{}', '{}', '{}', '{}', '{}', '{}', '{}' from made`,
    [streamId],
  );
});

const idOf = (id: number) => encodeGlobalId('Post', `${streamId}:X:${id}`);
const everything = `size maxDepth participants engagement virality depths { depth posts }
  responseTimes { opening first median } longestChain { depth engagement participants end: posts(first: 2, offset: 9999) { text } }`;

async function conversationOf(id: number, fields: string, after: string | null = null) {
  const { data, errors } = await ask(
    app,
    `query ($id: ID!, $after: String) { conversation(postId: $id) { ${fields} place: posts(after: $after) { totalCount } } }`,
    { id: idOf(id), after },
  );
  expect(errors).toBeUndefined();
  const { place, ...asked } = data.conversation;
  expect(place.totalCount).toBe(id < longRoot ? wide + 1 : long + 1);
  return asked;
}

describe('a root with 100,000 replies', () => {
  test('is counted', async () => {
    const { depths, virality, ...rest } = await conversationOf(77, everything);
    expect(rest).toEqual({
      size: wide + 1,
      maxDepth: 1,
      participants: 1_000,
      engagement: wide + 1,
      responseTimes: { opening: 1 + wide / 1_000, first: 'PT1S', median: expect.any(String) },
      longestChain: { depth: 1, engagement: 2, participants: 2, end: [] },
    });
    expect(depths).toEqual([
      { depth: 0, posts: 1 },
      { depth: 1, posts: wide },
    ]);
    expect(virality).toBeCloseTo(2 - 2 / (wide + 1), 9);
  });

  test('is paged from either end and from the middle', async () => {
    const page = '{ nodes { text } pageInfo { endCursor hasNextPage } }';
    const { first, last } = await conversationOf(
      1,
      `first: posts(first: 200) ${page} last: posts(last: 2) ${page}`,
    );
    expect(first.nodes.map(({ text }: { text: string }) => text)).toEqual(
      Array.from({ length: 200 }, (_, at) => `post ${at + 1}`),
    );
    expect(last.nodes).toEqual([{ text: `post ${wide}` }, { text: `post ${wide + 1}` }]);
    const { next } = await conversationOf(
      1,
      `next: posts(first: 1, after: $after) ${page}`,
      first.pageInfo.endCursor,
    );
    expect(next.nodes).toEqual([{ text: 'post 201' }]);
  });
});

describe('a chain of 10,000 replies', () => {
  test('is counted, and shown from its root to its end', async () => {
    const { depths, virality, ...rest } = await conversationOf(longRoot + 5_000, everything);
    expect(rest).toEqual({
      size: long + 1,
      maxDepth: long,
      participants: 1_000,
      engagement: long + 1,
      responseTimes: { opening: 1, first: 'PT1S', median: 'PT1S' },
      longestChain: {
        depth: long,
        engagement: long + 1,
        participants: 1_000,
        end: [{ text: `post ${longRoot + 9_999}` }, { text: `post ${longRoot + 10_000}` }],
      },
    });
    expect(depths).toHaveLength(long + 1);
    expect(virality).toBeCloseTo((long + 2) / 3, 6);
  });

  test('is the deepest of all viral chains, and in the report of depths', async () => {
    const { data, errors } = await ask(
      app,
      `{ viralChains(first: 2) { depth engagement } conversationDepths { conversations posts maxDepth }
        post(platformId: "${longRoot + long}") { depth } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      viralChains: [{ depth: long, engagement: long + 1 }],
      conversationDepths: { conversations: 2, posts: wide + long + 2, maxDepth: long },
      post: { depth: long },
    });
  });
});
