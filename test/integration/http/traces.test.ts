import { pino } from 'pino';
import { expect, test } from 'vitest';
import { localCaller } from '../../../src/access/caller.ts';
import { createApp } from '../../../src/app.ts';
import type { Services } from '../../../src/graphql/context.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import type { Tracing, TracingSettings } from '../../../src/platform/tracing-settings.ts';
import { openTracing } from '../../../src/platform/tracing.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { type Collector, openCollector, type TakenSpan } from '../../support/fake-collector.ts';
import { openStore } from '../../support/store.ts';
import { ask, type Served, serve } from './support.ts';

const lines: string[] = [];
const log = pino({}, { write: (line) => void lines.push(line) });

/** A server whose spans go to the collector. */
async function traced(collector: Collector, how: Partial<TracingSettings> = {}): Promise<Tracing & Served> {
  const settings = {
    endpoint: collector.url,
    headers: {},
    sampler: 'parentbased_always_on',
    ratio: 1,
  } as const;
  const tracing = await openTracing({ ...settings, ...how }, log);
  const { tracer } = tracing;
  const db = await openStore({ tracer });
  const services = {
    refreshing: { afterMs: 900_000, refresh: () => {} },
    quoteFetch: () => Promise.reject(new TypeError('a fault with a hush-hush in it')),
  } as unknown as Services; // safe: nothing else is asked here
  const cache = createAnswerCache({ versions: await openVersions(db), maxBytes: 5_000_000, ttlMs: 900_000 });
  const app = createApp({ db, log, services, tracer, caller: localCaller });
  return { ...tracing, ...(await serve(app, { cache, log, tracer })) };
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
const query = 'query Hush($handle: String!) { account(handle: $handle) { handle } }';
const asked = { query, variables: { handle: 'hushhush' } };

/** The names of the spans from the given one up to that of the caller. */
function wayUp(spans: readonly TakenSpan[], from: TakenSpan | undefined): readonly string[] {
  if (from === undefined) return [];
  return [
    from.name,
    ...wayUp(
      spans,
      spans.find(({ spanId }) => spanId === from.parentSpanId),
    ),
  ];
}

test('a query is a span in each layer, below that of its caller, and without what was asked', async () => {
  const collector = await openCollector();
  const server = await traced(collector, { headers: { 'x-key': 'hush-hush-key' } });
  await ask(server, asked, { ...caller, authorization: 'Bearer hush-hush' });
  await server.close();
  const { spans } = collector;
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  const statement = spans.find(({ name }) => name === 'SELECT');
  expect(wayUp(spans, statement)).toEqual(['SELECT', 'Query.account', 'GraphQL query', 'POST /graphql']);
  expect(statement?.attributes).toMatchObject({ 'db.system.name': 'postgresql' });
  expect(statement?.attributes['db.query.text']).toMatch(/^select .*\$1/s);
  const named = (name: string) => spans.find((span) => span.name === name);
  expect(named('POST /graphql')).toMatchObject({
    parentSpanId: '00f067aa0ba902b7',
    kind: 2,
    attributes: { 'http.route': '/graphql', 'http.response.status_code': 200 },
  });
  expect(named('GraphQL query')?.attributes).toEqual({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'Hush',
  });
  expect(collector.asked[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'hush-hush-key' } });
  expect(collector.bodies.join()).not.toMatch(/hush-?hush/);
});

test('a cached answer has no span', async () => {
  const collector = await openCollector();
  const server = await traced(collector);
  const streams = { query: '{ streams { totalCount } }' };
  expect((await ask(server, streams)).headers['x-larkstat-cache']).toBe('miss');
  expect((await ask(server, streams)).headers['x-larkstat-cache']).toBe('hit');
  await server.close();
  expect(collector.spans.filter(({ kind }) => kind === 2)).toHaveLength(1);
});

test('a failure is reported by its code, and is in the log under its trace', async () => {
  const collector = await openCollector();
  const server = await traced(collector);
  const headers = { 'x-request-id': 'mine' };
  await ask(server, { query: '{ fetchQuote(handle: "lark") { posts } }' }, headers);
  await server.close();
  const operation = collector.spans.find(({ name }) => name === 'GraphQL query');
  expect(operation?.attributes['error.type']).toBe('INTERNAL');
  expect(collector.bodies.join()).not.toContain('hush-hush');
  const logged = lines.map((line) => JSON.parse(line)).find(({ requestId }) => requestId === 'mine');
  expect(logged.traceId).toBe(operation?.traceId);
});

test.each<[string, Partial<TracingSettings>, number]>([
  ['always_off sends none', { sampler: 'always_off' }, 0],
  ['the caller decides with parentbased_always_off', { sampler: 'parentbased_always_off' }, 1],
  ['a ratio of 0 sends none', { sampler: 'traceidratio', ratio: 0 }, 0],
  ['the caller decides before a ratio', { sampler: 'parentbased_traceidratio', ratio: 0 }, 1],
])('of the samplers: %s', async (_, how, expected) => {
  const collector = await openCollector();
  const server = await traced(collector, how);
  await ask(server, asked, caller);
  await server.close();
  expect(collector.spans.filter(({ kind }) => kind === 2)).toHaveLength(expected);
});

test('a collector that never answers holds up neither requests nor a stop', async () => {
  const collector = await openCollector({ silent: true });
  const server = await traced(collector);
  for (let at = 0; at < 600; at++) {
    const { status } = await ask(server, { query: `{ a${at}: __typename b${at}: __typename }` });
    expect(status).toBe(200);
  }
  await server.close();
  expect(collector.asked.length).toBeGreaterThan(0);
});

test('of spans that a collector does not take, no more wait than the queue holds', async () => {
  const collector = await openCollector({ silent: true });
  const settings = { endpoint: collector.url, headers: {}, sampler: 'always_on', ratio: 1 } as const;
  const { tracer, close } = await openTracing(settings, log);
  for (let at = 0; at < 10_000; at++) await tracer.span({ name: 'x', attributes: {} }, async () => {});
  await close();
  // The batch that is being sent, and the waiting ones.
  expect(collector.spans.length).toBeGreaterThan(0);
  expect(collector.spans.length).toBeLessThanOrEqual(512 + 2_048);
});

test('a line of the log has the trace that it was written in', async () => {
  const collector = await openCollector();
  const settings = { endpoint: collector.url, headers: {}, sampler: 'always_on', ratio: 1 } as const;
  const { tracer, close } = await openTracing(settings, log);
  const logger = createLogger('info', 'test');
  const mixin = (logger as unknown as Record<symbol, () => object>)[pino.symbols.mixinSym as symbol];
  expect(mixin?.()).toEqual({});
  await tracer.span({ name: 'x', attributes: {} }, async (span) =>
    expect(mixin?.()).toEqual({ traceId: span.traceId }),
  );
  await close();
});
