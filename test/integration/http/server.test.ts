import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { ask, errorOf, send, serve, talk } from './support.ts';

const db = await openStore();
const app = openApp(db);
const server = await serve(app);
const json = { 'content-type': 'application/json' };
const query = '/graphql?query={__typename}';

test('a query over HTTP has its answer', async () => {
  const account = anAccount({ handle: 'lark' });
  await savePosts(db, account, [aPost(account)]);
  const query = 'query ($handle: String!) { account(handle: $handle) { handle } }';
  const answer = await ask(server, { query, variables: { handle: 'LARK' } });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({ data: { account: { handle: 'lark' } } });
  expect(answer.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
});

test('a query may come by GET, a mutation may not', async () => {
  const get = (query: string) =>
    send(server, { method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}` });
  expect(JSON.parse((await get('{ __typename }')).body)).toEqual({ data: { __typename: 'Query' } });
  const refused = await get('mutation { deleteStream(id: "QWNjb3VudDox") }');
  expect(refused.status).toBe(405);
  expect(errorOf(refused).code).toBe('BAD_INPUT');
});

test('a body may begin with the mark of UTF-8, as files of Windows do', async () => {
  const answer = await ask(server, '\ufeff{"query":"{ __typename }"}');
  expect(JSON.parse(answer.body)).toEqual({ data: { __typename: 'Query' } });
});

test('a body that is not UTF-8 is refused, not mended', async () => {
  const bytes = Buffer.from('{"query":"{ __typename } #\xff"}', 'latin1');
  const answer = await send(server, { headers: json }, bytes);
  expect(answer.status).toBe(400);
  expect(errorOf(answer)).toEqual({ code: 'BAD_INPUT', message: 'The body is not valid UTF-8' });
});

test('a batch is answered in its order', async () => {
  const answer = await ask(server, [{ query: '{ a: __typename }' }, { query: '{ b: __typename }' }]);
  expect(JSON.parse(answer.body)).toEqual([{ data: { a: 'Query' } }, { data: { b: 'Query' } }]);
});

test('the root leads to the API', async () => {
  const answer = await send(server, { method: 'GET', path: '/' });
  expect([answer.status, answer.headers.location]).toEqual([302, '/graphql']);
});

test('liveness asks nobody else', async () => {
  const fails = () => Promise.reject(new Error('away'));
  const alone = await serve(app, { health: { checks: { database: fails } } });
  const answer = await send(alone, { method: 'GET', path: '/live' });
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    200,
    { status: 'ok', timestamp: expect.any(String) },
  ]);
  expect((await send(server, { method: 'HEAD', path: '/live' })).body).toBe('');
});

test('health is 200 as long as the process is up, and says what is away', async () => {
  const works = () => Promise.resolve();
  const fails = () => Promise.reject(new Error('password=secret'));
  const look = async (health: Parameters<typeof serve>[1]) => {
    const { status, body } = await send(await serve(app, health), { method: 'GET', path: '/health' });
    return [status, JSON.parse(body)];
  };
  const timestamp = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(await look({ health: { checks: { database: works }, cache: 'memory' } })).toEqual([
    200,
    { status: 'ok', timestamp, database: 'ok', cache: 'ok' },
  ]);
  expect(await look({ health: { checks: { database: fails } } })).toEqual([
    200,
    { status: 'degraded', timestamp, database: 'unavailable', cache: 'off' },
  ]);
  const health = {
    checks: { database: works },
    dispensable: { redis: fails },
    cache: 'memory and redis',
  } as const;
  expect(await look({ health })).toEqual([
    200,
    { status: 'degraded', timestamp, database: 'ok', cache: 'degraded' },
  ]);
});

test('readiness names each check and is 503 when one fails or hangs', async () => {
  const works = () => Promise.resolve();
  const fails = () => Promise.reject(new Error('password=secret'));
  const hangs = () => new Promise<void>(() => {});
  const ready = await serve(app, { health: { checks: { database: works } } });
  const good = await send(ready, { method: 'GET', path: '/ready' });
  expect(good.status).toBe(200);
  expect(JSON.parse(good.body)).toMatchObject({
    status: 'ok',
    timestamp: expect.any(String),
    database: 'ok',
    checks: { database: { ok: true } },
  });

  const without = await serve(app, {
    health: { checks: { database: works }, dispensable: { redis: fails } },
  });
  const degraded = await send(without, { method: 'GET', path: '/ready' });
  expect([degraded.status, JSON.parse(degraded.body)]).toMatchObject([
    200,
    { status: 'degraded', checks: { database: { ok: true }, redis: { ok: false } } },
  ]);
  const unready = await serve(app, { health: { checks: { database: works, cache: fails, queue: hangs } } });
  const bad = await send(unready, { method: 'GET', path: '/ready' });
  expect(bad.status).toBe(503);
  expect(JSON.parse(bad.body)).toMatchObject({
    status: 'unavailable',
    checks: { database: { ok: true }, cache: { ok: false }, queue: { ok: false, error: 'no answer in 2 s' } },
  });
  expect(bad.body).not.toContain('secret');
});

test.each<[string, number, Parameters<typeof send>[1], string]>([
  ['another path', 404, { method: 'GET', path: '/graphiql' }, ''],
  ['a path below the API', 404, { method: 'GET', path: '/graphql/health' }, ''],
  ['a word that every object knows', 404, { method: 'GET', path: '/constructor' }, ''],
  ['a method that no route has', 405, { method: 'PUT' }, ''],
  ['a preflight', 405, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }, ''],
  ['a POST to health', 405, { path: '/health' }, ''],
  ['a body of no type', 415, {}, '{}'],
  ['plain text', 415, { headers: { 'content-type': 'text/plain' } }, '{"query":"{ __typename }"}'],
  [
    'a web form',
    415,
    { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    'query={__typename}',
  ],
  ['a packed body', 415, { headers: { ...json, 'content-encoding': 'gzip' } }, 'x'],
  ['malformed JSON', 400, { headers: json }, '{"query":'],
  ['a port that there is not', 400, { method: 'GET', path: query, headers: { host: 'localhost:99999' } }, ''],
  ['an address that there is not', 400, { method: 'GET', path: query, headers: { host: '1.2.3.999' } }, ''],
  ['an expectation', 417, { headers: { ...json, expect: 'miracles' } }, '{"query":"{ __typename }"}'],
  ['an empty body', 400, { headers: json }, ''],
  ['a body that is a text', 400, { headers: json }, '"query"'],
  ['a body that is null', 400, { headers: json }, 'null'],
  ['an empty object', 400, { headers: json }, '{}'],
  ['a body that looks like a promise', 400, { headers: json }, '{"query":"{ __typename }","then":1}'],
  ['a batch of null', 400, { headers: json }, '[{"query":"{ __typename }"},null]'],
  ['a batch in a batch', 400, { headers: json }, '[[{"query":"{ __typename }"}]]'],
  ['an empty batch', 400, { headers: json }, '[]'],
  ['a body without a query', 400, { headers: json }, '{"variables":{}}'],
  ['a query that is no text', 400, { headers: json }, '{"query":1}'],
  ['a parameter that nobody knows', 400, { headers: json }, '{"query":"{ __typename }","x":1}'],
  [
    'variables that are not JSON',
    400,
    { method: 'GET', path: '/graphql?query={__typename}&variables={' },
    '',
  ],
  ['a GET without a query', 400, { method: 'GET' }, ''],
  [
    'an Accept that nothing fits',
    406,
    { headers: { ...json, accept: 'image/png' } },
    '{"query":"{ __typename }"}',
  ],
])('%s is %i with an error in the one shape', async (_name, status, options, body) => {
  const answer = await send(server, options, body);
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/(json|graphql-response\+json)/);
  expect(errorOf(answer).code).toBe(status === 404 ? 'NOT_FOUND' : 'BAD_INPUT');
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'BAD_INPUT'],
  ['no Host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'BAD_INPUT'],
  [
    'a second Host',
    'GET /health HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    400,
    'BAD_INPUT',
  ],
  [
    'a WebSocket without a key',
    'GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    400,
    'BAD_INPUT',
  ],
  ['a head too large', `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, 'QUERY_TOO_COMPLEX'],
])('%s has an error in the one shape too', async (_name, text, status, code) => {
  const answer = await talk(server, text);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain(`"code":"${code}"`);
});

test.each([
  ['a syntax error', '{ account', 'Syntax Error'],
  ['an unknown field', '{ nothing }', 'Cannot query field'],
  [
    'an unknown time zone',
    '{ account(handle: "a") { stats(timeZone: "Mars/Base") { timeZone } } }',
    'Mars/Base',
  ],
])('%s is BAD_INPUT: 200 for plain JSON, 400 for the newer type', async (_name, query, message) => {
  const plain = await ask(server, { query }, { accept: 'application/json' });
  expect(plain.status).toBe(200);
  expect(errorOf(plain)).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(message) });
  const newer = await ask(server, { query }, { accept: 'application/graphql-response+json' });
  expect(newer.status).toBe(400);
});

