import { pino } from 'pino';
import { expect, test } from 'vitest';
import { localCaller } from '../../../src/access/caller.ts';
import { createApp } from '../../../src/app.ts';
import type { Services } from '../../../src/graphql/context.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { openStore } from '../../support/store.ts';
import { ask, send, serve } from './support.ts';

const db = await openStore();
const lines: string[] = [];
const log = pino({}, { write: (line) => void lines.push(line) });
const logged = (id: string) =>
  lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId === id);

const services = {
  refreshing: { afterMs: 900_000, refresh: () => {} },
  quoteFetch: () => Promise.reject(new TypeError('a fault of ours')),
} as unknown as Services; // safe: nothing else is asked here
const cache = createAnswerCache({ versions: await openVersions(db), maxBytes: 5_000_000, ttlMs: 900_000 });
const server = await serve(createApp({ db, log, services, caller: localCaller }), { cache, log });
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

test('a computed answer has the id of its request, a cached one has none', async () => {
  const query = { query: '{ streams { totalCount } }' };
  const computed = await ask(server, query, { 'x-request-id': 'mine-1' });
  expect([computed.headers['x-larkstat-cache'], computed.headers['x-request-id']]).toEqual([
    'miss',
    'mine-1',
  ]);
  const kept = await ask(server, query, { 'x-request-id': 'mine-2' });
  expect([kept.headers['x-larkstat-cache'], kept.headers['x-request-id']]).toEqual(['hit', undefined]);
});

test.each<[string, Parameters<typeof send>[1], string]>([
  ['a refusal', { method: 'GET', path: '/nowhere' }, ''],
  ['a body that cannot be read', { headers: { 'content-type': 'application/json' } }, '{'],
  ['an answer of Yoga', { headers: { 'content-type': 'application/json' } }, '{"query":"mutation { no }"}'],
])('%s has an id', async (_, options, body) => {
  expect((await send(server, options, body)).headers['x-request-id']).toMatch(uuid);
});

test('an unexpected error is logged and reported under the id of the request, with its trace', async () => {
  const headers = {
    'x-request-id': 'mine-3',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
  const answer = await ask(server, { query: '{ fetchQuote(handle: "lark") { posts } }' }, headers);
  const [error] = JSON.parse(answer.body).errors;
  expect(error.extensions).toEqual({ code: 'INTERNAL', requestId: 'mine-3' });
  expect(answer.headers['x-request-id']).toBe('mine-3');
  expect(logged('mine-3')).toMatchObject([
    { msg: 'a request failed unexpectedly', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
  ]);
});

test('a mutation is logged under the id of its request', async () => {
  await ask(server, { query: 'mutation { deleteStream(id: "QWNjb3VudDox") }' }, { 'x-request-id': 'mine-4' });
  expect(logged('mine-4')).toMatchObject([{ audit: true, field: 'deleteStream', outcome: 'NOT_FOUND' }]);
});
