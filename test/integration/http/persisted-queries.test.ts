import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openAccess, openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';
import { localCaller } from '../../../src/access/caller.ts';
import { sha256 } from '../../../src/http/operations/sha256.ts';
import { ask, errorOf, send, serve } from './support.ts';

const app = openApp(await openStore());
const server = await serve(app);

const query = 'query Q { __typename }';
const byHash = (text: string) => ({
  operationName: 'Q',
  variables: {},
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } },
});
const onlyHash = byHash('query Q { nobodySentThis }');
const full = { ...byHash(query), query };
const notFound = {
  errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
};
const answered = { data: { __typename: 'Query' } };

const address = (params: Record<string, unknown>) =>
  `/graphql?${new URLSearchParams(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )}`;
const get = (params: Record<string, unknown>, headers = {}) =>
  send(server, { method: 'GET', path: address(params), headers });

describe('a hash without a query gets the answer that makes clients send the query', () => {
  test.each([
    ['as JSON', {}],
    ['as application/json', { accept: 'application/json' }],
    ['as Apollo Client asks', { accept: 'application/graphql-response+json,application/json;q=0.9' }],
    [
      'as Apollo Kotlin asks',
      { accept: 'multipart/mixed;deferSpec=20220824, application/graphql-response+json' },
    ],
  ])('%s', async (_name, headers) => {
    for (const answer of [await ask(server, onlyHash, headers), await get(onlyHash, headers)]) {
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toEqual(notFound);
    }
  });

  test.each([null, ''])('with a query that is %j', async (query) => {
    const answer = await ask(server, { ...onlyHash, query });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, notFound]);
  });

  test('over server-sent events', async () => {
    const answer = await ask(server, onlyHash, { accept: 'text/event-stream' });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(`event: next\ndata: ${JSON.stringify(notFound)}\n`);
    expect(answer.body).toContain('event: complete');
  });

  test('in a batch, beside the answers of the others', async () => {
    const answer = await ask(server, [onlyHash, full, { query: '{ __typename }' }, onlyHash]);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual([notFound, answered, answered, notFound]);
  });

  test('over a WebSocket, whose protocol then requires an empty query', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, 'graphql-transport-ws');
    const messages: { readonly type: string; readonly payload: unknown }[] = [];
    socket.on('message', (data) => {
      messages.push(JSON.parse(String(data)));
      if (messages.length > 1) return;
      for (const payload of [
        { ...onlyHash, query: '' },
        { ...full, operationName: '' },
      ]) {
        socket.send(JSON.stringify({ id: payload.operationName || 'none', type: 'subscribe', payload }));
      }
    });
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    await expect.poll(() => messages.filter(({ type }) => type === 'next').length).toBe(1);
    expect(messages).toContainEqual({ id: 'Q', type: 'error', payload: notFound.errors });
    expect(messages).toContainEqual({ id: 'none', type: 'next', payload: answered });
    socket.close();
  });
});

