import { Registry } from 'prom-client';
import { nowAndThen } from './now-and-then.ts';
import { type Described, observeGauge, type Sample } from './registry.ts';

/** Facts about the store, read at a scrape. */
export type StoreFacts = {
  readonly queue: { readonly waiting: number; readonly active: number; readonly delayed: number };
  readonly workers: number;
  readonly providers: readonly {
    readonly provider: string;
    readonly configured: boolean;
    readonly available: boolean;
    readonly spentUsd: number;
    readonly budgetUsd: number | null;
  }[];
  /** What is still to be rebuilt after an update; null when nothing is. */
  readonly rebuilding: {
    readonly streams: number;
    readonly postsDone: number;
    readonly postsTotal: number;
  } | null;
  readonly connections: readonly { readonly state: string; readonly count: number }[];
  readonly maxConnections: number;
  readonly bytes: number;
};

type Of = (facts: StoreFacts) => readonly Sample[];

const one = (value: number): readonly Sample[] => [{ labels: {}, value }];

const gauges: readonly (Described & { readonly of: Of })[] = [
  {
    name: 'larkstat_queue_jobs',
    help: 'Jobs in the queue: waiting for a worker, active, or delayed until later.',
    labels: ['state'],
    of: ({ queue: { waiting, active, delayed } }) =>
      Object.entries({ waiting, active, delayed }).map(([state, value]) => ({ labels: { state }, value })),
  },
  {
    name: 'larkstat_queue_workers',
    help: 'Processes that take jobs.',
    of: ({ workers }) => one(workers),
  },
  {
    name: 'larkstat_provider_month_spent_usd',
    help: 'US dollars spent since the first of the month (UTC), including reservations for pending requests.',
    labels: ['provider'],
    of: ({ providers }) =>
      providers.map(({ provider, spentUsd }) => ({ labels: { provider }, value: spentUsd })),
  },
  {
    name: 'larkstat_provider_month_budget_usd',
    help: "The month's budget in US dollars; a provider without one has no value.",
    labels: ['provider'],
    of: ({ providers }) =>
      providers.flatMap(({ provider, budgetUsd }) =>
        budgetUsd === null ? [] : [{ labels: { provider }, value: budgetUsd }],
      ),
  },
  {
    name: 'larkstat_provider_available',
    help: 'For configured providers: 0 while the circuit is open after repeated failures, else 1.',
    labels: ['provider'],
    of: ({ providers }) =>
      providers
        .filter(({ configured }) => configured)
        .map(({ provider, available }) => ({ labels: { provider }, value: Number(available) })),
  },
  {
    name: 'larkstat_rebuilding_streams',
    help: 'Streams that wait for a rebuild after an update, or are being rebuilt.',
    of: ({ rebuilding }) => one(rebuilding?.streams ?? 0),
  },
  {
    name: 'larkstat_rebuilding_posts',
    help: 'Own posts of these streams that are still to be rebuilt.',
    of: ({ rebuilding }) => one(rebuilding === null ? 0 : rebuilding.postsTotal - rebuilding.postsDone),
  },
  {
    name: 'larkstat_database_server_connections',
    help: 'Connections of all clients to the Postgres server, by state.',
    labels: ['state'],
    of: ({ connections }) => connections.map(({ state, count }) => ({ labels: { state }, value: count })),
  },
  {
    name: 'larkstat_database_server_max_connections',
    help: 'Connections that the Postgres server allows.',
    of: ({ maxConnections }) => one(maxConnections),
  },
  {
    name: 'larkstat_database_size_bytes',
    help: 'Bytes of the database on disk, indexes included.',
    of: ({ bytes }) => one(bytes),
  },
];

/**
 * Metrics that all processes share; the scraped process reports them. The store is asked at most once in 5 seconds.
 * While the database is away, they have no values, and `larkstat_database_up` is 0.
 */
export function storeRegistry(readFacts: () => Promise<StoreFacts>): Registry {
  const registry = new Registry();
  const facts = nowAndThen(readFacts);
  for (const { of, ...described } of gauges) {
    observeGauge(registry, described, async () => {
      const found = await facts();
      return found === null ? [] : of(found);
    });
  }
  observeGauge(
    registry,
    { name: 'larkstat_database_up', help: '1 when the database answered the last request.' },
    async () => one((await facts()) === null ? 0 : 1),
  );
  return registry;
}
