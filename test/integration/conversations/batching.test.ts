import { expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

let statements = 0;
const db = await openStore({ onStatement: () => statements++ });
const app = openApp(db);

const accounts = Array.from({ length: 20 }, () => anAccount());
for (const account of accounts) {
  const root = aPost(account);
  const answer = (postId: string) =>
    aPost(account, { kind: 'REPLY', replyTo: { postId, authorId: null, handle: account.handle } });
  const first = answer(root.platformId);
  await savePosts(db, account, [
    root,
    first,
    answer(first.platformId),
    answer(root.platformId),
    aPost(account),
  ]);
}
const handles = accounts.map(({ handle }) => handle);

const conversation = `id size maxDepth participants engagement virality depths { depth posts } responseTimes { median }
  root { text author { handle } } longestChain { depth engagement participants posts(first: 3) { text } part: posts(first: 1, offset: 1) { id } }
  posts(first: 2) { totalCount nodes { id depth text parent { text } } }`;

/**
 * The fewest statements of three runs: timing decides which parts are ready in the same turn, and are read together.
 */
async function count(query: string, variables: Record<string, unknown>) {
  let fewest = Number.POSITIVE_INFINITY;
  for (let time = 0; ; time++) {
    statements = 0;
    const { data, errors } = await ask(app, query, variables);
    expect(errors).toBeUndefined();
    fewest = Math.min(fewest, statements);
    if (time === 2) return { statements: fewest, data };
  }
}

test('conversations of twenty accounts take as many statements as those of one', async () => {
  const query = `query ($handles: [String!]!) { accounts(handles: $handles) {
    conversations { totalCount nodes { ${conversation} } } newest: conversations(orderBy: NEWEST, last: 2) { nodes { id } } } }`;
  const one = await count(query, { handles: handles.slice(0, 1) });
  const all = await count(query, { handles });
  expect(all.statements).toBe(one.statements);
  expect(all.data.accounts[0]).toEqual(one.data.accounts[0]);
  expect(all.data.accounts[0].conversations.nodes[0]).toMatchObject({ size: 4, maxDepth: 2 });
});

test('conversations of a hundred posts take hardly more statements than that of one', async () => {
  const query = `query ($first: Int!) { posts(first: $first, orderBy: OLDEST) { nodes { depth conversation { ${conversation} } } } }`;
  const one = await count(query, { first: 1 });
  const all = await count(query, { first: 100 });
  expect(all.data.posts.nodes).toHaveLength(100);
  // Timing decides which of them are ready in the same turn.
  expect(all.statements).toBeLessThanOrEqual(one.statements + 2);
});

test('two hundred viral chains take as many statements as one', async () => {
  const query = `query ($first: Int!) { viralChains(minDepth: 1, minEngagement: 0, first: $first) {
    depth engagement participants posts(first: 10) { text author { handle } } } }`;
  const one = await count(query, { first: 1 });
  const all = await count(query, { first: 200 });
  expect(all.data.viralChains).toHaveLength(40);
  expect(all.statements).toBe(one.statements);
});

test.each([
  ['conversation(postId: "UG9zdDoxOlg6MQ==") { size }', null],
  ['conversation(postId: "Tm90aGluZzox") { size }', 'BAD_INPUT'],
  ['conversation(postId: "QWNjb3VudDox") { size }', 'BAD_INPUT'],
  ['conversation(postId: "UG9zdDoxOlg6YQ==") { size }', 'NOT_FOUND'],
  ['conversation(postId: "") { size }', 'BAD_INPUT'],
  ['conversationDepths(stream: "Sm9iOjE=") { posts }', 'NOT_FOUND'],
  ['conversationDepths(stream: "QWNjb3VudDo5OTk5OTk=") { posts }', 'NOT_FOUND'],
  [
    'conversationDepths(range: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }) { posts }',
    'BAD_INPUT',
  ],
  ['viralChains(minDepth: 0) { depth }', 'BAD_INPUT'],
  ['viralChains(minDepth: -1) { depth }', 'BAD_INPUT'],
  ['viralChains(minDepth: 2147483647) { depth }', null],
  ['viralChains(minEngagement: -1) { depth }', 'BAD_INPUT'],
  ['viralChains(minEngagement: 9007199254740991) { depth }', null],
  ['viralChains(first: 0) { depth }', 'BAD_INPUT'],
  ['viralChains(first: 201) { depth }', 'BAD_INPUT'],
  ['viralChains(stream: "UG9zdDoxOlg6MQ==") { depth }', 'NOT_FOUND'],
  ['node(id: "Q29udmVyc2F0aW9uOlg6MQ==") { id }', null],
  ['node(id: "Q29udmVyc2F0aW9uOlg6YQ==") { id }', null],
  ['node(id: "Q29udmVyc2F0aW9uOlg6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ==") { id }', null],
])('is answered or refused: %s', async (field, code) => {
  const { errors } = await ask(app, `{ ${field} }`);
  expect(errors?.[0]?.extensions.code ?? null).toBe(code);
});

test.each([
  'first: 201',
  'first: 0',
  'last: 0',
  'first: 1, last: 1',
  'after: "x"',
  'after: "WyJERVBUSF9GSVJTVCIsMSwyXQ"',
])('a page of a conversation is refused: %s', async (args) => {
  const { errors } = await ask(
    app,
    `{ posts(first: 1) { nodes { conversation { posts(${args}) { totalCount } } } } }`,
  );
  expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
});
