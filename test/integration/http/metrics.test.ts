import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import type { Access } from '../../../src/access/access.ts';
import { createLimiter, type Limiter } from '../../../src/access/limiter.ts';
import type { Services } from '../../../src/graphql/context.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { ownOperations } from '../../../src/http/graphiql.ts';
import type { HttpServer } from '../../../src/http/server.ts';
import { createApiMetrics } from '../../../src/metrics/api-metrics.ts';
import { contentType, printFamilies } from '../../../src/metrics/families.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { localCaller } from '../../../src/access/caller.ts';
import { openAccess } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { parseScrape, type Series, sumOf } from '../../support/prometheus.ts';
import { openStore } from '../../support/store.ts';
import { ask, errorOf, send, type Served, serve } from './support.ts';

const db = await openStore();
const versions = await openVersions(db);
const metricsToken = 'a-token-for-metrics-alone';
const log = pino({ level: 'silent' });

/** A server that counts its work. */
async function serveCounted(access: Access = openAccess, limiter?: Limiter): Promise<Served> {
  const cache = createAnswerCache({ versions, maxBytes: 20_000_000, ttlMs: 900_000 });
  const holder: { server?: HttpServer } = {};
  const { registry, meter } = createApiMetrics('api', {
    requests: () => holder.server?.requests.facts ?? [],
    subscribers: () => holder.server?.subscribers() ?? { sse: 0, websocket: 0 },
    cache: () => cache.facts(),
    pools: () => db.pools(),
    pictures: () => null,
  });
  const services = { refreshing: { afterMs: 900_000, refresh: () => {} } } as unknown as Services; // safe: nothing here asks more
  const app = createApp({
    db,
    log,
    services,
    meter,
    caller: localCaller,
    operations: { examples: ownOperations, only: false },
  });
  const print = async () => printFamilies([await registry.getMetricsAsJSON()]);
  const served = await serve(app, {
    access,
    ...(limiter && { limiter }),
    cache,
    meter,
    metrics: { token: metricsToken, contentType, print },
  });
  holder.server = served.server;
  return served;
}

