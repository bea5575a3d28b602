import { builder } from '../../graphql/builder.ts';
import { Provider } from '../../graphql/inputs.ts';
import type { CacheFacts } from '../../shared/cache-facts.ts';
import type { ProviderName } from '../../shared/post.ts';
import type { QueueCounts } from '../../shared/queue-counts.ts';
import { version } from '../../version.ts';
import type { LimitFacts } from './limit-facts.ts';
import { countIngest, countStore, type Distribution, type IngestCounts, type StoreCounts } from './query.ts';

/** What the process says of itself. */
type SystemFacts = {
  readonly startedAt: Date;
  readonly database: 'embedded' | 'external';
  /** The transport of events between processes. */
  readonly carrier: 'notify' | 'redis';
  readonly queue: 'postgres' | 'redis';
  /** Where answers are cached. */
  readonly cache: 'memory' | 'memory and redis' | 'off';
  readonly limits: LimitFacts;
  /** Counts of the cache; null when it is off. */
  cacheFacts(): CacheFacts | null;
  queueCounts(): Promise<QueueCounts>;
  /** Progress of the rebuilds; null when there is nothing to rebuild. */
  rebuilding(): Promise<RebuildingFacts | null>;
  /** Returns the providers that fetch, whether they can be used, and what they have cost this month. */
  fetchProviders(now: Date): Promise<readonly ProviderFacts[]>;
};

type ProviderFacts = {
  readonly provider: ProviderName;
  readonly configured: boolean;
  readonly available: boolean;
  readonly rateLimitedUntil: Date | null;
  readonly spentUsd: number;
  readonly budgetUsd: number | null;
  readonly note: string | null;
};

type RebuildingFacts = {
  readonly streams: number;
  readonly postsDone: number;
  readonly postsTotal: number;
};

declare module '../../graphql/context.ts' {
  interface Services {
    readonly system: SystemFacts;
  }
}

const Backends = builder.objectRef<SystemFacts>('Backends').implement({
  description: 'The services that the server uses.',
  fields: (t) => ({
    database: t.string({
      description: 'postgres (embedded) or postgres (external).',
      resolve: (facts) => `postgres (${facts.database})`,
    }),
    cache: t.string({
      description:
        'Where answers are cached: memory, memory and redis (shared with other processes), or off.',
      resolve: (facts) => facts.cache,
    }),
    pubsub: t.string({
      description: 'The transport of events between processes: postgres (LISTEN/NOTIFY) or redis.',
      resolve: ({ carrier }) => (carrier === 'redis' ? 'redis' : 'postgres (LISTEN/NOTIFY)'),
    }),
    queue: t.string({
      description: 'The queue of jobs: postgres (BullMQ) or redis (BullMQ).',
      resolve: ({ queue }) => `${queue} (BullMQ)`,
    }),
  }),
});

/** These need no network: no settings, no waiting, no payment. */
const localProviders: readonly ProviderFacts[] = [
  localProvider('X_ARCHIVE', "The user's own export from X: importFile, or `larkstat import`"),
  localProvider('SYNTHETIC', 'Made-up accounts: `larkstat seed`'),
];

function localProvider(provider: ProviderName, note: string): ProviderFacts {
  const free = { rateLimitedUntil: null, spentUsd: 0, budgetUsd: null };
  return { provider, configured: true, available: true, ...free, note };
}

const ProviderStatus = builder.objectRef<ProviderFacts>('ProviderStatus').implement({
  description: 'Whether a source of posts can be used.',
  fields: (t) => ({
    provider: t.field({ type: Provider, description: 'The source.', resolve: (facts) => facts.provider }),
    configured: t.exposeBoolean('configured', {
      description: 'Whether it has all the settings it needs; the note says which one is missing.',
    }),
    available: t.exposeBoolean('available', {
      description: 'False while its circuit is open after repeated failures, and when it is not configured.',
    }),
    rateLimitedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Set while its rate limit is used up.',
      resolve: (facts) => facts.rateLimitedUntil,
    }),
    spentUsd: t.exposeFloat('spentUsd', {
      description:
        "US dollars spent since the first of the month (UTC), by the provider's price list; " +
        'requests under way count with what they could cost.',
    }),
    budgetUsd: t.exposeFloat('budgetUsd', {
      nullable: true,
      description: 'The budget of a month; null without one. Requests beyond it fail with BUDGET_EXCEEDED.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why it cannot be used, or its state, for display.',
    }),
  }),
});

