import { serverAudits } from 'graphql-http';
import { describe, expect, test } from 'vitest';
import { openApp } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { openStore } from '../../support/store.ts';
import { type Raw, send, serve } from '../http/support.ts';

const db = await openStore();
const { bearer } = await makeKey(db, 'admin');
const { access } = await openKeys(db);
const server = await serve(openApp(db), { access });
const withKey = { authorization: bearer };

describe('with a key, the audit of GraphQL over HTTP', () => {
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...init.headers, ...withKey } });
  const audits = serverAudits({ url: `${server.url}/graphql`, fetchFn });

  test('has its sixty-one checks', () => expect(audits).toHaveLength(61));

  test.each(audits)('$id $name', async (audit) => {
    expect(await audit.fn()).toMatchObject({ status: 'ok' });
  });
});

type Check = {
  readonly name: string;
  readonly ask: (headers: Record<string, string>) => Promise<Raw>;
  /** Whether a scanner reports a problem for this answer. */
  readonly finds: (answer: Raw) => boolean;
  /** Whether there is nothing to report for callers with a key, either. */
  readonly always?: boolean;
};

const post = (body: unknown) => (headers: Record<string, string>) =>
  send(server, { headers: { 'content-type': 'application/json', ...headers } }, JSON.stringify(body));
const get = (query: string) => (headers: Record<string, string>) =>
  send(server, { method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}`, headers });
const has =
  (text: string) =>
  ({ body }: Raw): boolean =>
    body.includes(text);
const repeat = (times: number, part: (n: number) => string) =>
  Array.from({ length: times }, (_, n) => part(n));

// The requests and checks of graphql-cop.
const checks: readonly Check[] = [
  {
    name: 'field suggestions',
    ask: post({ query: 'query cop { __schema { directive } }' }),
    finds: has('Did you mean'),
  },
  {
    name: 'introspection',
    ask: post({ query: 'query cop { __schema { types { name fields { name } } } }' }),
    finds: has('"__schema"'),
  },
  {
    name: 'GraphiQL and the like',
    ask: (headers) => send(server, { method: 'GET', headers: { accept: 'text/html', ...headers } }),
    finds: ({ body }) => /graphiql|playground|altair|voyager/i.test(body),
  },
  { name: 'queries by GET', ask: get('query cop { __typename }'), finds: has('"data"') },
  { name: 'mutations by GET', ask: get('mutation cop { __typename }'), finds: has('"data"'), always: true },
  {
    name: 'url-encoded POST',
    ask: (headers) =>
      send(
        server,
        { headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } },
        'query=query+cop+%7B__typename%7D',
      ),
    finds: has('"data"'),
    always: true,
  },
  {
    name: '101 aliases',
    ask: post({ query: `query cop { ${repeat(101, (n) => `alias${n}:__typename`).join(' ')} }` }),
    finds: has('"alias100"'),
    always: true,
  },
  {
    name: 'a batch of 10',
    ask: post(repeat(10, () => 'query cop { __typename }').map((query) => ({ query }))),
    finds: ({ body }) => body.split('"__typename"').length > 10,
  },
  {
    name: '10 unknown directives',
    ask: post({ query: `query cop { __typename ${repeat(10, () => '@aa').join('')} }` }),
    finds: ({ body }) => body.split('Unknown directive').length > 10,
  },
  {
    name: 'a field 500 times',
    ask: post({ query: `query cop { ${repeat(500, () => '__typename').join(' ')} }` }),
    finds: has('"data"'),
    always: true,
  },
  {
    name: 'circular introspection',
    ask: post({
      query: `query cop { __schema { types { ${'fields { type { '.repeat(4)} name ${'} } '.repeat(4)} } } }`,
    }),
    finds: has('"__schema"'),
    always: true,
  },
  {
    name: 'tracing',
    ask: post({ query: 'query cop { __typename }' }),
    finds: has('"tracing"'),
    always: true,
  },
  {
    name: 'unhandled errors',
    ask: post({ query: 'qwerty cop { abc }' }),
    finds: ({ body }) => /"exception"|"stacktrace"|node_modules|\.ts:\d/.test(body),
    always: true,
  },
];

test('are the thirteen checks that scanners make', () => expect(checks).toHaveLength(13));

test.each(checks)('without a key a scanner finds no $name', async ({ ask, finds }) => {
  const answer = await ask({});
  expect(answer.status).toBe(401);
  expect(finds(answer)).toBe(false);
});

test.each(checks.filter(({ always }) => always))(
  'nor does a scanner with a key find $name',
  async (check) => {
    expect(check.finds(await check.ask(withKey))).toBe(false);
  },
);

test.each(checks.filter(({ always }) => !always))(
  "the scanner's request is right: with a key it finds $name",
  async ({ ask, finds }) => {
    expect(finds(await ask(withKey))).toBe(true);
  },
);
