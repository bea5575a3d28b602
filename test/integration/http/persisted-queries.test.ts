import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';
import { ask, errorOf, send, serve } from './support.ts';

const server = await serve(openApp(await openStore()));

const persistedQuery = {
  version: 1,
  sha256Hash: 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38',
};
const onlyHash = { operationName: 'Q', variables: {}, extensions: { persistedQuery } };
const full = { ...onlyHash, query: 'query Q { __typename }' };
const notSupported = {
  errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
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

describe('a hash without a query is answered with what makes clients send the query', () => {
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
      expect(JSON.parse(answer.body)).toEqual(notSupported);
    }
  });

  test.each([null, ''])('with a query that is %j', async (query) => {
    const answer = await ask(server, { ...onlyHash, query });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, notSupported]);
  });

  test('over server-sent events', async () => {
    const answer = await ask(server, onlyHash, { accept: 'text/event-stream' });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(`event: next\ndata: ${JSON.stringify(notSupported)}\n`);
    expect(answer.body).toContain('event: complete');
  });

  test('in a batch, beside the answers of the others', async () => {
    const answer = await ask(server, [onlyHash, full, { query: '{ __typename }' }, onlyHash]);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual([notSupported, answered, answered, notSupported]);
  });

  test('over a WebSocket, where the protocol wants a query that is empty then', async () => {
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
    expect(messages).toContainEqual({ id: 'Q', type: 'error', payload: notSupported.errors });
    expect(messages).toContainEqual({ id: 'none', type: 'next', payload: answered });
    socket.close();
  });
});

test('a hash beside a query changes nothing', async () => {
  for (const answer of [await ask(server, full), await get(full)]) {
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, answered]);
  }
});

test.each([
  ['no hash', {}],
  ['a hash that is no text', { persistedQuery: { version: 1, sha256Hash: 5 } }],
  ['persistedQuery null', { persistedQuery: null }],
])('no query and %s is a request without a query', async (_name, extensions) => {
  const answer = await ask(server, { operationName: 'Q', extensions });
  expect([answer.status, errorOf(answer).code]).toEqual([400, 'BAD_INPUT']);
});

test('an empty operation name is none', async () => {
  const query = 'query Q { __typename }';
  for (const answer of [
    await ask(server, { query, operationName: '' }),
    await get({ query, operationName: '' }),
    await ask(server, { query: '{ __typename }', operationName: '' }),
  ]) {
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, answered]);
  }
  // Of several it names none.
  const several = await ask(server, { query: `${query} query R { __typename }`, operationName: '' });
  expect(errorOf(several).code).toBe('BAD_INPUT');
});
