import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { createApp } from '../../../src/app.ts';
import type { Database } from '../../../src/db/client.ts';
import type { Services } from '../../../src/graphql/context.ts';
import { createDocuments } from '../../../src/http/documents.ts';
import { defaultLimits } from '../../../src/http/limits.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openStore } from '../../support/store.ts';
import { ask, errorOf, form, formHeaders, type Raw, send, serve, type Served, talk } from './support.ts';

const db = await openStore();
const log = pino({ level: 'silent' });
const appOf = (limits: Parameters<typeof createApp>[0]['limits'] = {}, database: Database = db) =>
  createApp({ db: database, log, services: {} as Services, limits }); // safe: no query here needs a service
const server = await serve(appOf());
const json = { 'content-type': 'application/json' };

const tooComplex = (message: string) => ({ code: 'QUERY_TOO_COMPLEX', message });

test('a body of 20 MB is refused with the figures, and the client receives the refusal', async () => {
  const answer = await ask(server, { query: `{ __typename } #${'x'.repeat(20_000_000)}` });
  expect(answer.status).toBe(413);
  expect(answer.headers.connection).toBe('close');
  expect(errorOf(answer)).toEqual(tooComplex('Body too large: 20000028 bytes asked, 1000000 allowed'));
});

test.each([
  ['no JSON', 'no JSON', json, 400],
  ['JSON of 65 levels', `${'['.repeat(65)}${']'.repeat(65)}`, json, 400],
  ['a kind of body that is not taken', '{}', { 'content-type': 'text/plain' }, 415],
])('%s is refused, and the connection serves the next request', async (_name, body, headers, status) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterwards(() => agent.destroy());
  let connections = 0;
  server.server.on('connection', () => connections++);
  for (let at = 0; at < 3; at++) {
    const answer = await send(server, { headers, agent }, body);
    expect(answer).toMatchObject({ status, headers: { connection: 'keep-alive' } });
  }
  expect(connections).toBe(1);
});

test('fetch sees the refusal of 20 MB too', async () => {
  const body = JSON.stringify({ query: `{ __typename } #${'x'.repeat(20_000_000)}` });
  const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers: json, body });
  expect(answer.status).toBe(413);
});

test('a body without a length is refused when it exceeds the limit', async () => {
  let sent = 0;
  async function* endless() {
    for (; sent < 2_000_000_000; sent += 100_000) yield Buffer.alloc(100_000, ' ');
  }
  const answer = await send(server, { headers: json }, endless());
  expect(answer.status).toBe(413);
  expect(errorOf(answer)).toEqual(tooComplex('Body too large: over 1000000 bytes asked, 1000000 allowed'));
  expect(sent).toBeLessThan(2_000_000_000);
});

test.each([
  ['fields', `{ ${'a { '.repeat(2_000)} b ${'} '.repeat(2_000)} }`],
  ['lists', `{ a(b: ${'['.repeat(2_400)}${']'.repeat(2_400)}) }`],
])('a thousand nested %s are refused', async (_name, query) => {
  const answer = await ask(server, { query });
  expect(errorOf(answer).code).toMatch(/^(QUERY_TOO_COMPLEX|BAD_INPUT)$/);
});