const IngestStats = builder.objectRef<IngestCounts>('IngestStats').implement({
  description: 'What all jobs together have brought in: unfinished jobs, and jobs of the last 30 days.',
  fields: (t) => ({
    jobsEnqueued: t.field({
      type: 'SafeInt',
      description: 'Jobs, whatever their state.',
      resolve: (s) => s.jobsEnqueued,
    }),
    batches: t.field({ type: 'SafeInt', description: 'Batches written.', resolve: (s) => s.batches }),
    meanBatchSize: t.float({
      description: 'Posts per batch; 0 without any.',
      resolve: (s) => s.meanBatchSize,
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts that came in, new or known.',
      resolve: (s) => s.posts,
    }),
    postsPerSecond: t.float({
      description: 'Posts per second of the job that reported last.',
      resolve: (s) => s.postsPerSecond,
    }),
  }),
});

const CacheStats = builder.objectRef<CacheFacts>('CacheStats').implement({
  description: 'The cache of answers of this process, counted since its start. All is 0 when it is off.',
  fields: (t) => ({
    hits: t.field({
      type: 'SafeInt',
      description: 'Answers from the cache, also those that another process computed.',
      resolve: (s) => s.hits,
    }),
    stale: t.field({
      type: 'SafeInt',
      description:
        'Hits that were out of date: they are served while a new answer is computed or the database is away.',
      resolve: (s) => s.stale,
    }),
    misses: t.field({
      type: 'SafeInt',
      description: 'Answers that were computed for queries that can be cached.',
      resolve: (s) => s.misses,
    }),
    hitRate: t.float({
      description: 'Hits divided by hits and misses, 0 to 1; 0 without any.',
      resolve: ({ hits, misses }) => (hits === 0 ? 0 : hits / (hits + misses)),
    }),
    meanHitMs: t.exposeFloat('meanHitMs', {
      description: 'Mean milliseconds from the body of a request to its answer, over all hits.',
    }),
    meanMissMs: t.exposeFloat('meanMissMs', {
      description: 'Mean milliseconds from the body of a request to its answer, over all misses.',
    }),
    bytes: t.field({
      type: 'SafeInt',
      description: 'Bytes of the cached answers in memory, with their compressed forms.',
      resolve: (s) => s.bytes,
    }),
    entries: t.field({ type: 'SafeInt', description: 'Cached answers.', resolve: (s) => s.entries }),
    oldestSeconds: t.float({
      nullable: true,
      description: 'Age of the oldest cached answer, current or out of date; null when there is none.',
      resolve: ({ oldestMs }) => (oldestMs === null ? null : oldestMs / 1_000),
    }),
  }),
});

const nothingKept: CacheFacts = {
  hits: 0,
  stale: 0,
  misses: 0,
  meanHitMs: 0,
  meanMissMs: 0,
  bytes: 0,
  entries: 0,
  oldestMs: null,
};

const QueueStats = builder.objectRef<QueueCounts>('QueueStats').implement({
  description: 'The job queue by state of its jobs.',
  fields: (t) => ({
    waiting: t.field({ type: 'SafeInt', description: 'Waiting for a worker.', resolve: (s) => s.waiting }),
    active: t.field({ type: 'SafeInt', description: 'Under way.', resolve: (s) => s.active }),
    delayed: t.field({
      type: 'SafeInt',
      description: 'Waiting for a later retry.',
      resolve: (s) => s.delayed,
    }),
    failed: t.field({
      type: 'SafeInt',
      description: 'Failed, of which the last 1,000 are kept.',
      resolve: (s) => s.failed,
    }),
    completed: t.field({
      type: 'SafeInt',
      description: 'Succeeded, of which the last 1,000 are kept.',
      resolve: (s) => s.completed,
    }),
    workers: t.field({
      type: 'SafeInt',
      description: 'Processes that take jobs.',
      resolve: (s) => s.workers,
    }),
  }),
});

