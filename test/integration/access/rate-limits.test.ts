import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createLimiter } from '../../../src/access/limiter.ts';
import { localCaller } from '../../../src/access/caller.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { openRedis, readyOrLate } from '../../../src/platform/redis.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openApp } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { patienceMs } from '../../support/patience.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { openStore } from '../../support/store.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { ask, errorOf, type Raw, serve } from '../http/support.ts';

const log = pino({ level: 'silent' });
const db = await openStore();
await makeKey(db, 'read'); // from now on everybody needs one
const { access } = await openKeys(db);

/** A server whose keys may spend this cost in a minute, and a new key of it. */
async function limitedTo(costPerMinute: number) {
  const limiter = createLimiter({ costPerMinute, redis: null, log });
  const server = await serve(openApp(db), { access, limiter });
  const { bearer, token } = await makeKey(db, 'write');
  const headers = { authorization: bearer };
  return {
    server,
    headers,
    token,
    ask: (query: string, more = {}) => ask(server, { query }, { ...headers, ...more }),
  };
}

const streams = (first: number) => `{ streams(first: ${first}) { nodes { id title } } }`;
const costOf = ({ body }: Raw) =>
  (JSON.parse(body) as { extensions?: { cost?: Record<string, unknown> } }).extensions?.cost;

test('an answer says what it could have cost, what it did cost, and what is left', async () => {
  const { ask } = await limitedTo(10_000);
  const answer = await ask(streams(200));
  const cost = costOf(answer) as { requested: number; actual: number; remaining: number; resetAt: string };
  expect(cost.requested).toBeGreaterThan(400);
  expect(cost.actual).toBeGreaterThan(0);
  expect(cost.actual).toBeLessThan(20); // there is no stream
  expect(cost.remaining).toBe(10_000 - cost.actual);
  expect(Date.parse(cost.resetAt)).toBeGreaterThan(Date.now());
  expect(answer.headers['ratelimit-policy']).toBe('"cost";q=10000;w=60');
  expect(answer.headers.ratelimit).toMatch(new RegExp(`^"cost";r=${cost.remaining};t=\\d+$`));
});

test('a caller who has used up the minute learns when the next begins, and others go on', async () => {
  const { server, ask: askIt } = await limitedTo(3);
  const answers = [];
  for (let n = 0; n < 4; n++) answers.push(await askIt('{ __typename }'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  const refused = answers[3] as Raw; // safe: there are four
  expect(errorOf(refused).code).toBe('RATE_LIMITED');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const [error] = JSON.parse(refused.body).errors;
  expect(Date.parse(error.extensions.retryAt)).toBeGreaterThan(Date.now());
  const other = await makeKey(db, 'read');
  expect((await ask(server, { query: '{ __typename }' }, { authorization: other.bearer })).status).toBe(200);
});

test('what one costly query leaves bounds the next', async () => {
  const { ask } = await limitedTo(150);
  const cost = costOf(
    await ask(`{ ${Array.from({ length: 100 }, (_, n) => `a${n}: streams { totalCount }`).join(' ')} }`),
  );
  expect(cost).toMatchObject({ requested: 2_100, actual: 200, remaining: 0 });
  expect((await ask('{ __typename }')).status).toBe(429);
});

test('operations of a batch count together', async () => {
  const { server, headers } = await limitedTo(10_000);
  const batch = Array.from({ length: 3 }, () => ({ query: '{ a: __typename b: __typename }' }));
  const answers = JSON.parse((await ask(server, batch, headers)).body) as { extensions: { cost: object } }[];
  expect(answers.at(-1)?.extensions.cost).toMatchObject({ requested: 6, actual: 6, remaining: 9_994 });
});

test('mutations and errors report their cost, and refused ones are not run', async () => {
  const { ask } = await limitedTo(1);
  const answer = await ask('mutation { cancelJob(id: "x") { id } }');
  expect(errorOf(answer).code).toBe('BAD_INPUT');
  expect(costOf(answer)).toMatchObject({ requested: 2, remaining: 0 });
  expect(errorOf(await ask('mutation { cancelJob(id: "x") { id } }')).code).toBe('RATE_LIMITED');
});

test('an operation over a socket reports its cost, and is refused over the limit', async () => {
  const { server, token } = await limitedTo(2);
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: token },
    lazy: false,
  });
  afterwards(() => client.dispose());
  const over = async () => {
    for await (const answer of client.iterate({ query: '{ __typename }' })) return answer;
    return null;
  };
  expect((await over())?.extensions).toMatchObject({ cost: { requested: 1, actual: 1, remaining: 1 } });
  await over();
  await expect(over()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

test('a cached answer costs 1, and is the same except for its cost', async () => {
  const limiter = createLimiter({ costPerMinute: 10_000, redis: null, log });
  const versions = await openVersions(db);
  const cache = createAnswerCache({ versions, maxBytes: 10_000_000, ttlMs: 900_000 });
  const server = await serve(openApp(db), { access, limiter, cache });
  const [one, other] = [await makeKey(db, 'read'), await makeKey(db, 'read')];
  const look = (bearer: string, more = {}) =>
    ask(server, { query: streams(200) }, { authorization: bearer, ...more });
  const first = await look(one.bearer);
  const { actual, remaining } = costOf(first) as { actual: number; remaining: number };
  expect(remaining).toBe(10_000 - actual);
  const kept = await look(other.bearer);
  expect(kept.headers['x-larkstat-cache']).toBe('hit');
  expect(costOf(kept)).toMatchObject({ requested: 1, actual: 1, remaining: 9_999 });
  expect(kept.headers.ratelimit).toMatch(/^"cost";r=9999;/);
  expect(JSON.parse(kept.body).data).toEqual(JSON.parse(first.body).data);
  expect(Number(kept.headers['content-length'])).toBe(Buffer.byteLength(kept.body));
});

test('a cached answer also reports its cost when it is compressed', async () => {
  const limiter = createLimiter({ costPerMinute: 100_000, redis: null, log });
  const versions = await openVersions(db);
  const cache = createAnswerCache({ versions, maxBytes: 10_000_000, ttlMs: 900_000 });
  const server = await serve(openApp(db), { access, limiter, cache });
  const { bearer } = await makeKey(db, 'read');
  const query = `{ ${Array.from({ length: 90 }, (_, n) => `streams${n}: streams { totalCount }`).join(' ')} }`;
  const look = () =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: bearer, 'content-type': 'application/json', 'accept-encoding': 'br' },
      body: JSON.stringify({ query }),
    });
  await (await look()).text();
  const kept = await look();
  expect([kept.headers.get('x-larkstat-cache'), kept.headers.get('content-encoding')]).toEqual(['hit', 'br']);
  expect(await kept.json()).toMatchObject({ data: { streams89: {} }, extensions: { cost: { actual: 1 } } });
});

