import { openApi } from './api.ts';
import type { Config } from './config.ts';
import { loadDemo, wantsDemo } from './demo.ts';
import { openQueue } from './jobs/queue.ts';
import { createJobService } from './jobs/service.ts';
import { sweepUploads } from './jobs/uploads/lifetime.ts';
import { openUploads } from './jobs/uploads/open-uploads.ts';
import { type Opened, openedUntil } from './opened.ts';
import { openTracing } from './platform/tracing.ts';
import { createLogger } from './platform/logger.ts';
import { startApiProcesses } from './processes.ts';
import { openStore } from './store.ts';
import { findRebuilding, type Rebuilding } from './streams/rebuilds.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

type Environment = Readonly<Record<string, string | undefined>>;

type RunningServer = {
  readonly url: string;
  /** Whether this start generated the demo accounts. */
  readonly hasNewDemo: boolean;
  /** Streams of an older version that are rebuilt in the background; null when there are none. */
  readonly rebuilding: Rebuilding | null;
  close(): Promise<void>;
};

/**
 * Starts the parts of `larkstat serve`: store, job process, API. Resolves when requests are served. When it is stopped
 * earlier, it closes everything and rejects.
 */
export async function startServer(
  config: Config,
  environment: Environment,
  stopped: AbortSignal = new AbortController().signal,
): Promise<RunningServer> {
  const opened = openedUntil(stopped);
  try {
    const started = await open(config, environment, { opened, stopped });
    return { ...started, close: opened.close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Opens the parts one after the other. */
async function open(
  config: Config,
  environment: Environment,
  { opened, stopped }: { readonly opened: Opened; readonly stopped: AbortSignal },
): Promise<Omit<RunningServer, 'close'>> {
  const log = createLogger(config.logLevel, 'server');
  // With several processes, each API process has its own.
  const tracing = await openTracing(config.processes === 1 ? config.tracing : null, log);
  opened.add(() => tracing.close());
  const { tracer } = tracing;
  const store = await openStore(config, {
    applicationName: 'larkstat server',
    statementTimeoutMs: config.queryTimeoutMs,
    signal: stopped,
    tracer,
    log,
  });
  opened.add(() => store.close());
  const { nodes, distributed } = store.placement;
  if (nodes > 0 && distributed.length === 0) {
    log.info(
      { nodes },
      'the database is a Citus coordinator: `larkstat distribute` spreads the streams over its nodes',
    );
  }
  // Not awaited, since object storage may be unavailable.
  void sweepUploads(store.db.sql, openUploads(config.uploads, log), Date.now()).catch((err) =>
    log.warn({ err }, 'the sweep of old uploads failed'),
  );
  // Closed after the API, but its stop begins with the signal, so that it returns its jobs early.
  let worker: WorkerProcess | null = null;
  opened.add(async () => worker?.close());
  const jobMetrics = async () => worker?.metrics() ?? [];
  const peers = { name: 'api', others: jobMetrics, report: () => {} };
  const url =
    config.processes === 1
      ? await openApi({ config, store, peers, tracer, log, opened })
      : await startApiProcesses({ config, environment, store, jobMetrics, log, opened });
  if (config.worker) {
    // Its metrics are in /metrics; with its own port they would be counted twice.
    const started = startWorkerProcess({ ...environment, WORKER_METRICS_PORT: '0' }, store.url, log);
    stopped.addEventListener('abort', () => void started.close(), { once: true });
    worker = started;
  }
  const hasNewDemo = config.demo && (await wantsDemo(store));
  if (hasNewDemo) {
    const queue = openQueue(store.url, log, store.redisQueue);
    opened.add(() => queue.close());
    await loadDemo(createJobService(store.db, queue), store, stopped);
  }
  return { url, hasNewDemo, rebuilding: await findRebuilding(store.db.sql) };
}
