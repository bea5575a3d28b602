import { describe, expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

let statements = 0;
const db = await openStore({ onStatement: () => statements++ });
const app = openApp(db);

const idOf = (text: string) => Buffer.from(text).toString('base64');
const codeOf = async (query: string, variables: Record<string, unknown>) =>
  (await ask(app, query, variables)).errors?.map(
    ({ message, extensions }) => `${extensions.code} ${message}`,
  );

async function saved(count: number) {
  const accounts = Array.from({ length: count }, () => anAccount());
  const ids: string[] = [];
  for (const account of accounts) {
    const post = aPost(account);
    const { streamId } = await savePosts(db, account, [post]);
    ids.push(idOf(`Account:${streamId}`), idOf(`Post:${streamId}:X:${post.platformId}`));
    ids.push(idOf(`Author:X:${account.platformId}`), idOf(`Hashtag:tag${streamId}`));
  }
  return { handles: accounts.map((account) => account.handle), ids };
}

describe('accounts', () => {
  const query = 'query ($handles: [String!]!) { accounts(handles: $handles) { handle } }';

  test('come in the order of their handles, null where nothing was collected, twice where asked twice', async () => {
    const { handles } = await saved(2);
    const [a = '', b = ''] = handles;
    const asked = [b, 'nobody', `@${a.toUpperCase()}`, ` ${b} `, b];
    const { data } = await ask(app, query, { handles: asked });
    const found = (handle: string) => ({ handle });
    expect(data.accounts).toEqual([found(b), null, found(a), found(b), found(b)]);
    expect((await ask(app, query, { handles: [] })).data.accounts).toEqual([]);
  });

  test('equal those of `account`: of two with one handle, the one that was last seen with it', async () => {
    const handle = 'shared_handle';
    await savePosts(db, anAccount({ handle, displayName: 'then', observedAt: Date.UTC(2020, 0, 1) }), []);
    await savePosts(db, anAccount({ handle, displayName: 'now', observedAt: Date.UTC(2025, 0, 1) }), []);
    await savePosts(db, anAccount({ handle, displayName: 'between', observedAt: Date.UTC(2023, 0, 1) }), []);
    const { data } = await ask(
      app,
      `{ account(handle: "${handle}") { displayName } accounts(handles: ["${handle}"]) { displayName } }`,
    );
    expect([data.account.displayName, data.accounts[0].displayName]).toEqual(['now', 'now']);
  });

  test('are at most 50, and each handle has to be valid', async () => {
    expect(await codeOf(query, { handles: Array(51).fill('lark') })).toEqual([
      'BAD_INPUT Too many handles: 51 asked, 50 allowed',
    ]);
    expect(await codeOf(query, { handles: ['lark', 'two words'] })).toEqual([
      expect.stringMatching(/^BAD_INPUT Not a handle: "two words"/),
    ]);
    expect((await ask(app, query, { handles: Array(50).fill('nobody') })).data.accounts).toHaveLength(50);
  });
});

describe('nodes', () => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Stream { title }
    ... on Post { text author { handle } } ... on Author { handle } ... on Hashtag { posts } } }`;
  const count = async (ids: readonly string[]) => {
    statements = 0;
    const { data, errors } = await ask(app, query, { ids });
    expect(errors).toBeUndefined();
    return { statements, nodes: data.nodes as ({ readonly id: string } | null)[] };
  };

  test('of every type come in the order of their ids, null where there is none, twice where asked twice', async () => {
    const { ids } = await saved(3);
    const none = ['Account:999999', 'Topic:1', 'Bird:1', 'Stats:1', 'Job:7', 'Author:X:0', 'Post:1:X:1'];
    const asked = [...ids.toReversed(), ...none.map(idOf), ...ids];
    const { nodes } = await count(asked);
    expect(nodes.map((node) => node?.id ?? null)).toEqual([
      ...ids.toReversed(),
      ...none.map(() => null),
      ...ids,
    ]);
  });

  test('may be requested under several aliases in one request, alone and with others', async () => {
    const { ids } = await saved(2);
    const names = ids.flatMap((id, at) => [
      `a${at}: nodes(ids: ["${id}"]) { id }`,
      `b${at}: node(id: "${id}") { id }`,
      `c${at}: nodes(ids: ${JSON.stringify(ids.toReversed())}) { id }`,
      `d${at}: node(id: "${id}") { __typename id }`,
    ]);
    for (const order of [names, names.toReversed()]) {
      const { data, errors } = await ask(app, `{ ${order.join(' ')} }`);
      expect(errors).toBeUndefined();
      expect(ids.map((_, at) => data[`a${at}`][0].id)).toEqual(ids);
      expect(ids.map((_, at) => data[`d${at}`].id)).toEqual(ids);
    }
  });

  test('take as many statements for many ids as for one of each type', async () => {
    const { ids } = await saved(12);
    const one = await count(ids.slice(0, 4));
    expect((await count(ids)).statements).toBe(one.statements);
  });

  test('are at most 200, and each id has to be valid', async () => {
    expect(await codeOf(query, { ids: Array(201).fill(idOf('Account:1')) })).toEqual([
      'BAD_INPUT Too many ids: 201 asked, 200 allowed',
    ]);
    expect(await codeOf(query, { ids: [idOf('Account:1'), '!'] })).toEqual([
      expect.stringMatching(/^BAD_INPUT Not an id/),
    ]);
  });
});

test('jobs by aliases take as many statements as one', async () => {
  const jobs = (size: number) =>
    `{ ${Array.from({ length: size }, (_, at) => `j${at}: job(id: "${idOf(`Job:00000000-0000-4000-8000-00000000000${at}`)}") { id }`).join(' ')} }`;
  const count = async (size: number) => {
    statements = 0;
    expect((await ask(app, jobs(size))).errors).toBeUndefined();
    return statements;
  };
  expect(await count(9)).toBe(await count(1));
});