describe('a query that comes with its hash is run by its hash from then on', () => {
  const posted = (body: object) => ask(server, body);
  test.each([
    ['POST', posted],
    ['GET', get],
  ])('by %s', async (method, ask) => {
    const text = `query Q { by${method}: __typename }`;
    const answer = { data: { [`by${method}`]: 'Query' } };
    expect(JSON.parse((await ask(byHash(text))).body)).toEqual(notFound);
    for (const body of [{ ...byHash(text), query: text }, byHash(text), byHash(text)]) {
      expect(JSON.parse((await ask(body)).body)).toEqual(answer);
    }
  });

  test('as graphql-codegen writes the hash', async () => {
    await ask(server, full);
    const sha256Hash = `sha256:${sha256(query)}`;
    const answer = await ask(server, { extensions: { persistedQuery: { version: 1, sha256Hash } } });
    expect(JSON.parse(answer.body)).toEqual(answered);
  });

  test('as a mutation by POST only', async () => {
    const text = 'mutation Q { cancelJob(id: "1") { id } }';
    await ask(server, { ...byHash(text), query: text });
    const answer = await get(byHash(text));
    expect([answer.status, errorOf(answer).message]).toEqual([
      405,
      'Can only perform a mutation operation from a POST request.',
    ]);
  });

  test('with urql', async () => {
    const hashes: string[] = [];
    const client = new Client({
      url: `${server.url}/graphql`,
      preferGetMethod: false,
      exchanges: [persistedExchange({ enableForMutation: true }), fetchExchange],
      fetch: (input, init) => {
        hashes.push(/"query"|[?&]query=/.test(`${input} ${init?.body}`) ? 'query' : 'hash');
        return fetch(input, init);
      },
    });
    const ask = () => client.query('query Urql { urql: __typename }', {}, { requestPolicy: 'network-only' });
    for (let asked = 0; asked < 2; asked++) {
      const { data, error } = await ask();
      expect([data, error]).toEqual([{ urql: 'Query' }, undefined]);
    }
    expect(hashes).toEqual(['hash', 'query', 'hash']);
  });
});

test('a key with scope read registers nothing, and is asked to send its queries', async () => {
  const identify = async () => ({ ...localCaller, scope: 'read' as const });
  const reader = await serve(app, { access: { ...openAccess, identify } });
  const text = 'query Q { onlyRead: __typename }';
  const notSupported = {
    errors: [
      { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } },
    ],
  };
  const byReader = async (body: object) => JSON.parse((await ask(reader, body)).body);
  expect(await byReader(byHash(text))).toEqual(notSupported);
  expect(await byReader({ ...byHash(text), query: text })).toEqual({ data: { onlyRead: 'Query' } });
  expect(await byReader(byHash(text))).toEqual(notSupported);
  // Readers may run what others registered.
  await ask(server, full);
  expect(await byReader(byHash(query))).toEqual(answered);
  const socket = createClient({ url: `ws://127.0.0.1:${reader.port}/graphql`, webSocketImpl: WebSocket });
  await expect(socket.iterate({ query: '', ...byHash(text) }).next()).rejects.toEqual(notSupported.errors);
  await socket.dispose();
});

test('a hash of another query is refused, and registers nothing', async () => {
  const sent = { ...byHash('query Q { mine: __typename }'), query };
  for (const answer of [await ask(server, sent), await get(sent)]) {
    expect(errorOf(answer)).toEqual({
      code: 'BAD_INPUT',
      message: 'The hash in extensions.persistedQuery is not the SHA-256 of the query',
    });
  }
  const { query: _query, ...asked } = sent;
  expect(JSON.parse((await ask(server, asked)).body)).toEqual(notFound);
});

test('an unknown version of the protocol is refused', async () => {
  const extensions = { persistedQuery: { version: 2, sha256Hash: sha256(query) } };
  expect(errorOf(await ask(server, { query, extensions })).code).toBe('BAD_INPUT');
});

test.each([
  ['no hash', {}],
  ['a hash that is no text', { persistedQuery: { version: 1, sha256Hash: 5 } }],
  ['persistedQuery null', { persistedQuery: null }],
])('no query and %s is a request without a query', async (_name, extensions) => {
  const answer = await ask(server, { operationName: 'Q', extensions });
  expect([answer.status, errorOf(answer).code]).toEqual([400, 'BAD_INPUT']);
});

test('an empty operation name counts as none', async () => {
  for (const answer of [
    await ask(server, { query, operationName: '' }),
    await get({ query, operationName: '' }),
    await ask(server, { query: '{ __typename }', operationName: '' }),
  ]) {
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, answered]);
  }
  // It names none of several operations.
  const several = await ask(server, { query: `${query} query R { __typename }`, operationName: '' });
  expect(errorOf(several).code).toBe('BAD_INPUT');
});
