import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { openStore } from '../../support/store.ts';
import { ask, errorOf, serve } from '../http/support.ts';

const db = await openStore();
const reader = await makeKey(db, 'read', { name: 'reader' });
const writer = await makeKey(db, 'write', { name: 'writer' });
const admin = await makeKey(db, 'admin', { name: 'admin' });
const { access } = await openKeys(db);
const logged: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
const app = createApp({ db, log, services: {} as never }); // safe: no service is asked here
const server = await serve(app, { access });

type Created = { token: string; key: { id: string; name: string; scope: string; state: string } };
const listing = '{ keys { id name scope state expiresAt lastUsedAt revokedAt } }';
const making = `mutation ($name: String!, $scope: KeyScope!, $expiresIn: Duration) {
  createKey(name: $name, scope: $scope, expiresIn: $expiresIn) { token key { id name scope state } } }`;
const revoking = 'mutation ($id: ID!) { revokeKey(id: $id) { name state } }';
const as = (query: string, variables: object, { bearer }: { readonly bearer: string }) =>
  ask(server, { query, variables }, { authorization: bearer });
const dataOf = <Data>({ body }: { readonly body: string }) => (JSON.parse(body) as { data: Data }).data;
const make = async (name: string, scope = 'READ', expiresIn: string | null = null) =>
  dataOf<{ createKey: Created }>(await as(making, { name, scope, expiresIn }, admin)).createKey;

test.each([reader, writer])('keys are for the scope admin alone: not for $name', async (key) => {
  const { id } = (await make(`of ${key.name}`)).key;
  for (const [query, variables] of [
    [listing, {}],
    [making, { name: 'mine', scope: 'ADMIN' }],
    [revoking, { id }],
  ] as const)
    expect(errorOf(await as(query, variables, key)).code).toBe('FORBIDDEN');
});

test('a created key is accepted with its scope, and is shown once', async () => {
  const { token, key } = await make('laptop', 'WRITE');
  expect(key).toMatchObject({ name: 'laptop', scope: 'WRITE', state: 'IN_USE' });
  const made = { bearer: `Bearer ${token}` };
  expect((await as('{ __typename }', {}, made)).status).toBe(200);
  expect(errorOf(await as('mutation { cancelJob(id: "Sm9iOjEyMw==") { id } }', {}, made)).code).not.toBe(
    'FORBIDDEN',
  );
  const list = await as(listing, {}, admin);
  expect(list.body).toContain('"laptop"');
  for (const line of [list.body, ...logged]) expect(line).not.toContain(token);
});

test('a key that is revoked is refused, and stays in the list', async () => {
  const { token, key } = await make('lost');
  const { revokeKey } = dataOf<{ revokeKey: object }>(await as(revoking, { id: key.id }, admin));
  expect(revokeKey).toEqual({ name: 'lost', state: 'REVOKED' });
  await expect
    .poll(async () => (await as('{ __typename }', {}, { bearer: `Bearer ${token}` })).status)
    .toBe(401);
  const { keys } = dataOf<{ keys: { name: string; state: string; revokedAt: string | null }[] }>(
    await as(listing, {}, admin),
  );
  const lost = keys.find(({ name }) => name === 'lost');
  expect([lost?.state, Number.isNaN(Date.parse(lost?.revokedAt ?? ''))]).toEqual(['REVOKED', false]);
  expect(errorOf(await as(revoking, { id: key.id }, admin)).code).toBe('NOT_FOUND');
});

test('a key ends at its expiry', async () => {
  const { key } = await make('short', 'READ', 'PT0.001S');
  await expect
    .poll(async () => {
      const { keys } = dataOf<{ keys: { id: string; state: string }[] }>(await as(listing, {}, admin));
      return keys.find(({ id }) => id === key.id)?.state;
    })
    .toBe('EXPIRED');
});

test.each([
  ['a name that is none', { name: '<b>', scope: 'READ' }],
  ['a name that is taken', { name: 'reader', scope: 'READ' }],
  ['no time at all', { name: 'never', scope: 'READ', expiresIn: 'PT0S' }],
  ['a time without end', { name: 'ever', scope: 'READ', expiresIn: 'P99999999D' }],
])('%s is BAD_INPUT', async (_what, variables) => {
  expect(errorOf(await as(making, variables, admin)).code).toBe('BAD_INPUT');
});

test.each(['QWNjb3VudDox', 'QXBpS2V5OjA7ZHJvcA==', 'QXBpS2V5Ojk5OTk5OTk='])(
  'an unknown key is not revoked: %s',
  async (id) => {
    expect(errorOf(await as(revoking, { id }, admin)).code).toBe('NOT_FOUND');
  },
);

test('the log says who created and who revoked which key', async () => {
  logged.splice(0);
  const { key } = await make('watched');
  await as(revoking, { id: key.id }, admin);
  const lines = logged.map((line) => JSON.parse(line) as { audit?: boolean }).filter(({ audit }) => audit);
  const [, number] = Buffer.from(key.id, 'base64').toString().split(':');
  expect(lines).toMatchObject([
    { key: 'admin', field: 'createKey', apiKey: Number(number), outcome: 'ok' },
    { key: 'admin', field: 'revokeKey', apiKey: Number(number), outcome: 'ok' },
  ]);
});