test('an unknown time zone in a variable has the message of the scalar', async () => {
  const query = 'query ($zone: TimeZone!) { account(handle: "a") { stats(timeZone: $zone) { timeZone } } }';
  const literal = await ask(server, {
    query: query.replace(/\(\$zone.*?\) /, '').replace('$zone', '"Mars/Base"'),
  });
  const variable = await ask(server, { query, variables: { zone: 'Mars/Base' } });
  expect(errorOf(variable).code).toBe('BAD_INPUT');
  expect(errorOf(variable)).toEqual(errorOf(literal));
});

test.each([
  ['127.0.0.1', 200],
  ['localhost:4000', 200],
  ['[::1]:4000', 200],
  ['192.168.0.7', 200],
  ['stats.example.org', 200],
  ['STATS.example.org:8443', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['localhost.evil.example', 403],
  ['evil.example:4000', 403],
  ['user@localhost', 400],
  ['local host', 400],
])('on loopback the host %s is %i', async (host, status) => {
  const named = await serve(app, { hosts: ['Stats.example.org'] });
  for (const path of ['/graphql', '/health']) {
    const answer = await send(named, {
      method: 'GET',
      path: `${path}?query={__typename}`,
      headers: { host },
    });
    expect(answer.status).toBe(status);
    if (status === 403) expect(errorOf(answer).code).toBe('FORBIDDEN');
  }
});

test.each<[string, readonly string[], string, number]>([
  ['any name, where none is given', [], 'stats.lan', 200],
  ['no malformed one', [], 'a b', 400],
  ['a name that is given', ['Stats.example.org'], 'stats.example.org:8443', 200],
  ['localhost beside it', ['stats.example.org'], 'localhost', 200],
  ['an address beside it', ['stats.example.org'], '192.168.0.7:4000', 200],
  ['no other name', ['stats.example.org'], 'evil.example', 403],
])('beyond loopback %s', async (_name, hosts, host, status) => {
  const open = await serve(app, { address: '0.0.0.0', hosts });
  const answer = await send(open, { method: 'GET', path: '/health', headers: { host } });
  expect(answer.status).toBe(status);
  if (status === 403)
    expect(errorOf(answer).message).toContain(
      'set ALLOWED_ORIGINS or ALLOWED_HOSTS. It came with Host: evil',
    );
});

const here = `127.0.0.1:${server.port}`;
test.each<[string, Record<string, string>, boolean]>([
  ['no sign of a browser', {}, true],
  ['its own origin', { origin: `http://${here}` }, true],
  ['its own origin behind TLS', { origin: `https://${here}` }, true],
  ['its own page', { 'sec-fetch-site': 'same-origin', origin: `http://${here}` }, true],
  [
    'its own page, by a name that a proxy hides',
    { 'sec-fetch-site': 'same-origin', origin: 'https://a.org' },
    true,
  ],
  ["the user's own click", { 'sec-fetch-site': 'none' }, true],
  ['another origin', { origin: 'https://evil.example' }, false],
  ['another port', { origin: 'http://127.0.0.1:1' }, false],
  ['a sandboxed frame', { origin: 'null' }, false],
  ['another site', { 'sec-fetch-site': 'cross-site' }, false],
  ['another site that hides its origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
  [
    'another port, as browsers call it',
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' },
    false,
  ],
])('whether %s may ask', async (_name, headers, allowed) => {
  const body = '{"query":"{ __typename }"}';
  const bodies: [string, number][] = [
    ['application/json', 200],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 400],
  ];
  for (const [type, status] of bodies) {
    const answer = await send(server, { headers: { ...headers, 'content-type': type } }, body);
    expect(answer.status).toBe(allowed ? status : 403);
    if (!allowed) expect(errorOf(answer).code).toBe('FORBIDDEN');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  }
  const get = await send(server, { method: 'GET', path: '/graphql?query={__typename}', headers });
  expect(get.status).toBe(allowed ? 200 : 403);
});

test('a mutation from another site changes nothing', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, []);
  const id = Buffer.from(`Account:${streamId}`).toString('base64');
  const query = `mutation { deleteStream(id: "${id}") }`;
  const evil = await ask(server, { query }, { origin: 'https://evil.example' });
  expect(evil.status).toBe(403);
  const found = await ask(server, { query: `{ node(id: "${id}") { id } }` });
  expect(JSON.parse(found.body).data.node).toEqual({ id });
});

test('an unexpected failure is INTERNAL and shows nothing', async () => {
  const fail = () => Promise.reject(new Error('secret'));
  const failing = new Proxy(app, {
    apply: fail,
    get: (target, name) => (name === 'fetch' ? fail : Reflect.get(target, name)),
  });
  const broken = await serve(failing, { log: pino({ level: 'silent' }) });
  const answer = await ask(broken, { query: '{ __typename }' });
  expect(answer.status).toBe(500);
  expect(errorOf(answer).code).toBe('INTERNAL');
  expect(answer.body).not.toContain('secret');
});