const StoreDistribution = builder.objectRef<Distribution>('StoreDistribution').implement({
  description: 'How the streams are spread over the nodes of a Citus cluster (`larkstat distribute`).',
  fields: (t) => ({
    citus: t.exposeString('citus', { description: "Citus' version." }),
    nodes: t.exposeInt('nodes', { description: 'Nodes that hold shards.' }),
    shards: t.exposeInt('shards', {
      description: 'Shards of each table. All rows of a stream are in one shard.',
    }),
    tables: t.exposeInt('tables', { description: 'Tables that are distributed.' }),
    missing: t.field({
      type: ['String'],
      description:
        'Tables that are still to be distributed: `larkstat distribute` was interrupted. Run it again to continue.',
      resolve: ({ missing }) => [...missing],
    }),
  }),
});

const StoreStats = builder.objectRef<StoreCounts>('StoreStats').implement({
  description: 'How much the store holds.',
  fields: (t) => ({
    streams: t.field({ type: 'SafeInt', description: 'Streams.', resolve: (s) => s.streams }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Own posts of streams, as stats count them.',
      resolve: (s) => s.posts,
    }),
    authors: t.field({ type: 'SafeInt', description: 'Distinct authors.', resolve: (s) => s.authors }),
    bytes: t.field({
      type: 'SafeInt',
      description: 'Bytes on disk, with indexes; for a cluster, the sum over its nodes.',
      resolve: (s) => s.bytes,
    }),
    distribution: t.field({
      type: StoreDistribution,
      nullable: true,
      description: 'How the streams are spread over a cluster; null when all are in one database.',
      resolve: (s) => s.distribution,
    }),
  }),
});

const Rebuilding = builder.objectRef<RebuildingFacts>('Rebuilding').implement({
  description:
    'The rebuild of streams that an older version of larkstat stored: what it derived from their posts (terms, language, ' +
    'sentiment, sums) is derived again in the background. Meanwhile answers may show it as the older version did.',
  fields: (t) => ({
    streams: t.field({
      type: 'SafeInt',
      description: 'Streams that wait for a rebuild or are being rebuilt.',
      resolve: (r) => r.streams,
    }),
    postsDone: t.field({
      type: 'SafeInt',
      description:
        'Own posts of these streams that are done. A stream leaves the count when all of its posts are done.',
      resolve: (r) => r.postsDone,
    }),
    postsTotal: t.field({
      type: 'SafeInt',
      description: 'Own posts of these streams.',
      resolve: (r) => r.postsTotal,
    }),
  }),
});

export const System = builder.objectRef<SystemFacts>('System').implement({
  description: 'The server itself.',
  fields: (t) => ({
    version: t.string({ description: "larkstat's version.", resolve: () => version }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When this process started.',
      resolve: (s) => s.startedAt,
    }),
    backends: t.field({
      type: Backends,
      description: 'The store, the cache, the queue and the transport of events.',
      resolve: (s) => s,
    }),
    providers: t.field({
      type: [ProviderStatus],
      description: 'The sources of posts.',
      complexity: 10,
      resolve: async (s, _args, { now }) => [...(await s.fetchProviders(now)), ...localProviders],
    }),
    cache: t.field({
      type: CacheStats,
      description: 'The cache of answers.',
      resolve: (s) => s.cacheFacts() ?? nothingKept,
    }),
    ingest: t.field({
      type: IngestStats,
      description: 'What jobs have brought in.',
      complexity: 20,
      resolve: (_s, _args, { db }) => countIngest(db),
    }),
    rebuilding: t.field({
      type: Rebuilding,
      nullable: true,
      description: 'The progress of rebuilds after an update; null when there is nothing to rebuild.',
      complexity: 10,
      resolve: (s) => s.rebuilding(),
    }),
    queue: t.field({ type: QueueStats, description: 'The job queue.', resolve: (s) => s.queueCounts() }),
    store: t.field({
      type: StoreStats,
      description: 'How much is stored.',
      complexity: 20,
      resolve: (_s, _args, { db }) => countStore(db),
    }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    type: System,
    description: 'The server itself: version, backends, queue, sizes.',
    resolve: (_root, _args, { services }) => services.system,
  }),
);