test('a client that asks first is refused before it sends', async () => {
  const head =
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n';
  const refused = await talk(server, `${head}content-length: 20000000\r\n\r\n`);
  expect(refused).toMatch(/^HTTP\/1.1 413 /);
  const body = '{"query":"{ __typename }"}';
  const granted = await talk(
    server,
    `${head}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  expect(granted).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
});

test('a body that stops arriving is a TIMEOUT', async () => {
  const hasty = await serve(appOf(), { limits: { idleMs: 100 } });
  const head = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
  const answer = await talk(hasty, `${head}content-length: 100\r\n\r\n{"qu`);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('"code":"TIMEOUT"');
});

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const tooDeep = expect.stringMatching(/nested too deep: over 64 levels/) as unknown as string;

test.each<[string, () => Promise<Raw>]>([
  ['variables', () => ask(server, `{"query":"{ __typename }","variables":{"a":${nested(100_000)}}}`)],
  ['objects', () => ask(server, `{"variables":${'{"a":'.repeat(90_000)}1${'}'.repeat(90_000)}}`)],
  ['extensions', () => ask(server, `{"query":"{ __typename }","extensions":{"a":${nested(1_000)}}}`)],
  ['a batch', () => ask(server, `[{"query":"{ __typename }","variables":{"a":${nested(65)}}}]`)],
  ['what never ends', () => ask(server, '['.repeat(100_000))],
  [
    'variables in the address',
    () =>
      send(server, { method: 'GET', path: `/graphql?query={__typename}&variables={"a":${nested(2_000)}}` }),
  ],
  [
    'operations of an upload',
    () =>
      send(
        server,
        { headers: formHeaders },
        form([
          { name: 'operations', value: `{"query":"{ __typename }","variables":{"a":${nested(100_000)}}}` },
          { name: 'map', value: '{}' },
        ]),
      ),
  ],
  ['a literal', () => ask(server, { query: `{ node(id: ${nested(100)}) { id } }` })],
])('%s nested too deep are BAD_INPUT', async (_name, asking) => {
  expect(errorOf(await asking())).toEqual({ code: 'BAD_INPUT', message: tooDeep });
});

test('brackets in strings do not count as nesting', async () => {
  const query = 'query ($id: ID!) { node(id: $id) { id } }';
  const answer = await ask(server, { query, variables: { id: `\\"\\${'['.repeat(1_000)}` } });
  expect(errorOf(answer).message).toMatch(/^Not an id/);
});

test('JSON of more values than allowed is refused with the figures', async () => {
  const answer = await ask(server, { query: '{ __typename }', variables: { a: Array(20_001).fill(0) } });
  expect(answer.status).toBe(413);
  expect(errorOf(answer)).toEqual(
    tooComplex('The body has too many values: over 20000 asked, 20000 allowed'),
  );
});

test('a body that trickles in is a TIMEOUT, however steadily it does', async () => {
  const hasty = await serve(appOf(), { limits: { bodyMs: 300, idleMs: 60_000 } });
  const answer = await trickle(hasty, 'application/json', '{');
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('The body took longer than the 0.3 s allowed');
});

test('an upload that trickles in is a TIMEOUT', async () => {
  const hasty = await serve(appOf(), { limits: { idleMs: 300, uploadLeastBytes: 100_000 } });
  const answer = await trickle(hasty, formHeaders['content-type'], '--xxBOUNDARYxx\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toMatch(/The upload is too slow: \d+ bytes in 0.3 s, 100000 needed/);
});

/** Begins a body and sends a space every few milliseconds until the server answers. */
function trickle({ port }: Served, type: string, start: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: 900000\r\n\r\n${start}`,
    );
    const dripping = setInterval(() => socket.write(' '), 10);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      clearInterval(dripping);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(dripping);
      resolve(answer);
    });
  });
}

const previous = (levels: number, inner = 'timeZone') =>
  `${'previous { '.repeat(levels)}${inner}${' }'.repeat(levels)}`;
const deepFragments = [
  `fragment A on Stats { ${previous(15, '...B')} }`,
  `fragment B on Stats { ${previous(15)} }`,
].join(' ');

test.each<[string, string, string]>([
  ['tokens', `{ ${'__typename '.repeat(5_000)} }`, 'Query too long: over 5000 tokens asked, 5000 allowed'],
  [
    'repetition',
    `{ ${'__typename '.repeat(4_900)} }`,
    'Query too repetitive: over 5000 pairs of equal fields asked, 5000 allowed',
  ],
  [
    'aliases',
    `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
    'Too many aliases: 101 asked, 100 allowed',
  ],
  [
    'directives',
    `{ __typename ${'@include(if: true) '.repeat(51)} }`,
    'Too many directives: 51 asked, 50 allowed',
  ],
  [
    'depth',
    `{ node(id: "QWNjb3VudDox") { ... on Account { stats { ${previous(50)} } } } }`,
    'Query too deep: 53 levels asked, 24 allowed',
  ],
  [
    'depth by fragments',
    `{ node(id: "QWNjb3VudDox") { ... on Account { stats { ...A } } } } ${deepFragments}`,
    'Query too deep: 33 levels asked, 24 allowed',
  ],
  [
    'breadth',
    `{ ${many(12, (i) => `a${i}: node(id: "a") { ...F }`)} } fragment F on Account { posts(a: [${'1,'.repeat(500)}]) }`,
    'Query too wide: over 5000 fields, arguments and values asked, 5000 allowed',
  ],
  ['operations', many(51, (i) => `query Q${i} { __typename }`), 'Too many operations: 51 asked, 50 allowed'],
  [
    'fragments',
    `{ __typename } ${many(101, (i) => `fragment F${i} on Query { __typename }`)}`,
    'Too many fragments: 101 asked, 100 allowed',
  ],
  [
    'characters',
    `{ __typename } #${'x'.repeat(100_000)}`,
    'Query too long: 100016 characters asked, 100000 allowed',
  ],
])('a query over the limit of %s is refused with the figures', async (_name, query, message) => {
  const answer = await ask(server, { query }, { accept: 'application/json' });
  expect(answer.status).toBe(200);
  expect(errorOf(answer)).toEqual(tooComplex(expect.stringContaining(message) as unknown as string));
});

test('a cyclic query is refused before anything is read', async () => {
  const read = vi.fn();
  const untouchable = new Proxy({} as Database, { get: read });
  const blind = await serve(appOf({}, untouchable));
  const query = `{ node(id: "QWNjb3VudDox") { ... on Account { stats { ${previous(50)} } } } }`;
  expect(errorOf(await ask(blind, { query })).code).toBe('QUERY_TOO_COMPLEX');
  expect(read).not.toHaveBeenCalled();
});

test("GraphiQL's introspection passes, a bottomless one does not", async () => {
  const query = getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true, oneOf: true });
  expect(JSON.parse((await ask(server, { query })).body).errors).toBeUndefined();
  const deep = `{ __schema { types { ${'fields { type { '.repeat(4)}name${' } }'.repeat(4)} } } }`;
  expect(errorOf(await ask(server, { query: deep }))).toEqual(
    tooComplex('Introspection too deep: over 2 lists inside one another asked, 2 allowed'),
  );
});

