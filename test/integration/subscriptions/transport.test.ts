import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startJob, reportProgress } from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { patienceMs } from '../../support/patience.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { eventually, followSse, followWs, globalId, type Live, serveLive } from './support.ts';

const db = await openStore();
const live = await serveLive(db);
const transports = [
  ['server-sent events', followSse],
  ['a WebSocket', followWs],
] as const;

const versions = 'subscription ($id: ID!) { streamUpdated(id: $id) { freshness { version } } }';

async function aStream() {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  return { account, id: globalId('Account', streamId) };
}

/** The result of opening a socket: `open`, or the status of the refusal. */
function knock(url: string, headers: Record<string, string>, protocols = ['graphql-transport-ws']) {
  return new Promise<{ status: number | 'open'; body: string }>((resolve) => {
    const socket = new WebSocket(url, protocols, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve({ status: 'open', body: '' });
    });
    socket.on('unexpected-response', (_req, res) => {
      let body = '';
      res.on('data', (part) => {
        body += part;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
    });
    socket.on('error', () => {});
  });
}

test.each<[string, Record<string, string>, number | 'open']>([
  ['a program', {}, 'open'],
  ['a page of the server itself', { origin: `http://127.0.0.1:${live.port}` }, 'open'],
  ['a page of another site', { origin: 'https://evil.example' }, 403],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['a sandboxed frame', { origin: 'null' }, 403],
  ['a cross-site page without Origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a name that was made to lead here', { host: 'evil.example' }, 403],
])('%s may or may not open a socket', async (_name, headers, status) => {
  const answer = await knock(live.ws, headers);
  expect(answer.status).toBe(status);
  if (status !== 'open') expect(JSON.parse(answer.body).errors[0].extensions.code).toBe('FORBIDDEN');
});

test('a socket is opened only at the path of the API', async () => {
  expect((await knock(live.ws.replace('/graphql', '/health'), {})).status).toBe(404);
});

/**
 * Sends raw messages over a socket (all but the first after that is acknowledged). Returns what comes back, and how the
 * socket was closed.
 */
function talk(url: string, messages: readonly string[], protocols = ['graphql-transport-ws']) {
  const received: { type: string; id?: string; payload?: unknown }[] = [];
  const socket = new WebSocket(url, protocols);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  const [first = '', ...rest] = messages;
  socket.on('open', () => socket.send(first));
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)));
    if (received.at(-1)?.type !== 'connection_ack') return;
    for (const message of rest) socket.send(message);
  });
  socket.on('error', () => {});
  return { socket, received, closed };
}
const init = '{"type":"connection_init"}';
const subscribe = (id: string, query: string, variables = {}) =>
  JSON.stringify({ id, type: 'subscribe', payload: { query, variables } });

test.each<[string, string[], string[], number]>([
  ['no subprotocol', [], [init], 4406],
  ['what is no message', ['graphql-transport-ws'], ['hello'], 4400],
  ['an operation before the greeting', ['graphql-transport-ws'], [subscribe('1', '{ __typename }')], 4401],
  ['a second greeting', ['graphql-transport-ws'], [init, init], 4429],
  ['a message without a type', ['graphql-transport-ws'], [init, '{}'], 4400],
  ['a type that nobody knows', ['graphql-transport-ws'], [init, '{"type":"hello"}'], 4400],
  ...['next', 'error', 'connection_ack'].map((type): [string, string[], string[], number] => [
    `${type}, which only servers send,`,
    ['graphql-transport-ws'],
    [init, JSON.stringify({ id: '1', type, payload: type === 'error' ? [{ message: 'a' }] : {} })],
    4400,
  ]),
  [
    'a greeting nested too deep',
    ['graphql-transport-ws'],
    [`{"type":"connection_init","payload":{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}}`],
    4400,
  ],
  [
    'one id for two subscriptions',
    ['graphql-transport-ws'],
    [init, ...[1, 2].map(() => subscribe('a'.repeat(500), 'subscription { jobChanged { id } }'))],
    4409,
  ],
  ['a message of 2 MB', ['graphql-transport-ws'], [init, subscribe('1', ' '.repeat(2_000_000))], 1009],
])('%s closes the socket', async (_name, protocols, messages, code) => {
  const { closed } = talk(live.ws, messages, protocols);
  expect((await closed).code).toBe(code);
});

