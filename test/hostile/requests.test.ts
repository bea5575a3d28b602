import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask, formHeaders, send } from '../integration/http/support.ts';
import { openStore } from '../support/store.ts';
import { expectErrors, expectTyped, expectWell, liveBytes, serveHostile } from './support.ts';

const server = await serveHostile(await openStore());
const query =
  'query ($id: ID!, $zone: TimeZone) { node(id: $id) { id ... on Account { stats(timeZone: $zone) { timeZone } } } }';

/** JSON of any form, also with the names of an object's own properties. */
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.dictionary(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'then', 'query', 'id', ''),
    fc.jsonValue(),
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

test('variables of any kind are answered', async () => {
  await fc.assert(
    fc.asyncProperty(json, json, json, async (id, zone, extensions) => {
      expectTyped((await ask(server, { query, variables: { id, zone }, extensions })).body);
      expectTyped((await ask(server, { query, variables: id, operationName: zone })).body);
      expectTyped((await ask(server, { query: zone, variables: { id } })).body);
    }),
    { numRuns: 60 },
  );
  await expectWell(server);
});

test('bodies of any kind are answered, as every content type', async () => {
  const body = fc.oneof(
    json.map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(fc.constantFrom('[', '{"a":', '"', '[[],', '\\'), fc.nat(30_000))
      .map(([part, count]) => Buffer.from(part.repeat(count))),
    fc
      .array(
        fc.constantFrom(
          '--xxBOUNDARYxx',
          '--',
          '\r\n',
          'content-disposition: form-data; name="operations"',
          'filename="',
          '{}',
          '\0',
        ),
      )
      .map((parts) => Buffer.from(parts.join(''))),
  );
  const type = fc.constantFrom(
    'application/json',
    formHeaders['content-type'],
    'multipart/form-data',
    'text/plain',
    '',
  );
  await fc.assert(
    fc.asyncProperty(body, type, async (bytes, contentType) => {
      const answer = await send(server, { headers: { 'content-type': contentType } }, bytes);
      expect([200, 400, 413, 415]).toContain(answer.status);
      expectTyped(answer.body);
    }),
    { numRuns: 120 },
  );
  await expectWell(server);
});

test('addresses and headers of any kind are answered', async () => {
  const text = fc.string({ maxLength: 60 }).map((value) => value.replace(/[^\x21-\x7e]/g, '~'));
  const name = fc.constantFrom(
    'accept',
    'accept-encoding',
    'origin',
    'sec-fetch-site',
    'host',
    'content-type',
    'x-a',
    'if-none-match',
    'content-encoding',
    'access-control-request-method',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'),
      fc.tuple(
        fc.constantFrom(
          '/graphql?query={__typename}&',
          '/graphql?variables=',
          '/graphql?extensions=',
          '/health',
          '/',
        ),
        text,
      ),
      fc.dictionary(name, text, { maxKeys: 4 }),
      async (method, [path, rest], headers) => {
        const answer = await send(server, { method, path: path + rest, headers });
        expect(answer.status).toBeLessThan(500);
        const type = String(answer.headers['content-type']);
        if (answer.body !== '' && answer.status >= 400 && type.includes('json')) expectTyped(answer.body);
      },
    ),
    { numRuns: 150 },
  );
  await expectWell(server);
});

/** Writes bytes to the port, ends its side, and returns everything that comes back until the server closes. */
function exchange(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.end(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

test('bytes that are not HTTP get an answer or none, and the server continues', async () => {
  const start = fc.constantFrom(
    '',
    'GET / HTTP/1.1\r\n',
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\n',
    'PRI * HTTP/2.0\r\n',
  );
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 400 }), async (head, tail) => {
      const answer = await exchange(Buffer.concat([Buffer.from(head), tail, Buffer.from('\r\n\r\n')]));
      expect(answer).toMatch(/^$|^HTTP\/1\.1 [1-4]/);
    }),
    { numRuns: 80 },
  );
  await expectWell(server);
});

type Message = { readonly type: string; readonly payload?: unknown };

/** Sends messages over a socket, and returns what came back when the server has closed it or answered a ping. */
function converse(messages: readonly string[]): Promise<{ code: number | null; received: Message[] }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, 'graphql-transport-ws');
    const received: Message[] = [];
    socket.on('error', reject);
    socket.on('open', () => {
      for (const message of messages) socket.send(message);
      socket.send('{"type":"ping","payload":{"last":true}}');
    });
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      received.push(message);
      const last =
        message.type === 'pong' && (message.payload as { last?: boolean } | undefined)?.last === true;
      if (last) {
        socket.terminate();
        resolve({ code: null, received });
      }
    });
    socket.on('close', (code) => resolve({ code, received }));
  });
}

test('any message over a WebSocket is answered, or closes it with a code of the protocol', async () => {
  const kinds = [
    'connection_init',
    'connection_ack',
    'ping',
    'pong',
    'subscribe',
    'next',
    'error',
    'complete',
    'x',
  ];
  const message = fc.oneof(
    fc
      .record(
        {
          type: fc.constantFrom(...kinds),
          id: fc.oneof(fc.constantFrom('1', '__proto__', ''), json),
          payload: json,
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
    fc
      .record({
        type: fc.constant('subscribe'),
        id: fc.constantFrom('1', '2', 'a'.repeat(300)),
        payload: fc.record({
          query: fc.constantFrom(query, '{', '{ a }', '{ __typename }'),
          variables: fc.dictionary(fc.constantFrom('id', 'zone'), json),
        }),
      })
      .map((value) => JSON.stringify(value)),
    json.map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()),
    fc.tuple(fc.constantFrom('[', '{"a":', '"'), fc.nat(50_000)).map(([part, count]) => part.repeat(count)),
  );
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(message, { maxLength: 6 }), async (greets, messages) => {
      const { code, received } = await converse(
        greets ? ['{"type":"connection_init"}', ...messages] : messages,
      );
      expect([null, 4400, 4401, 4409, 4429]).toContain(code);
      for (const { type, payload } of received) {
        if (type === 'error') expectErrors(payload as Parameters<typeof expectErrors>[0]);
      }
    }),
    { numRuns: 120 },
  );
  await expectWell(server);
});

test('a thousand operations in one packet are answered one by one', async () => {
  const messages = Array.from({ length: 1_000 }, (_, id) =>
    JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: '{ __typename }' } }),
  );
  const { received } = await converse(['{"type":"connection_init"}', ...messages]);
  for (const { type, payload } of received) {
    if (type === 'error') expectErrors(payload as Parameters<typeof expectErrors>[0]);
  }
  await expectWell(server);
});

test('the memory of refused bodies is released', async () => {
  const body = JSON.stringify({ query, variables: { id: 'x'.repeat(900_000) } });
  for (let turn = 0; turn < 10; turn++) await ask(server, body);
  const before = liveBytes();
  for (let turn = 0; turn < 150; turn++) await ask(server, body);
  expect(liveBytes() - before).toBeLessThan(50_000_000);
});
