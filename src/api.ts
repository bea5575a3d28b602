import { defaultLimits, type Limits } from './http/limits.ts';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { createAccess } from './access/access.ts';
import { createLimiter, type Limiter } from './access/limiter.ts';
import { loadSecret } from './access/signed-link.ts';
import { openKeyRing } from './access/key-ring.ts';
import { requireKey } from './access/require-key.ts';
import { createApp } from './app.ts';
import { type OpenAnswers, openAnswers } from './answers.ts';
import { openChanges } from './changes.ts';
import type { Config } from './config.ts';
import { readServerFacts } from './db/server-facts.ts';
import type { Services } from './graphql/context.ts';
import { dashboardOperations, readDashboard } from './http/dashboard/dashboard.ts';
import { ownOperations } from './http/graphiql.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { createDownloads, type Downloads } from './jobs/downloads.ts';
import { deleteStream } from './jobs/delete-stream.ts';
import { removeDemo } from './jobs/demo.ts';
import { listDemoStreams } from './streams/demo.ts';
import { listProviderStatus } from './fetch/provider-status.ts';
import { postCountsOf, quoteFetch } from './fetch/quotes.ts';
import { openPictures, type Pictures } from './media/pictures.ts';
import { createFetchService, type FetchService } from './fetch/service.ts';
import { type JobQueue, openQueue } from './jobs/queue.ts';
import { createJobService, type JobService } from './jobs/service.ts';
import { openUploads } from './jobs/uploads/open-uploads.ts';
import type { UploadStore } from './jobs/uploads/store.ts';
import { createApiMetrics } from './metrics/api-metrics.ts';
import { contentType, type Families, printFamilies } from './metrics/families.ts';
import { machineRegistry } from './metrics/machine.ts';
import { watchProcess } from './metrics/registry.ts';
import { storeRegistry } from './metrics/store.ts';
import type { Opened } from './opened.ts';
import { keepHeapSmall } from './platform/heap.ts';
import { openRedis } from './platform/redis.ts';
import { configuredProviders } from './providers/configured.ts';
import type { Tracer } from './shared/tracer.ts';
import type { OpenStore } from './store.ts';
import { findRebuilding } from './streams/rebuilds.ts';
import { openVersions } from './streams/versions.ts';

/** What a process needs to serve requests. */
export type ApiOptions = {
  readonly config: Config;
  readonly store: Pick<OpenStore, 'db' | 'url' | 'kind' | 'redisQueue'>;
  readonly peers: Peers;
  readonly tracer: Tracer;
  readonly log: Logger;
  readonly opened: Opened;
};

/** The other processes whose metrics a scrape of /metrics includes. */
type Peers = {
  /** The name of this process. */
  readonly name: string;
  /** Returns their metrics. Never rejects. */
  others(): Promise<Families>;
  /** Registers the function that returns this process's metrics. */
  report(families: () => Promise<Families>): void;
};

/** Serves requests over an open store. Returns the address. */
export async function openApi({ config, store, peers, tracer, log, opened }: ApiOptions): Promise<string> {
  keepHeapSmall();
  const keys = await openKeyRing(store.db, { apiKey: config.access.apiKey, log });
  opened.add(() => keys.close());
  requireKey(config.http.host, config.access, keys);
  const queue = openQueue(store.url, log, store.redisQueue);
  opened.add(() => queue.close());
  // Opened before the changes: this process must know a version before it notifies subscribers of it.
  const versions = await openVersions(store.db);
  opened.add(() => versions.close());
  const received = await openChanges(store.db);
  opened.add(() => received.close());
  const uploads = openUploads(config.uploads, log);
  const jobs = createJobService(store.db, queue, uploads, config.exports);
  const downloads = createDownloads(store.db.sql, uploads);
  const pictures = await openMedia(config, store, log);
  opened.add(async () => pictures?.close());
  const fetches = createFetchService(store.db, queue, {
    providers: configuredProviders(config.providers),
    refreshAfterMs: config.refreshAfterMs,
    log,
  });
  const limits = {
    ...config.limits,
    uploadBytes: config.http.maxUploadBytes,
    operationMs: config.queryTimeoutMs,
  };
  const answers = await openAnswers({ config, databaseUrl: store.url, versions, log });
  opened.add(() => answers.close());
  const { changes } = received;
  const services = servicesOf({
    config,
    store,
    queue,
    jobs,
    fetches,
    downloads,
    pictures,
    uploads,
    changes,
    versions,
    answers,
    limits,
  });
  const checkQueue = async () => void (await queue.counts());
  const metrics = createApiMetrics(peers.name, {
    requests: () => server.requests.facts,
    subscribers: () => server.subscribers(),
    cache: () => answers.cache?.facts() ?? null,
    pools: () => store.db.pools(),
    pictures: () => pictures?.facts ?? null,
  });
  const { meter } = metrics;
  const server = createHttpServer({
    app: createApp({
      db: store.db,
      log,
      services,
      limits,
      learn: (streamId, version) => versions.learn(streamId, version),
      operations: {
        examples: ownOperations,
        dashboard: config.http.dashboard ? dashboardOperations : undefined,
        ...config.operations,
      },
      meter,
      tracer,
    }),
    meter,
    tracer,
    metrics: {
      token: config.metrics.token,
      contentType,
      print: openPrint({ config, store, queue, peers, families: () => metrics.registry.getMetricsAsJSON() }),
    },
    access: createAccess({ keys, off: config.access.off, failures: config.access.unknownKeysPerMinute }),
    limiter: openLimiter(config, log, opened),
    trust: config.http.trust,
    uploads,
    downloads,
    pictures,
    cache: answers.cache,
    dashboard: config.http.dashboard ? await readDashboard() : undefined,
    limits,
    hosts: config.http.allowedHosts,
    origins: config.http.allowedOrigins,
    health: {
      cache: answers.kind,
      checks: {
        database: async () => void (await store.db.orm.execute(sql`select 1`)),
        ...(store.redisQueue === null ? { queue: checkQueue } : {}),
      },
      // The server works without Redis.
      dispensable: {
        ...(store.db.changeFeed.kind === 'redis' ? { redis: () => store.db.changeFeed.check() } : {}),
        ...(store.redisQueue === null ? {} : { queue: checkQueue }),
      },
    },
    log,
  });
  watchProcess(metrics.registry);
  await listen(server, config.http);
  opened.add(() => server.drain(config.http.drain));
  const url = addressOf(server, config.http);
  log.info({ url }, 'this process answers requests');
  return url;
}

