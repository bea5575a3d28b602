import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';
import { errorOf, form, formHeaders, send, serve, type Served } from './support.ts';

const db = await openStore();
const app = openApp(db);
const page = 'http://localhost:5173';
const server = await serve(app, { origins: [page, 'https://stats.example.org'] });
const open = await serve(app, { origins: ['*'] });
const query = '{"query":"{ __typename }"}';
const refusal = "The request's Origin or Host is not allowed: set ALLOWED_ORIGINS or ALLOWED_HOSTS.";

const ways: [string, (server: Served, headers: Record<string, string>) => ReturnType<typeof send>][] = [
  ['POST', (to, headers) => send(to, { headers: { ...headers, 'content-type': 'application/json' } }, query)],
  ['GET', (to, headers) => send(to, { method: 'GET', path: '/graphql?query={__typename}', headers })],
  [
    'an upload',
    (to, headers) =>
      send(
        to,
        { headers: { ...headers, ...formHeaders } },
        form([
          { name: 'operations', value: query },
          { name: 'map', value: '{}' },
        ]),
      ),
  ],
  [
    'server-sent events',
    (to, headers) =>
      send(
        to,
        { headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' } },
        query,
      ),
  ],
];

test.each(ways)('a page of an allowed origin can read the answer of %s', async (_name, ask) => {
  for (const [to, origin] of [
    [server, page],
    [server, 'https://stats.example.org'],
    [open, 'https://anything.example'],
  ] as const) {
    const answer = await ask(to, { origin, 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('{"__typename":"Query"}');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(answer.headers.vary).toMatch(/\bOrigin\b/);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  }
});

test.each(ways)(
  'a page of any other origin is refused by %s with the name of the variable',
  async (_name, ask) => {
    for (const origin of [
      'http://localhost:5174',
      'https://localhost:5173',
      'http://localhost:5173.evil.example',
      'http://LOCALHOST:5173',
      'null',
    ]) {
      const answer = await ask(server, { origin, 'sec-fetch-site': 'cross-site' });
      expect(answer.status).toBe(403);
      expect(errorOf(answer)).toEqual({
        code: 'FORBIDDEN',
        message: `${refusal} It came with Origin: ${origin}`,
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.headers.vary).toMatch(/\bOrigin\b/);
    }
  },
);

test('a page of an allowed origin can read errors, too', async () => {
  const answer = await send(server, { headers: { origin: page, 'content-type': 'application/json' } }, '{');
  expect(answer.status).toBe(400);
  expect(answer.headers['access-control-allow-origin']).toBe(page);
});

const preflight = (origin: string, more: Record<string, string> = {}) =>
  send(server, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
      ...more,
    },
  });

test('a preflight from an allowed origin is granted with its headers', async () => {
  const answer = await preflight(page);
  expect(answer.status).toBe(204);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': page,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization,content-type',
    'access-control-max-age': '7200',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  });
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  expect(answer.headers['access-control-allow-private-network']).toBeUndefined();
});

test('a preflight for a private network is granted when it is requested', async () => {
  const answer = await preflight(page, { 'access-control-request-private-network': 'true' });
  expect(answer.headers['access-control-allow-private-network']).toBe('true');
});

test('a preflight from another origin is refused', async () => {
  const answer = await preflight('https://evil.example');
  expect(answer.status).toBe(403);
  expect(errorOf(answer).message).toContain(refusal);
  expect(answer.headers['access-control-allow-methods']).toBeUndefined();
});

test.each([
  [server, page, 'open'],
  [server, 'https://evil.example', 403],
  [open, 'https://anything.example', 'open'],
] as const)('a WebSocket is opened to pages of allowed origins only', async ({ port }, origin, outcome) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
    headers: { origin },
  });
  socket.on('error', () => {});
  const seen = await new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_req, res) => resolve(res.statusCode));
  });
  expect(seen).toBe(outcome);
  socket.terminate();
});

test('without allowed origins no answer names one', async () => {
  const closed = await serve(app);
  const answer = await send(closed, { headers: { 'content-type': 'application/json' } }, query);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
});
