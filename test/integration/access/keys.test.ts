import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { patienceMs } from '../../support/patience.ts';
import { createKey, listKeys, revokeKey } from '../../../src/access/keys.ts';
import { openApp } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { ask, errorOf, form, formHeaders, send, serve } from '../http/support.ts';

const db = await openStore();
const reader = await makeKey(db, 'read', { name: 'reader' });
const writer = await makeKey(db, 'write', { name: 'writer' });
const admin = await makeKey(db, 'admin', { name: 'admin' });
const { access, keys } = await openKeys(db, { apiKey: 'the-fixed-key-of-the-server' });
const cancelled: string[] = [];
const server = await serve(
  openApp(db, {
    jobs: { cancel: async (id: string) => void cancelled.push(id) },
  } as never), // safe: no other service is asked here
  { access },
);
const typename = { query: '{ __typename }' };
const cancel = { query: 'mutation { cancelJob(id: "Sm9iOjEyMw==") { id } }' };
const erase = { query: 'mutation { deleteStream(id: "QWNjb3VudDox") }' };
/** A condition that becomes true when the keys are read again. */
const soon = <Value>(look: () => Value) => expect.poll(look, { timeout: patienceMs });
const as = (bearer: string) => ({ authorization: bearer });

test.each([
  ['no key', undefined],
  ['an unknown key', 'Bearer lark_unknown'],
  ['another scheme', `Basic ${btoa('admin:admin')}`],
  ['a key without its scheme', admin.token],
  ['an endless key', `Bearer ${'x'.repeat(10_000)}`],
])('%s is UNAUTHENTICATED, and the answer says how to come in', async (_name, authorization) => {
  const answer = await ask(server, typename, authorization === undefined ? {} : { authorization });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  expect(errorOf(answer).code).toBe('UNAUTHENTICATED');
});

test.each([reader, writer, admin])('a key reads: $name', async ({ bearer }) => {
  const answer = await ask(server, typename, as(bearer));
  expect(answer.body).toBe('{"data":{"__typename":"Query"}}');
});

test('the scheme of the header is read in any case', async () => {
  expect((await ask(server, typename, as(`bearer  ${reader.token}`))).status).toBe(200);
});

test('the key of API_KEY is an admin', async () => {
  const answer = await ask(server, erase, as('Bearer the-fixed-key-of-the-server'));
  expect(errorOf(answer).code).toBe('NOT_FOUND');
});

test('a mutation needs the scope write, and is not begun without it', async () => {
  const refused = await ask(server, cancel, as(reader.bearer));
  expect(refused.status).toBe(200);
  expect(errorOf(refused)).toEqual({
    code: 'FORBIDDEN',
    message: 'cancelJob needs a key with scope write; this one has read',
  });
  expect(cancelled).toEqual([]);
  await ask(server, cancel, as(writer.bearer));
  expect(cancelled).toEqual(['123']);
});

test('a client that checks the status gets 403', async () => {
  const accept = 'application/graphql-response+json';
  const refused = await ask(server, cancel, { ...as(reader.bearer), accept });
  expect(refused.status).toBe(403);
  expect(errorOf(refused).code).toBe('FORBIDDEN');
});

test('erasing needs the scope admin', async () => {
  expect(errorOf(await ask(server, erase, as(writer.bearer))).code).toBe('FORBIDDEN');
  expect(errorOf(await ask(server, erase, as(admin.bearer))).code).toBe('NOT_FOUND');
});

test('a quote, which may cost money, needs the scope write', async () => {
  const quote = { query: '{ fetchQuote(handle: "lark") { provider } }' };
  expect(errorOf(await ask(server, quote, as(reader.bearer))).code).toBe('FORBIDDEN');
});

test.each([
  ['nobody', undefined, 401],
  ['a reader', reader.bearer, 403],
])('an upload of %s is refused before the file is read', async (_name, bearer, status) => {
  const query = 'mutation ($f: File!) { importFile(file: $f) { id } }';
  const parts = form([
    { name: 'operations', value: JSON.stringify({ query, variables: { f: null } }) },
    { name: 'map', value: '{"0":["variables.f"]}' },
  ]);
  // The body never ends: only an answer that does not wait for it can arrive.
  async function* endless() {
    yield parts;
    await new Promise(() => {});
  }
  const headers = { ...formHeaders, ...(bearer && { authorization: bearer }) };
  const answer = await send(server, { headers: { ...headers, 'transfer-encoding': 'chunked' } }, endless());
  expect(answer.status).toBe(status);
});

test('a GET and its answer in another type need a key too', async () => {
  const path = '/graphql?query={__typename}';
  expect((await send(server, { method: 'GET', path })).status).toBe(401);
  const answer = await send(server, { method: 'GET', path, headers: as(reader.bearer) });
  expect(answer.status).toBe(200);
});

