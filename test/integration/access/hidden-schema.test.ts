import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openApp } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { openStore } from '../../support/store.ts';
import { ask, errorOf, send, serve } from '../http/support.ts';

// Every address but loopback: answered like another machine with AUTH=off.
const db = await openStore();
const { bearer } = await makeKey(db, 'read');
const { access } = await openKeys(db, { off: true });
const away = {
  ...access,
  identify: (credentials: Parameters<typeof access.identify>[0]) =>
    access.identify({ ...credentials, loopback: false }),
};
const server = await serve(openApp(db), { access: away });
const withKey = { authorization: bearer };

test.each([
  ['full introspection', getIntrospectionQuery()],
  ['one type', '{ __type(name: "Query") { name } }'],
  ['an alias in a fragment', '{ ...F } fragment F on Query { a: __schema { queryType { name } } }'],
])('%s needs a key beyond this machine', async (_name, query) => {
  const refused = await ask(server, { query });
  expect(errorOf(refused).code).toBe('FORBIDDEN');
  expect(JSON.parse(refused.body)).not.toHaveProperty('data');
  expect(JSON.parse((await ask(server, { query }, withKey)).body)).toHaveProperty('data');
});

test('__typename is no introspection', async () => {
  expect((await ask(server, { query: '{ __typename }' })).body).toBe('{"data":{"__typename":"Query"}}');
});

const unknown = [
  ['a field', { query: '{ stream }' }],
  ['an argument', { query: '{ streams(frist: 1) { totalCount } }' }],
  ['a type', { query: 'query ($a: Strin) { streams { totalCount } }' }],
  ['a value', { query: '{ jobs(state: QUEUD) { totalCount } }' }],
  [
    'a value of a variable',
    { query: 'query ($s: JobState) { jobs(state: $s) { totalCount } }', variables: { s: 'QUEUD' } },
  ],
] as const;

test.each(unknown)('an unknown name of %s is reported without similar names', async (_name, body) => {
  const bare = errorOf(await ask(server, body));
  const { message } = errorOf(await ask(server, body, withKey));
  expect(message).toContain('Did you mean');
  expect(bare.code).toBe('BAD_INPUT');
  expect(message.startsWith(bare.message)).toBe(true);
  expect(bare.message).not.toContain('Did you mean');
});

test('nor over a socket', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, 'graphql-transport-ws');
  const answers: string[] = [];
  await new Promise<void>((done) => {
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data) => {
      answers.push(String(data));
      const send = (id: string, body: object) =>
        socket.send(JSON.stringify({ id, type: 'subscribe', payload: body }));
      if (answers.length === 1) unknown.forEach(([name, body]) => void send(name, body));
      if (answers.filter((text) => text.includes('BAD_INPUT')).length === unknown.length) done();
    });
  });
  socket.terminate();
  expect(answers.join()).not.toContain('Did you mean');
});

test('GraphiQL is not shown', async () => {
  const page = await send(server, { method: 'GET', headers: { accept: 'text/html' } });
  expect(page.status).toBe(401);
  expect(page.body).toContain('Your key');
});
