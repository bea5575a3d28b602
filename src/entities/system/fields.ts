import { builder } from '../../graphql/builder.ts';
import { Provider } from '../../graphql/inputs.ts';
import type { CacheFacts } from '../../shared/cache-facts.ts';
import type { ProviderName } from '../../shared/post.ts';
import type { QueueCounts } from '../../shared/queue-counts.ts';
import { version } from '../../version.ts';
import type { LimitFacts } from './limit-facts.ts';
import { countIngest, countStore, type Distribution, type IngestCounts, type StoreCounts } from './query.ts';

/** What this part asks of the process it runs in. */
type SystemFacts = {
  readonly startedAt: Date;
  readonly database: 'embedded' | 'external';
  /** What carries events between processes. */
  readonly carrier: 'notify' | 'redis';
  readonly queue: 'postgres' | 'redis';
  /** Where answers are kept. */
  readonly cache: 'memory' | 'memory and redis' | 'off';
  readonly limits: LimitFacts;
  /** What was given out of the kept answers; null when none are kept. */
  cacheFacts(): CacheFacts | null;
  queueCounts(): Promise<QueueCounts>;
  /** What is still to be rebuilt; null when nothing is. */
  rebuilding(): Promise<RebuildingFacts | null>;
  /** The providers that fetch, whether they can be used, and what they have cost this month. */
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
        'Where answers are kept: memory, memory and redis (where other processes find them), or off.',
      resolve: (facts) => facts.cache,
    }),
    pubsub: t.string({
      description: 'What carries events between processes: postgres (LISTEN/NOTIFY) or redis.',
      resolve: ({ carrier }) => (carrier === 'redis' ? 'redis' : 'postgres (LISTEN/NOTIFY)'),
    }),
    queue: t.string({
      description: 'What carries jobs to workers: postgres (BullMQ) or redis (BullMQ).',
      resolve: ({ queue }) => `${queue} (BullMQ)`,
    }),
  }),
});

/** These ask nobody over a network: there is nothing to set, to wait for or to pay. */
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
    provider: t.field({ type: Provider, description: 'Which one.', resolve: (facts) => facts.provider }),
    configured: t.exposeBoolean('configured', {
      description: 'Whether it has all the settings it needs; the note says which one is missing.',
    }),
    available: t.exposeBoolean('available', {
      description: 'False while its circuit is open after repeated failures, and where it is not configured.',
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
        'what requests under way could cost is in it.',
    }),
    budgetUsd: t.exposeFloat('budgetUsd', {
      nullable: true,
      description: "The month's budget; null without one. What would pass it is refused: BUDGET_EXCEEDED.",
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why it cannot be used, or its state, for display.',
    }),
  }),
});

const IngestStats = builder.objectRef<IngestCounts>('IngestStats').implement({
  description:
    'What all jobs together have brought in: those that are not over, and those of the last 30 days.',
  fields: (t) => ({
    jobsEnqueued: t.field({
      type: 'SafeInt',
      description: 'Jobs, whatever their state.',
      resolve: (s) => s.jobsEnqueued,
    }),
    batches: t.field({ type: 'SafeInt', description: 'Batches written.', resolve: (s) => s.batches }),
    meanBatchSize: t.float({ description: 'Posts a batch; 0 without any.', resolve: (s) => s.meanBatchSize }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts that came in, known ones included.',
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
      description: 'Answers that were kept, also those that another process had computed.',
      resolve: (s) => s.hits,
    }),
    stale: t.field({
      type: 'SafeInt',
      description:
        'Hits that were out of date, served while a new answer was computed or the database was away.',
      resolve: (s) => s.stale,
    }),
    misses: t.field({
      type: 'SafeInt',
      description: 'Answers that were computed for a query that can be kept.',
      resolve: (s) => s.misses,
    }),
    hitRate: t.float({
      description: 'hits over hits and misses, 0 to 1; 0 without any.',
      resolve: ({ hits, misses }) => (hits === 0 ? 0 : hits / (hits + misses)),
    }),
    meanHitMs: t.exposeFloat('meanHitMs', {
      description: 'Milliseconds from the body of a request to its answer, the mean of all hits.',
    }),
    meanMissMs: t.exposeFloat('meanMissMs', {
      description: 'Milliseconds from the body of a request to its answer, the mean of all misses.',
    }),
    bytes: t.field({
      type: 'SafeInt',
      description: 'Bytes that the kept answers take in memory, compressed forms included.',
      resolve: (s) => s.bytes,
    }),
    entries: t.field({ type: 'SafeInt', description: 'Kept answers.', resolve: (s) => s.entries }),
    oldestSeconds: t.float({
      nullable: true,
      description: 'Age of the oldest kept answer, current or out of date; null when none is kept.',
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
    delayed: t.field({ type: 'SafeInt', description: 'To be tried again later.', resolve: (s) => s.delayed }),
    failed: t.field({
      type: 'SafeInt',
      description: 'Of the last 1,000 that failed.',
      resolve: (s) => s.failed,
    }),
    completed: t.field({
      type: 'SafeInt',
      description: 'Of the last 1,000 that ended well.',
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
        'Tables that are still to be distributed: `larkstat distribute` was broken off, and goes on when it is run again.',
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
      description: "Streams' own posts: those that stats count.",
      resolve: (s) => s.posts,
    }),
    authors: t.field({ type: 'SafeInt', description: 'Distinct authors.', resolve: (s) => s.authors }),
    bytes: t.field({
      type: 'SafeInt',
      description: 'Bytes on disk, indexes included; of a cluster those of all nodes.',
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
    'Streams that an older version of larkstat stored: what it derived from their posts (terms, language, sentiment, sums) ' +
    'is being made anew in the background. Meanwhile answers show some of it as the older version counted it.',
  fields: (t) => ({
    streams: t.field({
      type: 'SafeInt',
      description: 'Streams that wait for it or are being rebuilt.',
      resolve: (r) => r.streams,
    }),
    postsDone: t.field({
      type: 'SafeInt',
      description: "Own posts of these streams that are done; a stream's go when all of them are.",
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
      description: 'The store, the cache, the queue and what carries events.',
      resolve: (s) => s,
    }),
    providers: t.field({
      type: [ProviderStatus],
      description: 'Where posts can come from.',
      complexity: 10,
      resolve: async (s, _args, { now }) => [...(await s.fetchProviders(now)), ...localProviders],
    }),
    cache: t.field({
      type: CacheStats,
      description: 'The kept answers.',
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
      description: 'What is still to be rebuilt after an update; null when nothing is.',
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