async function scrape(server: Served, headers: Record<string, string> = {}): Promise<readonly Series[]> {
  const { status, body, headers: told } = await send(server, { method: 'GET', path: '/metrics', headers });
  expect([status, told['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return parseScrape(body);
}

describe('the metrics count', async () => {
  const server = await serveCounted();
  const operations = (series: readonly Series[], labels: Record<string, string>) =>
    sumOf(series, 'larkstat_graphql_operations_total', labels);

  test('requests by route and status, also cached answers', async () => {
    const query = { query: '{ streams { totalCount } }' };
    for (let at = 0; at < 3; at++) await ask(server, query);
    await send(server, { method: 'GET', path: '/live' });
    await send(server, { method: 'GET', path: '/nowhere?at=all' });
    await send(server, { method: 'GET', path: '/constructor' });
    const series = await scrape(server);
    const requests = (route: string, status: string) =>
      sumOf(series, 'larkstat_http_requests_total', { route, status, process: 'api' });
    expect(requests('/graphql', '2xx')).toBe(3);
    expect(requests('/live', '2xx')).toBe(1);
    expect(requests('other', '4xx')).toBe(2);
    const answers = (result: string) => sumOf(series, 'larkstat_cache_answers_total', { result });
    expect([answers('hit'), answers('miss'), answers('stale')]).toEqual([2, 1, 0]);
    expect(sumOf(series, 'larkstat_cache_entries')).toBe(1);
    expect(sumOf(series, 'larkstat_cache_bytes')).toBeGreaterThan(0);
    // The cached answers ran no operation.
    expect(operations(series, { kind: 'query', outcome: 'ok' })).toBe(1);
  });

  test('operations by outcome, with how long they took', async () => {
    const before = await scrape(server);
    await ask(server, { query: '{ no' });
    await ask(server, { query: '{ no }' });
    await ask(server, { query: '{ post(platformId: "1") { text } }' });
    await ask(server, { query: '{ node(id: "nonsense") { id } }' });
    await ask(server, [{ query: '{ a: __typename }' }, { query: 'query B { __typename }' }]);
    const after = await scrape(server);
    const grown = (labels: Record<string, string>) =>
      (operations(after, labels) ?? 0) - (operations(before, labels) ?? 0);
    expect(grown({ kind: 'unknown', outcome: 'BAD_INPUT' })).toBe(2);
    expect(grown({ kind: 'query', outcome: 'ok' })).toBe(3);
    expect(grown({ kind: 'query', outcome: 'BAD_INPUT' })).toBe(1);
    const name = 'larkstat_graphql_operation_duration_seconds_count';
    expect((sumOf(after, name) ?? 0) - (sumOf(before, name) ?? 0)).toBe(4);
  });

  test('registered operations by their name, and all others together', async () => {
    const query = readFileSync(join(ownOperations, 'search-posts.graphql'), 'utf8');
    const [, name = ''] = /query (\w+)/.exec(query) ?? [];
    await ask(server, { query, variables: { search: 'lark', first: 1 } });
    await ask(server, { query: `query ${name}Again { __typename }` });
    await ask(server, { query: `query ${name} { __typename }` });
    const series = await scrape(server);
    expect(operations(series, { operation: name })).toBe(1);
    expect(operations(series, { operation: `${name}Again` })).toBeNull();
  });

  test('mutations by field and outcome', async () => {
    await ask(server, { query: 'mutation { deleteStream(id: "QWNjb3VudDox") }' });
    const series = await scrape(server);
    expect(sumOf(series, 'larkstat_mutations_total', { field: 'deleteStream' })).toBe(1);
    expect(operations(series, { kind: 'mutation' })).toBe(1);
  });

  test('requests over the limit of their caller', async () => {
    const caller = { ...localCaller, limited: true };
    const limiter = createLimiter({ costPerMinute: 2, redis: null, log });
    const limited = await serveCounted({ identify: () => caller, onEnd: () => () => {} }, limiter);
    const statuses = [];
    for (let at = 0; at < 4; at++) statuses.push((await ask(limited, { query: '{ __typename }' })).status);
    expect(statuses.filter((status) => status === 429).length).toBe(2);
    const series = await scrape(limited);
    expect(sumOf(series, 'larkstat_rate_limited_requests_total')).toBe(2);
    expect(sumOf(series, 'larkstat_http_requests_total', { status: '4xx' })).toBe(2);
  });

  test('database pools and build', async () => {
    const series = await scrape(server);
    expect(sumOf(series, 'larkstat_database_pool_max_connections', { pool: 'queries' })).toBe(4);
    expect(sumOf(series, 'larkstat_database_pool_connections', { state: 'in_use' })).toBe(0);
    expect(sumOf(series, 'larkstat_build_info')).toBe(1);
  });
});

describe('the metrics can be read', async () => {
  const get = (server: Served, authorization?: string) =>
    send(server, { method: 'GET', path: '/metrics', headers: authorization ? { authorization } : {} });
  const writer = await makeKey(db, 'write');
  const admin = await makeKey(db, 'admin');
  const { access } = await openKeys(db);
  const keyed = await serveCounted(access);

  test('with a key of scope admin or the token for metrics', async () => {
    expect((await get(keyed, admin.bearer)).status).toBe(200);
    expect((await get(keyed, `Bearer ${metricsToken}`)).status).toBe(200);
  });

  test('not without a key, nor with other tokens or keys of another scope', async () => {
    expect((await get(keyed)).status).toBe(401);
    expect((await get(keyed, `Bearer ${metricsToken}x`)).status).toBe(401);
    const refused = await get(keyed, writer.bearer);
    expect([refused.status, errorOf(refused).code]).toEqual([403, 'FORBIDDEN']);
  });

  test('the token for metrics reads nothing else', async () => {
    const answer = await ask(keyed, { query: '{ __typename }' }, { authorization: `Bearer ${metricsToken}` });
    expect(answer.status).toBe(401);
  });

  test('not from another machine without a key, even when everything else is open', async () => {
    const stranger = { ...localCaller, seesSchema: false };
    const open = await serveCounted({ identify: () => stranger, onEnd: () => () => {} });
    const refused = await get(open);
    expect([refused.status, errorOf(refused).message]).toEqual([
      403,
      '/metrics needs a key of scope admin, or METRICS_TOKEN, beyond this machine',
    ]);
    expect((await get(open, `Bearer ${metricsToken}`)).status).toBe(200);
  });

  test('only with GET and HEAD', async () => {
    expect((await send(keyed, { method: 'POST', path: '/metrics' })).status).toBe(405);
  });
});

test('10,000 different requests create no more series than one of each kind', async () => {
  const server = await serveCounted();
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const post = (path: string, body: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const req = request(
        { port: server.port, host: '127.0.0.1', method: 'POST', path, headers, agent },
        (res) => {
          res.resume().on('end', resolve);
        },
      );
      req.on('error', reject).end(body);
    });
  const kinds: readonly ((at: number) => readonly [path: string, body: object | string])[] = [
    (at) => ['/graphql', { query: `query Q${at} { __typename }` }],
    (at) => ['/graphql', { query: `{ a${at}: __typename }` }],
    (at) => ['/graphql', { query: `{ field${at} }` }],
    (at) => ['/graphql', { query: `{ ${at}` }],
    (at) => ['/graphql', { id: `unknown${at}` }],
    (at) => ['/graphql', { query: `query A${at} { __typename }`, operationName: `B${at}` }],
    (at) => ['/graphql', `not JSON ${at}`],
    (at) => [`/path${at}`, ''],
    (at) => [`/graphql/${at}?query=x`, ''],
    (at) => ['/graphql', { query: `mutation M${at} { deleteStream(id: "x${at}") }` }],
  ];
  const send = (at: number) => {
    const [path, body] = kinds[at % kinds.length]?.(at) ?? ['/', ''];
    return post(path, typeof body === 'string' ? body : JSON.stringify(body));
  };
  const all = async (from: number, to: number) => {
    for (let at = from; at < to; at += 100) {
      await Promise.all(Array.from({ length: Math.min(100, to - at) }, (_, more) => send(at + more)));
    }
  };
  await all(0, 100);
  await scrape(server); // so that this request is counted, too
  const few = await scrape(server);
  await all(100, 10_000);
  const many = await scrape(server);
  agent.destroy();
  const keys = (series: readonly Series[]) =>
    series.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`).sort();
  expect(keys(many)).toEqual(keys(few));
  expect(many.length).toBeLessThan(150);
  expect(sumOf(many, 'larkstat_http_requests_total', { route: '/graphql' })).toBe(8_000);
  expect(sumOf(many, 'larkstat_http_requests_total', { route: 'other' })).toBe(2_000);
});

test('each registered operation has its own name', () => {
  // The metrics distinguish 200 names.
  expect(readdirSync(ownOperations).filter((file) => file.endsWith('.graphql')).length).toBeLessThan(150);
});
