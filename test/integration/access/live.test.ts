import { createClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { revokeKey } from '../../../src/access/keys.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { openStore } from '../../support/store.ts';
import { serveLive } from '../subscriptions/support.ts';

const db = await openStore();
const owner = await makeKey(db, 'admin');
const { access } = await openKeys(db);
const live = await serveLive(db, { access });
const jobs = { query: 'subscription { jobChanged { id } }' };
const revoke = (name: string) => revokeKey({ db, now: new Date() }, name);

/** The code and reason with which a socket is closed after a first message with these parameters. */
function closing(
  payload: object,
  headers: Record<string, string> = {},
  address = live.ws,
): Promise<[number, string]> {
  const socket = new WebSocket(address, 'graphql-transport-ws', { headers });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  return new Promise((done) => socket.on('close', (code, reason) => done([code, String(reason)])));
}

/** The answer to a query over a socket. */
async function over(connectionParams: Record<string, unknown>, query: string, headers = {}) {
  class WithHeaders extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers });
    }
  }
  const client = createSocketClient({
    url: live.ws,
    webSocketImpl: WithHeaders,
    connectionParams,
    retryAttempts: 0,
  });
  try {
    for await (const answer of client.iterate({ query })) return answer;
    return null;
  } finally {
    await client.dispose();
  }
}

test.each([
  ['authorization', { authorization: owner.bearer }, {}],
  ['Authorization', { Authorization: owner.bearer }, {}],
  ['apiKey', { apiKey: owner.token }, {}],
  ['the header of the upgrade', {}, { authorization: owner.bearer }],
])('a socket comes in by %s', async (_name, params, headers) => {
  expect(await over(params, '{ __typename }', headers)).toEqual({ data: { __typename: 'Query' } });
});

test('a socket without a key, or with an unknown one, is closed as forbidden', async () => {
  expect(await closing({})).toEqual([4403, 'A key is needed: send it as Authorization: Bearer <key>']);
  expect(await closing({ apiKey: 'lark_unknown' })).toEqual([4403, 'The key is unknown, expired or revoked']);
});

test('a socket whose key cannot be checked is closed, without the reason', async () => {
  const broken = await serveLive(db, {
    access: { ...access, identify: () => Promise.reject(new Error('hush')) },
  });
  expect(await closing({}, {}, broken.ws)).toEqual([4500, 'Internal server error']);
});

test('a mutation over a socket needs its scope', async () => {
  const reader = await makeKey(db, 'read');
  const answer = await over({ apiKey: reader.token }, 'mutation { untrack(stream: "QWNjb3VudDox") { id } }');
  expect(answer?.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
});

test('a socket is closed when its key is revoked', async () => {
  const short = await makeKey(db, 'read');
  const socket = new WebSocket(live.ws, 'graphql-transport-ws');
  const closed = new Promise((done) => socket.on('close', (code) => done(code)));
  const greeted = new Promise((done) => socket.once('message', done));
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: short.token } })),
  );
  await greeted;
  await revoke(short.name);
  expect(await closed).toBe(4403);
});

test('server-sent events end when their key is revoked, and do not come back', async () => {
  const short = await makeKey(db, 'read');
  const response = await fetch(live.http, {
    method: 'POST',
    headers: {
      authorization: short.bearer,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify(jobs),
  });
  expect(response.status).toBe(200);
  await revoke(short.name);
  expect(await response.text()).not.toContain('event: complete'); // ends only when the server ends it
  const client = createClient({ url: live.http, headers: { authorization: short.bearer }, retryAttempts: 0 });
  const again = new Promise((done) => client.subscribe(jobs, { next() {}, complete() {}, error: done }));
  expect(String(await again)).toContain('401');
});
