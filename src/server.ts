import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { createAccess } from './access/access.ts';
import { openKeyRing } from './access/key-ring.ts';
import { requireKey } from './access/require-key.ts';
import { createApp } from './app.ts';
import { openChanges } from './changes.ts';
import type { Config } from './config.ts';
import type { Services } from './graphql/context.ts';
import { loadDemo, wantsDemo } from './demo.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { deleteStream } from './jobs/delete-stream.ts';
import { listProviderStatus } from './fetch/provider-status.ts';
import { postCountsOf, quoteFetch } from './fetch/quotes.ts';
import { type JobQueue, openQueue } from './jobs/queue.ts';
import { createJobService, type JobService } from './jobs/service.ts';
import { sweepUploads } from './jobs/uploads.ts';
import { createLogger } from './platform/logger.ts';
import { type OpenStore, openStore } from './store.ts';
import { configuredProviders } from './providers/configured.ts';
import { startWorkerProcess } from './worker-process.ts';

type Environment = Readonly<Record<string, string | undefined>>;

type RunningServer = {
  readonly url: string;
  /** Whether this start made up the demo accounts. */
  readonly hasNewDemo: boolean;
  close(): Promise<void>;
};

/**
 * Starts everything that `larkstat serve` is: store, job process, API. Resolves when requests are answered; rejects,
 * with all closed again, when it is told to stop before that.
 */
export async function startServer(
  config: Config,
  environment: Environment,
  stopped: AbortSignal = new AbortController().signal,
): Promise<RunningServer> {
  const opened: (() => Promise<unknown>)[] = [];
  /** The last one first; one that fails keeps none of the others open. */
  const close = async (): Promise<void> => {
    const next = opened.pop();
    if (next === undefined) return;
    try {
      await next();
    } finally {
      await close();
    }
  };
  try {
    const onOpened: OnOpened = (closing) => {
      opened.push(closing);
      stopped.throwIfAborted();
    };
    const started = await open(config, environment, { onOpened, stopped });
    return { ...started, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Is told how to close what was just opened; throws where nothing more is to be opened. */
type OnOpened = (close: () => Promise<unknown>) => void;

/** Opens one after the other. */
async function open(
  config: Config,
  environment: Environment,
  { onOpened, stopped }: { readonly onOpened: OnOpened; readonly stopped: AbortSignal },
): Promise<Pick<RunningServer, 'url' | 'hasNewDemo'>> {
  const log = createLogger(config.logLevel, 'server');
  const store = await openStore(config, {
    applicationName: 'larkstat server',
    statementTimeoutMs: config.queryTimeoutMs,
    signal: stopped,
    log,
  });
  onOpened(() => store.close());
  const keys = await openKeyRing(store.db, { apiKey: config.access.apiKey, log });
  onOpened(() => keys.close());
  requireKey(config.http.host, config.access, keys);
  const queue = openQueue(store.url, log);
  onOpened(() => queue.close());
  const heard = await openChanges(store.db.news);
  onOpened(() => heard.close());
  const jobs = createJobService(store.db, queue, {
    providers: configuredProviders(config.providers),
    refreshAfterMs: config.refreshAfterMs,
    log,
  });
  const uploadFolder = join(config.dataFolder, 'uploads');
  await sweepUploads(store.db.sql, uploadFolder, Date.now());
  if (config.worker) {
    const worker = startWorkerProcess(environment, store.url, log);
    onOpened(() => worker.close());
  }
  const limits = {
    ...config.limits,
    uploadBytes: config.http.maxUploadBytes,
    operationMs: config.queryTimeoutMs,
  };
  const services = servicesOf({ config, store, queue, jobs, changes: heard.changes });
  const server = createHttpServer({
    app: createApp({ db: store.db, log, services, limits }),
    access: createAccess({ keys, off: config.access.off }),
    trust: config.http.trust,
    uploadFolder,
    limits,
    hosts: config.http.allowedHosts,
    origins: config.http.allowedOrigins,
    health: {
      checks: {
        database: async () => void (await store.db.orm.execute(sql`select 1`)),
        queue: async () => void (await queue.counts()),
      },
    },
    log,
  });
  await listen(server, config.http);
  onOpened(() => closeHttp(server));
  const hasNewDemo = config.demo && (await wantsDemo(store));
  if (hasNewDemo) await loadDemo(jobs, store, stopped);
  return { url: addressOf(server, config.http), hasNewDemo };
}

function servicesOf(parts: {
  readonly config: Config;
  readonly store: OpenStore;
  readonly queue: JobQueue;
  readonly jobs: JobService;
  readonly changes: Services['changes'];
}): Services {
  const { config, store, queue, jobs, changes } = parts;
  const countPosts = postCountsOf(store.db.sql, config.providers);
  return {
    jobs,
    refreshing: { afterMs: config.refreshAfterMs, refresh: jobs.refresh },
    changes,
    quoteFetch: (request, now) => quoteFetch(store.db.sql, config.providers, request, now, countPosts),
    deleteStream: (streamId) => deleteStream(store.db.sql, streamId, join(config.dataFolder, 'spool')),
    system: {
      startedAt: new Date(),
      database: store.kind,
      queueCounts: () => queue.counts(),
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

async function closeHttp(server: HttpServer): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.endSubscriptions();
  server.closeIdleConnections();
  // Not `ref`: the timer alone kept the process for five seconds after all else had ended.
  await Promise.race([closed, sleep(5_000, undefined, { ref: false })]);
  server.closeAllConnections();
}

function addressOf(server: HttpServer, http: Config['http']): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : http.port;
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  return `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`;
}
