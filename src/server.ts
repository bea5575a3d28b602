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
  /** Whether this start made up the demo accounts. */
  readonly hasNewDemo: boolean;
  /** What is rebuilt in the background, as an older version stored it; null when nothing is. */
  readonly rebuilding: Rebuilding | null;
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
  const opened = openedUntil(stopped);
  try {
    const started = await open(config, environment, { opened, stopped });
    return { ...started, close: opened.close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Opens one after the other. */
async function open(
  config: Config,
  environment: Environment,
  { opened, stopped }: { readonly opened: Opened; readonly stopped: AbortSignal },
): Promise<Omit<RunningServer, 'close'>> {
  const log = createLogger(config.logLevel, 'server');
  // With several processes, each of those that answer has its own.
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
  // Nobody waits for it: object storage may be away.
  void sweepUploads(store.db.sql, openUploads(config.uploads, log), Date.now()).catch((err) =>
    log.warn({ err }, 'old uploads could not be looked for'),
  );
  // Closed after the API is; but told to stop, as early as that, to hand its jobs back.
  let worker: WorkerProcess | null = null;
  opened.add(async () => worker?.close());
  const jobMetrics = async () => worker?.metrics() ?? [];
  const peers = { name: 'api', others: jobMetrics, report: () => {} };
  const url =
    config.processes === 1
      ? await openApi({ config, store, peers, tracer, log, opened })
      : await startApiProcesses({ config, environment, store, jobMetrics, log, opened });
  if (config.worker) {
    // Its metrics are told at /metrics: with a port of its own, they would be counted twice.
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