/** Opens the store of the platforms' pictures; undefined when it is off. */
async function openMedia(
  { media, processes }: Config,
  { db }: ApiOptions['store'],
  log: Logger,
): Promise<Pictures | undefined> {
  if (media === null) return undefined;
  return openPictures({ ...media, secret: await loadSecret(db.sql, 'media'), writers: processes, log });
}

type PrintParts = Pick<ApiOptions, 'config' | 'store' | 'peers'> & {
  readonly queue: JobQueue;
  readonly families: () => Promise<Families>;
};

/** Returns a function that prints the metrics of all processes of this server, of its machine and of the store. */
function openPrint({ config, store, queue, peers, families }: PrintParts): () => Promise<string> {
  peers.report(families);
  const machine = machineRegistry(config.dataFolder);
  const common = storeRegistry(async () => {
    const { sql } = store.db;
    const [{ workers, ...counts }, providers, rebuilding, server] = await Promise.all([
      queue.counts(),
      listProviderStatus(sql, config.providers, new Date()),
      findRebuilding(sql),
      readServerFacts(sql),
    ]);
    return { queue: counts, workers, providers, rebuilding, ...server };
  });
  const all = [families, peers.others, () => machine.getMetricsAsJSON(), () => common.getMetricsAsJSON()];
  return async () => printFamilies(await Promise.all(all.map((ask) => ask())));
}

/** Opens the rate limiter; with Redis all processes count together. */
function openLimiter({ access, redisUrl }: Config, log: Logger, opened: Opened): Limiter {
  const redis = redisUrl === null ? null : openRedis(redisUrl, { name: 'larkstat-limits', log });
  if (redis !== null) opened.add(async () => redis.disconnect());
  return createLimiter({ costPerMinute: access.costPerMinute, redis, log });
}

function servicesOf(parts: {
  readonly config: Config;
  readonly store: ApiOptions['store'];
  readonly queue: JobQueue;
  readonly jobs: JobService;
  readonly fetches: FetchService;
  readonly downloads: Downloads;
  readonly pictures: Pictures | undefined;
  readonly uploads: UploadStore;
  readonly changes: Services['changes'];
  readonly versions: Services['versions'];
  readonly answers: OpenAnswers;
  readonly limits: Partial<Limits>;
}): Services {
  const {
    config,
    store,
    queue,
    jobs,
    fetches,
    downloads,
    pictures,
    uploads,
    changes,
    versions,
    answers,
    limits,
  } = parts;
  const spoolRoot = join(config.dataFolder, 'spool');
  const countPosts = postCountsOf(store.db.sql, config.providers);
  return {
    jobs,
    fetches,
    downloads,
    ...(pictures && { pictures }),
    refreshing: { afterMs: config.refreshAfterMs, refresh: fetches.refresh },
    changes,
    versions,
    alerts: config.alerts,
    trending: config.trending,
    chatBots: config.chatBots,
    quoteFetch: (request, now) => quoteFetch(store.db.sql, config.providers, request, now, countPosts),
    demo: {
      add: (now) => jobs.addDemo(now),
      remove: () => removeDemo(store.db.sql, { spoolRoot, uploads }),
      isThere: async () => (await listDemoStreams(store.db.sql)).length > 0,
    },
    deleteStream: (streamId) => deleteStream(store.db.sql, streamId, { spoolRoot, uploads }),
    system: {
      startedAt: new Date(),
      database: store.kind,
      carrier: store.db.changeFeed.kind,
      queue: store.redisQueue === null ? 'postgres' : 'redis',
      cache: answers.kind,
      limits: { ...defaultLimits, ...limits },
      cacheFacts: () => answers.cache?.facts() ?? null,
      queueCounts: () => queue.counts(),
      rebuilding: () => findRebuilding(store.db.sql),
      fetchProviders: (now) => listProviderStatus(store.db.sql, config.providers, now),
    },
  };
}

async function listen(server: HttpServer, { host, port }: Config['http']): Promise<void> {
  try {
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(port, host, done);
    });
  } catch (error) {
    const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw inUse ? new Error(`Port ${port} is taken: set PORT to another one`, { cause: error }) : error;
  }
}

function addressOf(server: HttpServer, http: Config['http']): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : http.port;
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  return `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`;
}
