import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/shared/scope.ts';
import { localCaller } from '../../../src/access/caller.ts';
import { ask, errorOf, form, formHeaders, send } from '../http/support.ts';
import { anAskedAccount, howOf, openCountedStore, postsOf, serveCached } from './support.ts';

const { store, statements } = await openCountedStore();
const server = await serveCached(store);

describe('an answer', () => {
  test('is computed once, and served until its stream changes', async () => {
    const { query, addPost } = await anAskedAccount(store);
    const first = await ask(server, { query });
    expect([howOf(first), postsOf(first)]).toEqual(['miss', 1]);
    statements.length = 0;
    const second = await ask(server, { query });
    expect([howOf(second), second.body]).toEqual(['hit', first.body]);
    expect(statements).toEqual([]);

    await addPost();
    const third = await ask(server, { query });
    expect([howOf(third), postsOf(third)]).toEqual(['miss', 2]);
    expect(howOf(await ask(server, { query }))).toBe('hit');
  });

  test('outlives the changes of other streams', async () => {
    const [asked, other] = [await anAskedAccount(store), await anAskedAccount(store)];
    await ask(server, { query: asked.query });
    await other.addPost();
    expect(howOf(await ask(server, { query: asked.query }))).toBe('hit');
  });

  test('over all streams ends with the change of any', async () => {
    const { addPost } = await anAskedAccount(store);
    const query = '{ posts { totalCount } }';
    const first = await ask(server, { query });
    expect(howOf(await ask(server, { query }))).toBe('hit');
    await addPost();
    const { posts } = JSON.parse(first.body).data;
    const second = await ask(server, { query });
    expect([howOf(second), JSON.parse(second.body).data.posts.totalCount]).toEqual([
      'miss',
      posts.totalCount + 1,
    ]);
  });

  test('that nobody was found ends when somebody comes', async () => {
    const query = '{ topic(query: "larks at dawn") { title } }';
    const none = await ask(server, { query });
    expect(JSON.parse(none.body).data.topic).toBeNull();
    expect(howOf(await ask(server, { query }))).toBe('hit');
    const { findOrCreateTopic } = await import('../../../src/streams/create.ts');
    await findOrCreateTopic(store.sql, 'larks at dawn');
    expect(JSON.parse((await ask(server, { query })).body).data.topic.title).toBe('larks at dawn');
  });

  test('is the same in every encoding, and compressed once', async () => {
    await anAskedAccount(store);
    const query = '{ __schema { types { name description } } }';
    const plain = await ask(server, { query });
    const packed = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': 'br', accept: '*/*' },
      body: JSON.stringify({ query }),
    });
    expect(await packed.text()).toBe(plain.body);
    const before = server.cache.facts().bytes;
    const sent = await sendRaw({ query }, { 'accept-encoding': 'br' });
    expect(sent.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(sent.body).toString()).toBe(plain.body);
    expect(sent.headers.vary).toMatch(/Accept-Encoding/);
    // The compressed form is kept, and counted.
    const after = server.cache.facts().bytes;
    expect(after).toBe(before + sent.body.length);
    await sendRaw({ query }, { 'accept-encoding': 'br' });
    expect(server.cache.facts().bytes).toBe(after);
  });

  test('has the headers that all answers have, and lets no page in that may not', async () => {
    const { query } = await anAskedAccount(store);
    const [miss, hit] = [await ask(server, { query }), await ask(server, { query })];
    expect([howOf(miss), howOf(hit)]).toEqual(['miss', 'hit']);
    const names = ['x-content-type-options', 'x-frame-options', 'referrer-policy', 'content-type'];
    for (const { headers } of [miss, hit]) {
      expect(names.filter((name) => headers[name] === undefined)).toEqual([]);
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers.vary).toMatch(/Origin/);
    }
    const stranger = await ask(server, { query }, { origin: 'https://evil.example' });
    expect(errorOf(stranger).code).toBe('FORBIDDEN');
  });
});

describe('by GET', () => {
  const pathOf = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;

  test('a cached answer has an ETag, and a client that has it gets 304', async () => {
    const { query, addPost } = await anAskedAccount(store);
    const get = (headers = {}) => send(server, { method: 'GET', path: pathOf(query), headers });
    const first = await get();
    const { etag } = first.headers;
    expect(etag).toMatch(/^W\/"/);
    expect(first.headers['cache-control']).toBe('private, no-cache');
    const same = await get({ 'if-none-match': etag });
    expect([same.status, same.body, same.headers.etag, howOf(same)]).toEqual([304, '', etag, 'hit']);
    expect(same.headers['content-length']).toBeUndefined();
    await addPost();
    const changed = await get({ 'if-none-match': etag });
    expect([changed.status, postsOf(changed), howOf(changed)]).toEqual([200, 2, 'miss']);
    expect(changed.headers.etag).not.toBe(etag);
  });

  test('a mutation is refused, and nothing of it is cached', async () => {
    const path = pathOf('mutation { deleteStream(id: "x") }');
    for (let time = 0; time < 2; time++) {
      const answer = await send(server, { method: 'GET', path });
      expect([answer.status, howOf(answer)]).toEqual([405, 'miss']);
    }
  });
});

describe('never cached are', () => {
  const twice = async (body: unknown, headers = {}) => [
    howOf(await ask(server, body, headers)),
    howOf(await ask(server, body, headers)),
  ];

  test.each([
    ['errors', { query: '{ account(handle: "no such handle!") { handle } }' }],
    ['invalid documents', { query: '{ nothing' }],
    ['invalid bodies', '[1'],
    ['jobs', { query: '{ jobs { totalCount } }' }],
    ['jobs beside cacheable fields', { query: '{ streams { nodes { title jobs { totalCount } } } }' }],
    ['mutations', { query: 'mutation { deleteStream(id: "QWNjb3VudDo5OTk5OTk=") }' }],
    [
      'batches with a mutation',
      [{ query: '{ __typename }' }, { query: 'mutation { deleteStream(id: "x") }' }],
    ],
  ])('%s', async (_what, body) => {
    const { entries } = server.cache.facts();
    expect(await twice(body)).toEqual(['miss', 'miss']);
    expect(server.cache.facts().entries).toBe(entries);
  });

  test('answers in events', async () => {
    const { query } = await anAskedAccount(store);
    for (let time = 0; time < 2; time++) {
      const answer = await ask(server, { query }, { accept: 'text/event-stream' });
      expect(answer.body).toMatch(/event: next/);
      expect(howOf(answer)).toBe('miss');
    }
  });

  test('forms, with a file or without', async () => {
    const body = form([
      { name: 'operations', value: JSON.stringify({ query: '{ __typename }' }) },
      { name: 'map', value: '{}' },
    ]);
    for (let time = 0; time < 2; time++) {
      expect(howOf(await send(server, { headers: formHeaders }, body))).toBe('miss');
    }
  });
});

test.each([
  // urql's own.
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'text/event-stream, application/json',
  'application/json;q=0.5, multipart/mixed, */*;q=0.1',
])('a client that accepts JSON besides events and parts gets cached answers: %s', async (accept) => {
  const { query } = await anAskedAccount(store);
  const answers = [await ask(server, { query }, { accept }), await ask(server, { query }, { accept })];
  expect(answers.map(howOf)).toEqual(['miss', 'hit']);
  expect(answers[1]?.headers['content-type']).toMatch(
    /^application\/(graphql-response\+)?json; charset=utf-8$/,
  );
  expect(answers[1]?.body).toBe(answers[0]?.body);
});

describe('cached separately are', () => {
  test('scopes', async () => {
    const { query } = await anAskedAccount(store);
    let scope: Scope = 'admin';
    const access = { identify: async () => ({ ...localCaller, scope }), onEnd: () => () => {} };
    const guarded = await serveCached(store, {}, { http: { access } });
    for (const each of ['read', 'write', 'admin'] as const) {
      scope = each;
      expect(howOf(await ask(guarded, { query }))).toBe('miss');
      expect(howOf(await ask(guarded, { query }))).toBe('hit');
    }
  });

  test('callers who see the schema, and who do not', async () => {
    const query = '{ __schema { queryType { name } } }';
    let seesSchema = true;
    const access = { identify: async () => ({ ...localCaller, seesSchema }), onEnd: () => () => {} };
    const guarded = await serveCached(store, {}, { http: { access } });
    await ask(guarded, { query });
    expect(howOf(await ask(guarded, { query }))).toBe('hit');
    seesSchema = false;
    const refused = await ask(guarded, { query });
    expect([howOf(refused), JSON.parse(refused.body).errors.length]).toEqual(['miss', 1]);
  });

  test('kinds of answers', async () => {
    const { query } = await anAskedAccount(store);
    const strict = { accept: 'application/graphql-response+json' };
    await ask(server, { query });
    const other = await ask(server, { query }, strict);
    expect(howOf(other)).toBe('miss');
    expect(other.headers['content-type']).toMatch(/^application\/graphql-response\+json/);
    const again = await ask(server, { query }, strict);
    expect([howOf(again), again.headers['content-type']]).toEqual(['hit', other.headers['content-type']]);
  });
});

test('cached answers take no more bytes than the limit', async () => {
  const small = await serveCached(store, { maxBytes: 100_000 });
  const { query } = await anAskedAccount(store);
  for (let number = 0; number < 150; number++) {
    await ask(small, { query: `${query} # ${number}` });
    expect(small.cache.facts().bytes).toBeLessThanOrEqual(100_000);
  }
  const { entries } = small.cache.facts();
  expect(entries).toBeGreaterThan(10);
  expect(entries).toBeLessThan(150);
  // The last is cached, the first is not.
  expect(howOf(await ask(small, { query: `${query} # 149` }))).toBe('hit');
  expect(howOf(await ask(small, { query: `${query} # 0` }))).toBe('miss');
});

/** As `ask`, with the bytes of the answer. */
async function sendRaw(body: object, headers: Record<string, string>) {
  const { request } = await import('node:http');
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const all = { 'content-type': 'application/json', ...headers };
    const req = request(
      { port: server.port, path: '/graphql', method: 'POST', headers: all, agent: false },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () => resolve({ headers: res.headers, body: Buffer.concat(chunks) }));
      },
    );
    req.on('error', reject);
    req.end(JSON.stringify(body));
  });
}
