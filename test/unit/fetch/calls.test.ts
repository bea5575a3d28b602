import { pino } from 'pino';
import { expect, test } from 'vitest';
import { type ChainCall, type Charged, ofJob, openChain } from '../../../src/fetch/chain.ts';
import type { Spending } from '../../../src/fetch/spending.ts';
import type { FetchProvider } from '../../../src/providers/fetch-provider.ts';
import { openTracing } from '../../../src/platform/tracing.ts';
import { ProviderError } from '../../../src/providers/provider-error.ts';
import { noTracer } from '../../../src/shared/tracer.ts';
import { openCollector } from '../../support/fake-collector.ts';

const provider = {
  name: 'X_API',
  lookupSize: null,
  obstacle: () => null,
  limitedUntil: () => null,
} as unknown as FetchProvider; // safe: a call asks nothing else of it
const spending = {
  isOwn: () => false,
  affordable: async () => Number.POSITIVE_INFINITY,
  reserve: async () => ({ provider: 'X_API', month: '2026-06-01', microUsd: 0 }),
  settle: async () => {},
} as unknown as Spending; // safe: see above

/** What is reported about a call with this result. */
async function toldOf(
  make: ChainCall<Charged>['make'],
  signal = new AbortController().signal,
  tracer = noTracer,
) {
  const told: { outcome: string; provider: string; seconds: number }[] = [];
  const log = pino({ level: 'silent' });
  const onCall = (call: (typeof told)[number]) => told.push(call);
  const chain = openChain({ providers: [provider], spending, log, tracer, onCall });
  const call = {
    kind: 'timeline',
    prefer: null,
    only: null,
    without: new Map(),
    handle: null,
    signal,
  } as const;
  await chain.ask({ ...call, estimate: () => ({ posts: 1, users: 0 }), make }).catch(() => {});
  return told;
}
const cost = { requests: 1, users: 0, postIds: [] };
const failure = (code: 'RATE_LIMITED' | 'PROVIDER_UNAVAILABLE') =>
  new ProviderError({ provider: 'X_API', remedy: 'NEXT', code, message: 'no' });

test('an answered call is reported as ok, with its duration', async () => {
  expect(await toldOf(async () => ({ cost }))).toEqual([
    { provider: 'X_API', outcome: 'ok', seconds: expect.any(Number) },
  ]);
});

test.each(['RATE_LIMITED', 'PROVIDER_UNAVAILABLE'] as const)(
  'one that fails is told by its code: %s',
  async (code) => {
    expect(await toldOf(() => Promise.reject(failure(code)))).toMatchObject([{ outcome: code }]);
  },
);

test('our own error is INTERNAL', async () => {
  expect(await toldOf(() => Promise.reject(new TypeError('x')))).toMatchObject([{ outcome: 'INTERNAL' }]);
});

test('a call is a span of its job, with provider, request and outcome', async () => {
  const collector = await openCollector();
  const settings = { endpoint: collector.url, headers: {}, sampler: 'always_on', ratio: 1 } as const;
  const { tracer, close } = await openTracing(settings, pino({ level: 'silent' }));
  const { signal } = new AbortController();
  await tracer.span({ name: 'job FETCH', attributes: {} }, async () => {
    await toldOf(async () => ({ cost }), signal, tracer);
    await toldOf(() => Promise.reject(failure('RATE_LIMITED')), signal, tracer);
  });
  await close();
  const asked = { 'larkstat.provider': 'X_API', 'larkstat.endpoint': 'timeline' };
  const calls = collector.spans.filter(({ name }) => name === 'X_API timeline');
  expect(calls.map(({ attributes }) => attributes)).toEqual([
    { ...asked, 'larkstat.status': 'ok' },
    { ...asked, 'error.type': 'RATE_LIMITED' },
  ]);
  const job = collector.spans.find(({ name }) => name === 'job FETCH');
  expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual([job?.spanId, job?.spanId]);
});

test('a call that its job aborts is not a failure of the provider', async () => {
  const stop = new AbortController();
  const told = await toldOf(async () => {
    stop.abort(new Error('cancelled'));
    throw failure('PROVIDER_UNAVAILABLE');
  }, stop.signal);
  expect(told).toEqual([]);
});

test('the log says which job a provider failed', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const chain = ofJob(openChain({ providers: [provider], spending, log }), 'the-job');
  const { signal } = new AbortController();
  const call = {
    kind: 'timeline',
    prefer: null,
    only: null,
    without: new Map(),
    handle: null,
    signal,
  } as const;
  const make = () => Promise.reject(failure('RATE_LIMITED'));
  await expect(chain.ask({ ...call, estimate: () => ({ posts: 1, users: 0 }), make })).rejects.toThrow();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ provider: 'X_API', jobId: 'the-job' }]);
});