test('answers to callers without a limit report nothing', async () => {
  const limiter = createLimiter({ costPerMinute: 1, redis: null, log });
  const server = await serve(openApp(db), { limiter });
  for (let n = 0; n < 3; n++) {
    const answer = await ask(server, { query: '{ __typename }' });
    expect(answer.body).toBe('{"data":{"__typename":"Query"}}');
    expect(answer.headers.ratelimit).toBeUndefined();
  }
});

const stranger = (address: string) => ({ ...localCaller, limited: true, seesSchema: false, address });

test.each([
  ['203.0.113.1', '203.0.113.2', false],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['2001:db8::1', '2001:db8:0:1::1', false],
])('without a key %s and %s share a minute: %s', async (one, other, shared) => {
  const limiter = createLimiter({ costPerMinute: 1, redis: null, log });
  await limiter.open(stranger(one));
  const second = await limiter.open(stranger(other));
  if (shared) expect(() => second?.check()).toThrow('Over the limit of 1 a minute');
  else second?.check();
});

describe.runIf(hasRedis)('with Redis', () => {
  const open = async (url: string) => {
    const redis = openRedis(url, { name: 'costs', log });
    afterwards(() => redis.disconnect());
    await readyOrLate(redis);
    return createLimiter({ costPerMinute: 3, redis, log });
  };
  const codeOf = (limiter: Awaited<ReturnType<typeof open>>) =>
    limiter
      .open(stranger('203.0.113.1'))
      .then((bill) => bill?.check() ?? 'ok')
      .catch(({ code }) => code as string);

  test('processes count together', async () => {
    const { url } = await startRedis();
    const [one, other] = [await open(url), await open(url)];
    expect([await codeOf(one), await codeOf(other), await codeOf(one), await codeOf(other)]).toEqual([
      'ok',
      'ok',
      'ok',
      'RATE_LIMITED',
    ]);
  });

  test.each(['kill', 'pause'] as const)(
    'after its %s each process counts for itself, and no request fails',
    async (how) => {
      const redis = await startRedis();
      const limiter = await open(redis.url);
      await codeOf(limiter);
      await redis[how]();
      const outcomes = [];
      for (let n = 0; n < 4; n++) outcomes.push(await codeOf(limiter));
      expect(outcomes).toEqual(['ok', 'ok', 'ok', 'RATE_LIMITED']);
      if (how === 'pause') redis.resume();
      else await redis.restart();
      // The counts in Redis apply again, or have been lost.
      await expect.poll(() => codeOf(limiter), { timeout: patienceMs, interval: 500 }).toBe('ok');
    },
  );
});
