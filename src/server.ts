import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { createApp } from './app.ts';
import { openChanges } from './changes.ts';
import type { Config } from './config.ts';
import { createHttpServer } from './http/server.ts';
import { listProviderStatus } from './jobs/fetch/provider-status.ts';
import type { FetchRequest } from './jobs/fetch/quote.ts';
import { quoteFetch } from './jobs/fetch/quotes.ts';
import { openQueue } from './jobs/queue.ts';
import { createJobService, type JobService } from './jobs/service.ts';
import { sweepUploads } from './jobs/uploads.ts';
import { createLogger } from './platform/logger.ts';
import { type OpenStore, openStore } from './store.ts';
import { configuredProviders } from './providers/configured.ts';
import { startWorkerProcess } from './worker-process.ts';

export type RunningServer = { readonly url: string; close(): Promise<void> };

/** Starts everything that `larkstat serve` is: store, job process, API. Resolves when requests are answered. */
export async function startServer(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RunningServer> {
  const log = createLogger(config.logLevel, 'server');
  const store = await openStore(config, {
    applicationName: 'larkstat server',
    statementTimeoutMs: config.queryTimeoutMs,
  });
  const queue = openQueue(store.url, log);
  const heard = await openChanges(store.url, log);
  const jobs = createJobService(store.db, queue, {
    configured: configuredProviders(config.providers).map(({ name }) => name),
    refreshAfterMs: config.refreshAfterMs,
    log,
  });
  const uploadFolder = join(config.dataFolder, 'uploads');
  await sweepUploads(store.db.sql, uploadFolder, Date.now());
  const worker = config.worker ? startWorkerProcess(environment, store.url, log) : null;
  const limits = { uploadBytes: config.http.maxUploadBytes, operationMs: config.queryTimeoutMs };
  const services = {
    jobs,
    refreshing: { afterMs: config.refreshAfterMs, refresh: jobs.refresh },
    changes: heard.changes,
    quoteFetch: (request: FetchRequest, now: Date) =>
      quoteFetch(store.db.sql, config.providers, request, now),
    system: {
      startedAt: new Date(),
      database: store.kind,
      queueCounts: () => queue.counts(),
      fetchProviders: (now: Date) => listProviderStatus(store.db.sql, config.providers, now),
    },
  };
  const app = createApp({ db: store.db, log, services, limits });
  const server = createHttpServer({
    app,
    uploadFolder,
    limits,
    health: {
      checks: {
        database: async () => void (await store.db.orm.execute(sql`select 1`)),
        queue: async () => void (await queue.counts()),
      },
    },
    log,
  });
  const close = async () => {
    const closed = new Promise((done) => server.close(done));
    server.endStreams();
    server.closeIdleConnections();
    // Not `ref`: the timer alone kept the process for five seconds after all else had ended.
    await Promise.race([closed, sleep(5_000, undefined, { ref: false })]);
    server.closeAllConnections();
    await worker?.close();
    await heard.close();
    await queue.close();
    await store.close();
  };
  try {
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(config.http.port, config.http.host, done);
    });
  } catch (error) {
    await close();
    const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw inUse ? new Error(`Port ${config.http.port} is taken: set PORT to another one`) : error;
  }
  if (config.demo && store.created) await loadDemo(jobs, store);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.http.port;
  const host = config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host;
  return { url: `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`, close };
}

/** Waited for, but not long: it goes on by itself. */
const demoWaitMs = 6_000;

async function loadDemo(jobs: JobService, { db }: OpenStore): Promise<void> {
  const day = 86_400_000;
  const endingAt = Math.floor(Date.now() / day) * day;
  await jobs.seed({ users: 3, posts: 7_500, hashtags: 150, seed: 1337, endingAt, demo: true });
  for (const end = Date.now() + demoWaitMs; Date.now() < end; ) {
    const [open] = await db.orm.execute(sql`select 1 from jobs where state in ('QUEUED', 'RUNNING') limit 1`);
    if (!open) return;
    await sleep(100);
  }
}
