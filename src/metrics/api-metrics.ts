import { Counter, Histogram, type Registry } from 'prom-client';
import type { PoolFacts } from '../db/pool.ts';
import type { CacheFacts } from '../shared/cache-facts.ts';
import type { PictureFacts } from '../shared/picture-facts.ts';
import type { Meter } from '../shared/meter.ts';
import { watchPools } from './pools.ts';
import { createRegistry, observeCounter, observeGauge } from './registry.ts';

/** The metrics of a process that answers requests. */
export type ApiMetrics = { readonly registry: Registry; readonly meter: Meter };

/** Sources of numbers that other modules count; they are read at each scrape. */
export type ApiSources = {
  requests(): readonly { readonly route: string; readonly status: string; readonly count: number }[];
  /** Open subscriptions by transport. */
  subscribers(): { readonly sse: number; readonly websocket: number };
  /** Null without a response cache. */
  cache(): CacheFacts | null;
  pools(): readonly PoolFacts[];
  /** Null without a picture cache. */
  pictures(): PictureFacts | null;
};

/** Most registered operations with a label of their own; the rest are `other`. */
const maxNames = 200;
const other = 'other';
const operationSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Creates the metrics. `process` distinguishes the processes that answer together, e.g. `api` or `api-2`. */
export function createApiMetrics(process: string, sources: ApiSources): ApiMetrics {
  const registry = createRegistry(process);
  observe(registry, sources);
  return { registry, meter: createMeter(registry) };
}

function createMeter(registry: Registry): Meter {
  const registers = [registry];
  const operations = new Counter({
    name: 'larkstat_graphql_operations_total',
    help: 'GraphQL operations that ran or were refused; answers from the cache are in larkstat_cache_answers_total. The outcome is ok or an error code; only registered operations have their name.',
    labelNames: ['operation', 'kind', 'outcome'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'larkstat_graphql_operation_duration_seconds',
    help: 'How long GraphQL queries and mutations ran.',
    labelNames: ['operation', 'kind'] as const,
    buckets: operationSeconds,
    registers,
  });
  const mutations = new Counter({
    name: 'larkstat_mutations_total',
    help: 'Mutations by field; the outcome is ok or an error code.',
    labelNames: ['field', 'outcome'] as const,
    registers,
  });
  const limited = new Counter({
    name: 'larkstat_rate_limited_requests_total',
    help: 'Requests and operations that were refused as RATE_LIMITED, by the limit of their caller or of the server.',
    registers,
  });
  const names = new Set<string>();
  const labelOf = (name: string | null): string => {
    if (name === null) return other;
    if (names.size < maxNames) names.add(name);
    return names.has(name) ? name : other;
  };
  return {
    operation({ name, kind, outcome, seconds }) {
      const operation = labelOf(name);
      operations.inc({ operation, kind, outcome });
      if (seconds !== null) durations.observe({ operation, kind }, seconds);
    },
    mutation: (field, outcome) => mutations.inc({ field, outcome }),
    rateLimited: () => limited.inc(),
  };
}

function observe(registry: Registry, { requests, subscribers, cache, pools, pictures }: ApiSources): void {
  watchPools(registry, pools);
  observeCounter(
    registry,
    {
      name: 'larkstat_http_requests_total',
      help: 'HTTP requests by route and class of status.',
      labels: ['route', 'status'],
    },
    () => requests().map(({ route, status, count }) => ({ labels: { route, status }, value: count })),
  );
  observeGauge(
    registry,
    {
      name: 'larkstat_subscribers',
      help: 'Open subscriptions by transport.',
      labels: ['transport'],
    },
    () => Object.entries(subscribers()).map(([transport, value]) => ({ labels: { transport }, value })),
  );
  observeCounter(
    registry,
    {
      name: 'larkstat_cache_answers_total',
      help: 'Answers to cacheable queries: hit came from the cache, stale came from the cache after its time, miss was computed.',
      labels: ['result'],
    },
    () => {
      const { hits, stale, misses } = cache() ?? { hits: 0, stale: 0, misses: 0 };
      const results = { hit: hits - stale, stale, miss: misses };
      return Object.entries(results).map(([result, value]) => ({ labels: { result }, value }));
    },
  );
  observeCounter(
    registry,
    {
      name: 'larkstat_media_requests_total',
      help: 'Requests for pictures by outcome: kept was on disk, fetched came from the platform, missing does not exist there, refused is not a picture that may be shown, failed is an error of the platform or the disk, limited exceeded a limit.',
      labels: ['result'],
    },
    () => Object.entries(pictures() ?? {}).map(([result, value]) => ({ labels: { result }, value })),
  );
  const fromCache = (value: (facts: CacheFacts) => number) => () => {
    const facts = cache();
    return facts === null ? [] : [{ labels: {}, value: value(facts) }];
  };
  observeGauge(
    registry,
    { name: 'larkstat_cache_bytes', help: 'Bytes of cached answers in memory.' },
    fromCache(({ bytes }) => bytes),
  );
  observeGauge(
    registry,
    { name: 'larkstat_cache_entries', help: 'Cached answers.' },
    fromCache(({ entries }) => entries),
  );
}
