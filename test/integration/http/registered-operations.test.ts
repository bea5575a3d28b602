import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { print, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import codegen from '../../../codegen.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { ownOperations } from '../../../src/http/graphiql.ts';
import { sha256 } from '../../../src/http/operations/sha256.ts';
import { openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { ask, errorOf, type Raw, send, serve } from './support.ts';

const db = await openStore();
const scratch = mkdtempSync(join(tmpdir(), 'larkstat-operations-'));
afterAll(() => rm(scratch, { recursive: true }));

/** A folder of files by their names. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(scratch, 'folder-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
const appOf = (files: Readonly<Record<string, string>>, only = false) =>
  openApp(db, {}, { examples: ownOperations, folder: folderOf(files), only });

const mine = '# Says its name.\nquery Mine {\n  mine: __typename\n}\n';
const other = '{ streams(first: 1) { nodes { title } } }';
const listed = 'query Listed{listed:__typename}';
const files = {
  'mine.graphql': mine,
  'two.graphql': 'query One { ...F } query Two { two: __typename } fragment F on Query { one: __typename }',
  'change.graphql': 'mutation { cancelJob(id: "Sm9iOjE=") { id } }',
  'follow.graphql': 'subscription { jobChanged { id } }',
  'persisted-documents.json': JSON.stringify({ [`sha256:${sha256(listed)}`]: listed }),
  'notes.txt': 'no operation',
};
const server = await serve(appOf(files));
const closed = await serve(appOf(files, true));
const answered = { data: { mine: 'Query' } };

const get = (query: string) => send(server, { method: 'GET', path: `/graphql?${query}` });
const hashOf = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

describe('a registered operation runs', () => {
  test.each([
    ['by the name of its file', { id: 'mine' }],
    ['by the hash of its file', { id: sha256(mine) }],
    ['by the hash with its algorithm', { id: `sha256:${sha256(mine)}` }],
    ['by the hash of its text as graphql-js prints it', { id: sha256(print(parse(mine))) }],
    ["by Apollo's protocol", hashOf(sha256(mine))],
  ])('%s', async (_how, body) => {
    for (const at of [server, closed]) {
      expect(JSON.parse((await ask(at, body)).body)).toEqual(answered);
      expect(JSON.parse((await ask(at, [body, body])).body)).toEqual([answered, answered]);
    }
    const query = Object.entries(body).map(([name, value]) =>
      [name, typeof value === 'string' ? value : JSON.stringify(value)].map(encodeURIComponent).join('='),
    );
    expect(JSON.parse((await get(query.join('&'))).body)).toEqual(answered);
  });

  test('by the hash of a list that graphql-codegen wrote', async () => {
    expect(JSON.parse((await ask(closed, { id: sha256(listed) })).body)).toEqual({
      data: { listed: 'Query' },
    });
  });

  test('as one of several in a file', async () => {
    const asked = { id: 'two', operationName: 'One' };
    expect(JSON.parse((await ask(closed, asked)).body)).toEqual({ data: { one: 'Query' } });
    expect(errorOf(await ask(closed, { id: 'two' })).code).toBe('BAD_INPUT');
  });

  test('with variables', async () => {
    const asked = { id: '15-top-hashtags', variables: { handle: 'nobody', range: null, timeZone: 'UTC' } };
    expect(JSON.parse((await ask(server, asked)).body)).toEqual({ data: { account: null } });
    const variables = encodeURIComponent(JSON.stringify(asked.variables));
    const answer = await get(`id=15-top-hashtags&variables=${variables}`);
    expect(JSON.parse(answer.body)).toEqual({ data: { account: null } });
  });

  test('over a WebSocket', async () => {
    const client = createClient({ url: `ws://127.0.0.1:${closed.port}/graphql`, webSocketImpl: WebSocket });
    for (const asked of [{ id: 'mine' }, hashOf(sha256(mine))]) {
      const answers = client.iterate({ query: '', ...asked });
      expect(await answers.next()).toEqual({ done: false, value: answered });
    }
    await expect(client.iterate({ query: other }).next()).rejects.toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    await client.dispose();
  });

  test('as a mutation by POST only', async () => {
    expect((await get('id=change')).status).toBe(405);
    expect(errorOf(await ask(server, { id: 'change' })).code).not.toBe('BAD_INPUT');
  });
});

test('every hash that graphql-codegen writes finds its operation', async () => {
  const [[folder, output] = ['', {}]] = Object.entries(codegen.generates);
  const presetConfig = { fragmentMasking: false, persistedDocuments: true };
  const generates = { [folder]: { ...output, presetConfig } };
  const config = { ...codegen, generates: generates as typeof codegen.generates };
  const written = (await generate(config, false)) as { filename: string; content: string }[]; // safe: no types of its own
  const list = written.find(({ filename }) => filename.endsWith('persisted-documents.json'));
  const documents = Object.entries(JSON.parse(list?.content ?? '{}') as Record<string, string>);
  expect(documents.length).toBeGreaterThan(30);
  const { operations } = appOf({});
  for (const [id, text] of documents) {
    expect(operations.findByHash(id.replace('sha256:', '')), text.slice(0, 80)).toBe(text);
  }
});

describe('is refused', () => {
  test.each([
    ['an unknown name', { id: 'nothing' }, 'NOT_FOUND', /^No registered operation has the id nothing$/],
    ['an unknown hash', { id: sha256('x') }, 'NOT_FOUND', /^No registered/],
    ['a very long id', { id: 'x'.repeat(10_000) }, 'NOT_FOUND', /^.{0,150}$/],
    ['an id that is no text', { id: 5 }, 'BAD_INPUT', /has to be a string/],
    ['an id beside a query', { id: 'mine', query: mine }, 'BAD_INPUT', /not both/],
    ['the name of an object', { id: 'constructor' }, 'NOT_FOUND', /constructor/],
  ])('%s', async (_what, body, code, message) => {
    const answer = await ask(server, body);
    expect(errorOf(answer)).toEqual({ code, message: expect.stringMatching(message) });
    const [first, second] = JSON.parse((await ask(server, [body, { id: 'mine' }])).body);
    expect([first.errors[0].extensions.code, second]).toEqual([code, answered]);
  });
});

describe('with OPERATIONS=only', () => {
  test.each([
    ['a query', { query: other }],
    ['a query with its hash', { query: other, ...hashOf(sha256(other)) }],
    ['a hash that is not registered', hashOf(sha256(other))],
    ['nothing', { variables: {} }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
  ])('%s is refused', async (_what, body) => {
    const answer = await ask(closed, body);
    expect(errorOf(answer)).toEqual({
      code: 'FORBIDDEN',
      message: 'This server runs registered operations only: send the id of one (OPERATIONS=only)',
    });
  });

  test('the text of a registered operation runs', async () => {
    expect(JSON.parse((await ask(closed, { query: mine })).body)).toEqual(answered);
    const printed = print(parse(mine));
    expect(JSON.parse((await ask(closed, { query: printed, ...hashOf(sha256(printed)) })).body)).toEqual(
      answered,
    );
  });

  test('a batch has an error for those that are not registered', async () => {
    const [first, second] = JSON.parse((await ask(closed, [{ id: 'mine' }, { query: other }])).body);
    expect([first, second.errors[0].extensions.code]).toEqual([answered, 'FORBIDDEN']);
  });
});

describe('a folder prevents the start', () => {
  test.each([
    ['a file that is no GraphQL', { 'a.graphql': '{ streams' }, /a\.graphql: Syntax Error/],
    [
      'one without an operation',
      { 'a.graphql': 'fragment F on Query { __typename }' },
      /a\.graphql: it holds no op/,
    ],
    [
      'one that does not fit the schema',
      { 'a.graphql': '{ nothing }' },
      /a\.graphql: Cannot query field "nothing"/,
    ],
    [
      'one over the limits',
      { 'a.graphql': `{ ${'a: __typename '.repeat(2_000)} }` },
      /a\.graphql: .*allowed/,
    ],
    ['a list that is none', { 'a.json': '[]' }, /a\.json: expected a JSON object/],
    [
      'a list with a wrong hash',
      { 'a.json': `{"${sha256(mine)}":"{ ok }"}` },
      /a\.json: .* is not the SHA-256/,
    ],
    [
      'a list with a bad document',
      { 'a.json': `{"${sha256('{ no }')}":"{ no }"}` },
      /a\.json: Cannot query field/,
    ],
  ])('with %s', (_what, bad, message) => {
    expect(() => appOf({ ...files, ...bad })).toThrow(message);
  });

  test('when it is missing', () => {
    const folder = join(scratch, 'missing');
    expect(() => openApp(db, {}, { folder, only: false })).toThrow(/^OPERATIONS_DIR: .*missing/);
  });

  test('with too many files, or with a folder in place of a file', () => {
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`${n}.graphql`, mine]));
    expect(() => appOf(many)).toThrow(/1001 files, 1000 allowed/);
    const folder = folderOf({});
    mkdirSync(join(folder, 'a.graphql'));
    expect(() => openApp(db, {}, { folder, only: false })).toThrow(/a\.graphql: not a file/);
  });

  test('with a file that is too large', () => {
    expect(() => appOf({ 'a.graphql': `#${' '.repeat(5_000_000)}\n${mine}` })).toThrow(
      /5000\d+ bytes, 5000000 allowed/,
    );
  });
});

test('a file of the administrator replaces the example of its name, whose hash stays', async () => {
  const own = await serve(appOf({ 'jobs.graphql': mine }));
  expect(JSON.parse((await ask(own, { id: 'jobs' })).body)).toEqual(answered);
  const example = readFileSync(join(ownOperations, 'jobs.graphql'), 'utf8');
  const answer = await ask(own, { id: sha256(example), variables: { state: null, kind: null } });
  expect(JSON.parse(answer.body)).toMatchObject({ data: { jobs: {} } });
});

describe('the cache serves registered operations', () => {
  const text = 'query Q { account(handle: "nobody") { id } }';
  const open = async (operation: string) => {
    const versions = await openVersions(db);
    const cache = createAnswerCache({ versions, maxBytes: 1_000_000, ttlMs: 900_000 });
    return { cache, served: await serve(appOf({ 'mine.graphql': operation }), { cache }) };
  };
  const howOf = ({ headers }: Raw) => headers['x-larkstat-cache'];

  test.each([
    ['by name', { id: 'mine' }],
    ['by hash', { id: sha256(text) }],
    ["by Apollo's protocol", hashOf(sha256(text))],
  ])('%s', async (_how, body) => {
    const { served } = await open(text);
    const query = new URLSearchParams(
      Object.entries(body).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    for (const asked of [
      () => ask(served, body),
      () => ask(served, [body, body]),
      () => send(served, { method: 'GET', path: `/graphql?${query}` }),
    ]) {
      const [first, second] = [await asked(), await asked()];
      expect([howOf(first), howOf(second)]).toEqual(['miss', 'hit']);
      expect(second.body).toBe(first.body);
      expect(first.body).toContain('{"data":{"account":null}}');
    }
  });

  test('and never those of a server with other operations', async () => {
    const { cache, served } = await open(text);
    await ask(served, { id: 'mine' });
    const renamed = await serve(appOf({ 'mine.graphql': text.replace('account', 'other: account') }), {
      cache,
    });
    expect((await ask(renamed, { id: 'mine' })).body).toBe('{"data":{"other":null}}');
    expect((await ask(renamed, { query: text })).body).toBe('{"data":{"account":null}}');
    const strict = await serve(appOf({ 'mine.graphql': '{ __typename }' }, true), { cache });
    expect(errorOf(await ask(strict, { query: text })).code).toBe('FORBIDDEN');
  });
});