test('a socket without a first message is closed', async () => {
  const socket = new WebSocket(live.ws, 'graphql-transport-ws');
  const code = await new Promise<number>((resolve) => socket.on('close', resolve));
  expect(code).toBe(4408);
});

test('variables nested too deep are BAD_INPUT, and the socket stays', async () => {
  const deepVariables = subscribe('1', '{ __typename }').replace(
    '{}',
    `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  );
  const { received, socket } = talk(live.ws, [init, deepVariables, subscribe('2', '{ __typename }')]);
  await eventually(() => received.some(({ type, id }) => type === 'complete' && id === '2'));
  socket.terminate();
  expect(received.find(({ id }) => id === '1')).toMatchObject({
    type: 'error',
    payload: [{ message: expect.stringContaining('nested too deep'), extensions: { code: 'BAD_INPUT' } }],
  });
  expect(received).toContainEqual({ id: '2', type: 'next', payload: { data: { __typename: 'Query' } } });
});

type Failure = { readonly message: string; readonly extensions: { readonly code: string } };

/** The error with which a subscription is refused, over both transports. */
async function refusals(query: string): Promise<readonly (Failure | undefined)[]> {
  const answer = await post({ query }, { accept: 'text/event-stream, application/json' });
  const text = await answer.text();
  const { errors } = JSON.parse(/^data: (.+)$/m.exec(text)?.[1] ?? text) as { errors: Failure[] };
  const { received, socket } = talk(live.ws, [init, subscribe('1', query)]);
  await eventually(() => received.length >= 2);
  socket.terminate();
  const { type, payload } = received[1] as { type: string; payload: Failure[] & { errors: Failure[] } };
  return [errors[0], type === 'error' ? payload[0] : payload.errors[0]];
}

const deep = (levels: number) => `${'previous { '.repeat(levels)}timeZone${' }'.repeat(levels)}`;
const wide = 'posts(first: 200) { nodes { stream { '.repeat(3);
test.each<[string, string, RegExp, string]>([
  ['a syntax error', 'BAD_INPUT', /Syntax Error/, 'subscription {'],
  ['an unknown field', 'BAD_INPUT', /Cannot query field/, 'subscription { nothing }'],
  [
    'a variable that is missing',
    'BAD_INPUT',
    /Variable "\$id" of required type/,
    'subscription ($id: ID!) { jobProgress(id: $id) { id } }',
  ],
  [
    'two fields',
    'BAD_INPUT',
    /only one top level/,
    'subscription Two { jobChanged { id } a: jobChanged { id } }',
  ],
  [
    'two operations without a name',
    'BAD_INPUT',
    /operation/,
    'subscription A { jobChanged { id } } subscription B { jobChanged { id } }',
  ],
  [
    'one too deep',
    'QUERY_TOO_COMPLEX',
    /Query too deep: 53 levels asked, 24 allowed/,
    `subscription { streamUpdated(id: "QWNjb3VudDox") { stats { ${deep(50)} } } }`,
  ],
  [
    'one too costly',
    'QUERY_TOO_COMPLEX',
    /Query too costly/,
    `subscription { streamUpdated(id: "QWNjb3VudDox") { ${wide} id ${'} } } '.repeat(3)} } }`,
  ],
  [
    'one too long',
    'QUERY_TOO_COMPLEX',
    /5000 tokens asked/,
    `subscription { ${'__typename '.repeat(5_000)} }`,
  ],
])('%s is %s over either transport', async (_name, code, message, query) => {
  for (const error of await refusals(query)) {
    expect(error?.message).toMatch(message);
    expect(error?.extensions).toEqual({ code });
  }
  expect(live.changes.count()).toBe(0);
});

test('an unexpected error is masked over either transport', async () => {
  const away: typeof db = Object.create(db, {
    rows: { value: () => Promise.reject(new Error('password=secret')) },
    url: { value: db.url },
    until: { value: () => away },
  });
  const broken = await serveLive(away);
  for (const [, followBy] of transports) {
    for (const query of [
      'subscription { streamUpdated(id: "QWNjb3VudDox") { id } }',
      '{ jobs { nodes { id } } }',
    ]) {
      const heard = followBy(broken, { query });
      await eventually(() => heard.errors.length > 0);
      const [error] = heard.errors as { message: string; extensions: object }[];
      expect(error?.extensions).toEqual({ code: 'INTERNAL', requestId: expect.any(String) });
      expect(JSON.stringify(heard.errors)).not.toContain('secret');
      heard.stop();
    }
  }
});

test('time is limited for a query and for each event, not for a subscription', async () => {
  const { account, id } = await aStream();
  // Enough for an event on a busy machine.
  const operationMs = 3_000;
  const hasty = await serveLive(db, { limits: { operationMs } });
  const all = transports.map(([, followBy]) => followBy(hasty, { query: versions, variables: { id } }));
  for (const heard of all) await heard.until((events) => events.length >= 1);
  await sleep(operationMs + 100);
  await savePosts(db, account, [aPost(account)]);
  for (const heard of all) {
    await heard.until((events) => events.length === 2);
    expect(heard.errors).toEqual([]);
    heard.stop();
  }
  const stuck: typeof db = Object.create(db, {
    rows: { value: () => new Promise(() => {}) },
    url: { value: db.url },
    until: { value: () => stuck },
  });
  const hanging = await serveLive(stuck, { limits: { operationMs: 50 } });
  const asked = followWs(hanging, { query: '{ jobs { nodes { id } } }' });
  await eventually(() => asked.errors.length > 0);
  expect(JSON.stringify(asked.errors)).toContain('"code":"TIMEOUT"');
});

test('one socket has a limited number of running operations', async () => {
  const messages = Array.from({ length: 101 }, (_, at) =>
    subscribe(`${at}`, 'subscription { jobChanged { id } }'),
  );
  const { socket, received } = talk(live.ws, [init]);
  await eventually(() => received.length === 1);
  for (const message of messages) socket.send(message);
  await eventually(() => received.length === 2);
  expect(received[1]).toMatchObject({
    type: 'error',
    id: '100',
    payload: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }],
  });
  await eventually(() => live.changes.count() === 100);
  socket.terminate();
  await eventually(() => live.changes.count() === 0);
});

const post = (body: object, headers: Record<string, string> = {}) =>
  fetch(live.http, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('a subscription in a batch, or for a client that accepts no stream, is refused', async () => {
  const query = 'subscription { jobChanged { id } }';
  const batch = await (await post([{ query }, { query: '{ __typename }' }])).json();
  expect(batch).toEqual([
    { errors: [expect.objectContaining({ extensions: { code: 'BAD_INPUT' } })] },
    { data: { __typename: 'Query' } },
  ]);
  const refused = await post({ query }, { accept: 'application/json' });
  expect(refused.status).toBe(406);
  expect((await refused.json()).errors[0].message).toContain('text/event-stream');
  expect(live.changes.count()).toBe(0);
});

test('a stream can be opened by GET as EventSource does, but not by a page of another site', async () => {
  const url = `${live.http}?query=${encodeURIComponent('subscription { jobChanged { id } }')}`;
  const headers = { accept: 'text/event-stream' };
  const opened = await fetch(url, { headers });
  expect(opened.headers.get('content-type')).toBe('text/event-stream');
  await opened.body?.cancel();
  const refused = await fetch(url, { headers: { ...headers, 'sec-fetch-site': 'cross-site' } });
  expect(refused.status).toBe(403);
  await eventually(() => live.changes.count() === 0);
});

/** Opens a stream of server-sent events without a library; `leave` ends it without a word. */
function openStream(on: Live, query: string, variables = {}) {
  return new Promise<{ leave(): void; text(): string; pause(): void; resume(): void; ended: Promise<void> }>(
    (resolve, reject) => {
      const body = JSON.stringify({ query, variables });
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
      const req = request(on.http, { method: 'POST', headers, agent: false }, (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (part) => {
          text += part;
        });
        const ended = new Promise<void>((done) => res.once('close', done));
        res.on('error', () => {});
        resolve({
          leave: () => req.destroy(),
          text: () => text,
          pause: () => void res.pause(),
          resume: () => void res.resume(),
          ended,
        });
      });
      req.on('error', reject);
      req.end(body);
    },
  );
}

test('a thousand clients that come and go leave nothing behind', async () => {
  const { account, id } = await aStream();
  const before = live.connections();
  for (let wave = 0; wave < 5; wave++) {
    const streams = await Promise.all(Array.from({ length: 100 }, () => openStream(live, versions, { id })));
    const sockets = Array.from({ length: 100 }, (_, at) =>
      talk(live.ws, [init, subscribe('1', at % 2 ? versions : 'subscription { jobChanged { id } }', { id })]),
    );
    // The subscribers to the stream have the same query, and listen once together.
    await eventually(
      () => live.changes.count() === 51 && streams.every((stream) => stream.text().includes('"version"')),
      () => `${live.changes.count()} listeners`,
    );
    await savePosts(db, account, [aPost(account)]);
    for (const stream of streams) stream.leave();
    for (const [at, { socket }] of sockets.entries()) {
      // Some end the subscription, some close the socket, some vanish.
      if (at % 3 === 0) socket.send('{"id":"1","type":"complete"}', () => socket.close(1000));
      else if (at % 3 === 1) socket.close(1000);
      else socket.terminate();
    }
    await eventually(
      () => live.changes.count() === 0,
      () => `${live.changes.count()} listeners`,
    );
  }
  // Also clients that leave before they are answered.
  const left = Array.from({ length: 100 }, (_, at) => {
    const body = JSON.stringify({ query: versions, variables: { id } });
    const socket = connect(live.port, '127.0.0.1', () => {
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      setTimeout(() => socket.destroy(), at % 10);
    });
    socket.on('error', () => {});
    return new Promise((gone) => socket.on('close', gone));
  });
  await Promise.all(left);
  await eventually(
    () => live.connections() <= before,
    () => `${live.connections()} connections`,
  );
  await eventually(
    () => live.changes.count() === 0,
    () => `${live.changes.count()} listeners`,
  );
});

/** The largest length of a job's message; each character is three bytes on the wire. */
const messageLength = 2_000;
const message = (step: number) => `step ${step}.`.padEnd(messageLength, '日');
/** An event has the message this many times: as many as the aliases of a document allow, by a fragment in each part. */
const [parts, copies] = [8, 90];
/** A subscription whose every event is 4 MB, up to ten times a second. */
const big = `subscription ($id: ID!) { jobProgress(id: $id) {
  ${Array.from({ length: parts }, (_, at) => `a${at}: progress { ...copies }`).join(' ')}
} }
fragment copies on Progress { ${Array.from({ length: copies }, (_, at) => `m${at}: message`).join(' ')} }`;
const eventBytes = parts * copies * messageLength * 3;

async function aBigJob() {
  const payload = { source: 'synthetic', users: 1, posts: 1, hashtags: 1, seed: 1, endingAt: 0 } as const;
  const jobId = await createJob(db.sql, 'SYNTHETIC', { ...payload, demo: false });
  const job = must(await startJob(db.sql, jobId), 'nobody else takes it');
  const change = (step: number) => reportProgress(db.sql, job, message(step), null);
  await change(0);
  return { id: globalId('Job', jobId), change };
}
const steps = (text: string) =>
  [...text.matchAll(/"a0":{"m0":"step (\d+)\./g)].map((match) => Number(match[1]));

test('the events that wait for a stalled client are bounded, and it gets the newest', async () => {
  const { id, change } = await aBigJob();
  const stalled = await openStream(live, big, { id });
  await eventually(() => steps(stalled.text()).at(-1) === 0);
  stalled.pause();
  let most = 0;
  let step = 0;
  for (const end = Date.now() + 4_000; Date.now() < end || step <= 40; ) {
    await change(++step);
    most = Math.max(most, live.waitingBytes());
    await sleep(20);
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(3 * eventBytes);
  stalled.resume();
  await eventually(() => steps(stalled.text()).at(-1) === step);
  // Four seconds of changes would be forty events: only those arrived that fit into the system's buffers, and the
  // newest.
  expect(steps(stalled.text()).length).toBeLessThan(12);
  stalled.leave();
});

test('a client of server-sent events that reads nothing for long is dropped', async () => {
  const { id, change } = await aBigJob();
  const strict = await serveLive(db, { limits: { stallMs: 200 } });
  const stalled = await openStream(strict, big, { id });
  const reader = followSse(strict, { query: 'subscription { jobChanged { id } }' });
  await eventually(() => strict.changes.count() === 2);
  stalled.pause();
  const end = Date.now() + patienceMs;
  for (let step = 1; strict.changes.count() === 2 && Date.now() < end; step++) await change(step);
  expect(strict.changes.count()).toBe(1);
  expect(reader.completed).toBe(false);
  reader.stop();
});

test('a socket with too much unread data is dropped', async () => {
  const { id, change } = await aBigJob();
  // A paused client answers no ping, either: it must not be dropped for that.
  const limits = { socketBytes: eventBytes, keepAliveMs: 10 * patienceMs };
  const strict = await serveLive(db, { limits });
  const some = [1, 2, 3].map((at) => subscribe(`${at}`, big, { id }));
  const { socket, received } = talk(strict.ws, [init, ...some]);
  await eventually(() => received.length === 4);
  socket.pause();
  const end = Date.now() + patienceMs;
  for (let step = 1; strict.waitingBytes() <= eventBytes && Date.now() < end; step++) await change(step);
  expect(strict.connections()).toBe(1);
  socket.send(subscribe('4', big, { id }));
  await eventually(() => strict.connections() === 0 && strict.changes.count() === 0);
  socket.terminate();
});

test('a socket that answers no ping is dropped', async () => {
  const { id } = await aStream();
  const strict = await serveLive(db, { limits: { keepAliveMs: 1_000 } });
  const { socket, received } = talk(strict.ws, [init, subscribe('1', versions, { id })]);
  const alive = talk(strict.ws, [init, subscribe('1', versions, { id })]);
  await eventually(() => received.length === 2 && alive.received.length === 2);
  let asked = 0;
  alive.socket.on('ping', () => {
    asked += 1;
  });
  socket.pause();
  await eventually(() => strict.changes.count() < 2);
  // The other one, which was pinged as often and answers, stays.
  const before = asked;
  await eventually(() => asked > before + 1);
  expect(strict.changes.count()).toBe(1);
  socket.terminate();
  alive.socket.terminate();
});

test('a stopping server tells its subscribers to reconnect, and does not wait for them', async () => {
  const { id } = await aStream();
  const stopping = await serveLive(db);
  const stream = await openStream(stopping, versions, { id });
  const { received, closed } = talk(stopping.ws, [init, subscribe('1', versions, { id })]);
  await eventually(() => received.length === 2 && stream.text().includes('event: next'));
  // Waiting for a subscription to end by itself would last for ever.
  await stopping.stop();
  expect(await closed).toEqual({ code: 1001, reason: 'The server is stopping' });
  await stream.ended;
  expect(stream.text()).not.toContain('event: complete');
});