test('a preflight needs no key', async () => {
  const allowed = await serve(openApp(db), { access, origins: ['https://page.example'] });
  const headers = {
    origin: 'https://page.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  };
  const answer = await send(allowed, { method: 'OPTIONS', headers });
  expect(answer.status).toBe(204);
  expect(answer.headers['access-control-allow-headers']).toBe('authorization');
});

test('a key that was just made works at once', async () => {
  const fresh = await makeKey(db, 'read');
  expect((await ask(server, typename, as(fresh.bearer))).status).toBe(200);
});

test('a revoked key is refused, by its name or its id, and its name is free', async () => {
  const first = await makeKey(db, 'read', { name: 'Laptop' });
  expect((await ask(server, typename, as(first.bearer))).status).toBe(200);
  await revokeKey({ db, now: new Date() }, 'laptop');
  const second = await makeKey(db, 'read', { name: 'laptop' });
  await revokeKey({ db, now: new Date() }, String(second.keyId));
  await soon(async () => (await ask(server, typename, as(first.bearer))).status).toBe(401);
  await soon(async () => (await ask(server, typename, as(second.bearer))).status).toBe(401);
  await expect(revokeKey({ db, now: new Date() }, 'laptop')).rejects.toThrow('No key in use is named laptop');
});

test('a key expires at its instant', async () => {
  const short = await makeKey(db, 'read', { expiresAt: new Date(Date.now() + 60_000) });
  expect((await ask(server, typename, as(short.bearer))).status).toBe(200);
  await db.orm.execute(sql`update api_keys set expires_at = now() where key_id = ${short.keyId}`);
  await soon(async () => (await ask(server, typename, as(short.bearer))).status).toBe(401);
});

test('a key is kept as its hash, and its last use is noted', async () => {
  const used = await makeKey(db, 'read');
  await ask(server, typename, as(used.bearer));
  const lastUse = async () => (await listKeys({ db })).find(({ keyId }) => keyId === used.keyId)?.lastUsedAt;
  await soon(lastUse).toBeInstanceOf(Date);
  const rows = await db.orm.execute(sql`select * from api_keys`);
  expect(JSON.stringify(rows)).not.toContain(used.token.slice(5, 20));
});

test.each(['', '7', 'a'.repeat(61), 'a\nb', 'reader'])('no key gets the name %j', async (name) => {
  const made = createKey({ db, now: new Date() }, { name, scope: 'read', expiresAt: null });
  await expect(made).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('after several unknown keys from one address more are refused unchecked, and valid ones still work', async () => {
  const strict = await openKeys(db, { failures: 3 });
  const guarded = await serve(openApp(db), { access: strict.access });
  const guess = () => ask(guarded, typename, as('Bearer lark_guess'));
  for (let n = 0; n < 3; n++) expect((await guess()).status).toBe(401);
  const refused = await guess();
  expect(refused.status).toBe(429);
  expect(errorOf(refused).code).toBe('RATE_LIMITED');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await ask(guarded, typename, as(reader.bearer))).status).toBe(200);
});

test('a key is known while the store is away, and one that nobody knows is no 401 then', async () => {
  const away = openAgain((await openStore()).url);
  const own = await makeKey(away, 'read');
  const ring = await openKeys(away);
  await away.close();
  const identify = (authorization: string) =>
    ring.access.identify({ authorization, address: '192.0.2.1', loopback: false });
  expect(await identify(own.bearer)).toMatchObject({ keyName: own.name, scope: 'read' });
  await expect(identify('Bearer lark_unknown')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('without keys this machine is open, and closed once there is one, whatever becomes of it', async () => {
  const fresh = await openStore();
  const open = await openKeys(fresh);
  const anonymous = async (loopback: boolean) =>
    open.access.identify({ authorization: undefined, address: '127.0.0.1', loopback });
  expect(await anonymous(true)).toMatchObject({ scope: 'admin', keyName: null, seesSchema: true });
  await expect(anonymous(false)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const { name } = await makeKey(fresh, 'admin');
  await soon(() => open.keys.isEmpty()).toBe(false);
  await revokeKey({ db: fresh, now: new Date() }, name);
  await soon(() => open.keys.hasUsable()).toBe(false);
  await expect(anonymous(true)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('with AUTH=off everybody is let in, and a key still says who it is', async () => {
  const off = await openKeys(db, { off: true });
  const from = { address: '192.0.2.1', loopback: false };
  const anyone = await off.access.identify({ ...from, authorization: undefined });
  expect(anyone).toMatchObject({ scope: 'admin', keyName: null, seesSchema: false });
  const known = await off.access.identify({ ...from, authorization: reader.bearer });
  expect(known).toMatchObject({ scope: 'read', keyName: 'reader', seesSchema: true });
  expect(keys.hasUsable()).toBe(true);
});