const types = 'types { name kind fields { name description } }';
test.each<[string, string | string[]]>([
  ['by other names', `{ ${many(20, (i) => `a${i}: __schema { ${types} }`)} }`],
  ['by other names within', `{ __schema { ${many(20, (i) => `a${i}: ${types}`)} } }`],
  [
    'in fragments',
    `{ ${many(20, (i) => `a${i}: __schema { ...F }`)} } fragment F on __Schema { ... { ${types} } }`,
  ],
  [
    'of single types',
    `{ ${many(90, (i) => `a${i}: __type(name: "Query") { fields { name description isDeprecated args { name description defaultValue type { name kind } } } }`)} }`,
  ],
  ['in a batch', Array.from({ length: 10 }, () => `{ a: __schema { ${types} } b: __schema { ${types} } }`)],
])('introspection over and over, %s, is refused with the figures', async (_name, asked) => {
  const answer = await ask(
    server,
    typeof asked === 'string' ? { query: asked } : asked.map((query) => ({ query })),
  );
  const [message] = /Introspection too costly[^"]*/.exec(answer.body) ?? [];
  expect(message).toMatch(/: \d+ fields with their lists asked, 16000 allowed$/);
});

test('a batch over the limit is refused with the figures', async () => {
  const batch = (length: number) => Array.from({ length }, () => ({ query: '{ __typename }' }));
  expect(JSON.parse((await ask(server, batch(10))).body)).toHaveLength(10);
  const answer = await ask(server, batch(11));
  expect(answer.status).toBe(413);
  expect(errorOf(answer)).toEqual(tooComplex('Batch too long: 11 operations asked, 10 allowed'));
});

test.each<[string, string, string]>([
  ['aliases', `{ ${many(11, (i) => `a${i}: __typename`)} }`, 'Too many aliases: 110 asked, 100 allowed'],
  ['equal fields', `{ ${'__typename '.repeat(70)} }`, 'Query too repetitive'],
  ['tokens', `{ node(id: [${'1,'.repeat(600)}]) }`, 'Query too long'],
  [
    'fields',
    `{ ${many(9, (i) => `a${i}: node(id: "a") { ...F }`)} } fragment F on Node { id(a: [${'1,'.repeat(60)}]) }`,
    'Query too wide',
  ],
])('the %s of a batch are counted together', async (_name, query, message) => {
  const batch = (length: number) => Array.from({ length }, () => ({ query }));
  expect(JSON.parse((await ask(server, batch(1))).body)).toHaveLength(1);
  const answer = await ask(server, batch(10));
  expect(errorOf(answer)).toEqual(tooComplex(expect.stringContaining(message) as unknown as string));
  expect(answer.body.length).toBeLessThan(300);
});

test('the costs of the operations of a batch are added up', async () => {
  const strict = await serve(appOf({ cost: 25 }));
  const query = '{ jobs(first: 10) { nodes { id } } }';
  const answer = await ask(strict, [{ query }, { query }, { query }], { accept: 'application/json' });
  const answers = JSON.parse(answer.body) as { data?: unknown; errors?: { message: string }[] }[];
  expect(answers.map(({ data, errors }) => errors?.[0]?.message ?? data)).toEqual([
    { jobs: { nodes: [] } },
    expect.stringMatching(/Query too costly: \d+ .* 25 allowed/),
    expect.stringMatching(/Query too costly: \d+ .* 25 allowed/),
  ]);
});

test('one invalid document of a batch does not affect the answers of the others', async () => {
  const answer = await ask(server, [{ query: '{ __typename }' }, { query: '{ a' }]);
  expect(JSON.parse(answer.body)).toEqual([
    { data: { __typename: 'Query' } },
    { errors: [expect.objectContaining({ message: expect.stringContaining('Syntax Error') })] },
  ]);
});

test('documents over the limits are not validated', async () => {
  const unknown = many(101, (i) => `a${i}: nothing${i}`);
  const answer = await ask(server, { query: `{ ${unknown} }` });
  expect(errorOf(answer)).toEqual(tooComplex('Too many aliases: 101 asked, 100 allowed'));
});

test('a fragment that contains itself is refused before it is expanded', async () => {
  const query = '{ ...A } fragment A on Query { ...B } fragment B on Query { node(id: "a") { ...A } }';
  expect(errorOf(await ask(server, { query }))).toEqual({
    code: 'BAD_INPUT',
    message: 'The fragment A contains itself',
  });
});

test('a document with 1,500 errors is answered with the first 50', async () => {
  const answer = await ask(server, { query: `{ ${many(1_500, (i) => `f${i}`)} }` });
  const { errors } = JSON.parse(answer.body) as { errors: { message: string }[] };
  expect(errors).toHaveLength(51);
  expect(errors.at(-1)?.message).toMatch(/^\d+ more errors are not shown$/);
});

test('hundreds of failed fields are answered with the first 50 errors', async () => {
  const query = `{ ${many(100, (i) => `a${i}: node(id: "${i}") { id }`)} }`;
  const { errors } = JSON.parse((await ask(server, { query })).body) as { errors: { message: string }[] };
  expect(errors).toHaveLength(51);
  expect(errors.at(-1)?.message).toBe('50 more errors are not shown');
});

test('a message does not repeat a megabyte of input', async () => {
  const query = 'query ($id: ID!) { node(id: $id) { id } }';
  const answer = await ask(server, { query, variables: { id: 'x'.repeat(900_000) } });
  expect(answer.body.length).toBeLessThan(2_000);
});

test.each([
  ['the dashboard', readFileSync('schema/operations/dashboard.graphql', 'utf8')],
  ['a dashboard five times as large', fiveFold(readFileSync('schema/operations/dashboard.graphql', 'utf8'))],
  ["GraphiQL's introspection", getIntrospectionQuery({ oneOf: true })],
])('%s is within the limits', (_name, text) => {
  expect(() => createDocuments(defaultLimits).read(text)).not.toThrow();
});

/** The document with five operations of the same fields. */
function fiveFold(text: string): string {
  return many(5, (i) => text.replace(/query \w+/, `query Q${i}`));
}

test('the limits of a server can be set', async () => {
  const limits = { tokens: 10, aliases: 1, batch: 1, bodyBytes: 200 };
  const small = await serve(appOf(limits), { limits });
  expect(errorOf(await ask(small, { query: '{ a: __typename b: __typename }' })).message).toContain(
    '1 allowed',
  );
  expect(errorOf(await ask(small, { query: `{ ${'__typename '.repeat(9)} }` })).message).toContain(
    '10 allowed',
  );
  expect(errorOf(await ask(small, { query: ' '.repeat(200) })).message).toContain('200 allowed');
});

test('depth and cost can be set, too, for every operation', async () => {
  const strict = await serve(appOf({ depth: 3, cost: 30 }));
  const messageOf = async (query: string) => errorOf(await ask(strict, { query }, json)).message;
  expect(await messageOf('{ jobs { nodes { stream { title } } } }')).toBe(
    'Query too deep: 4 levels asked, 3 allowed',
  );
  expect(await messageOf('{ jobs(first: 50) { nodes { id } } }')).toMatch(/Query too costly: .* 30 allowed/);
  const deep = 'id stream { freshness { stale } }';
  expect(await messageOf(`mutation { cancelJob(id: "Sm9iOjE=") { ${deep} } }`)).toContain('3 allowed');
  const events = await ask(
    strict,
    { query: `subscription { jobChanged { ${deep} } }` },
    { accept: 'text/event-stream' },
  );
  expect(events.body).toContain('3 allowed');
});

test('an operation over its time is a TIMEOUT', async () => {
  const never = new Proxy({} as Database, { get: () => new Proxy(() => {}, hanging) });
  const slow = await serve(appOf({ operationMs: 50 }, never));
  const answer = await ask(slow, { query: '{ account(handle: "a") { handle } }' });
  expect(errorOf(answer)).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('0.05 s') });
});

/** Every method of it returns a promise that never settles. */
const hanging: ProxyHandler<() => void> = {
  get: (_target, key, self) => (key === 'then' ? () => {} : self),
  apply: (_target, _this, _args) => new Proxy(() => {}, hanging),
};
