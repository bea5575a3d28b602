import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from './config.ts';
import type { Families } from './metrics/families.ts';
import { askMetrics, answerMetrics } from './metrics/gather.ts';
import type { Opened } from './opened.ts';
import { freePort } from './platform/free-port.ts';
import { processNamed } from './places.ts';
import type { OpenStore } from './store.ts';

type ProcessOptions = {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly store: Pick<OpenStore, 'url' | 'kind'>;
  /** Returns the metrics of the job process; none without such a process. */
  readonly jobMetrics: () => Promise<Families>;
  readonly log: Logger;
  readonly opened: Opened;
};

/** A process's one message about its start. */
export const startMessage = z.union([z.object({ url: z.string() }), z.object({ failure: z.string() })]);
export type StartMessage = z.infer<typeof startMessage>;

const program = fileURLToPath(processNamed('api-process'));

const firstPauseMs = 500;
const lastPauseMs = 30_000;
/** How long a process may take, after it has drained, to close everything. */
const closeMs = 20_000;

/**
 * Serves requests with the configured number of processes at one port, which this process opens for all. A process that
 * ends is replaced. Resolves with the address when all serve; rejects when one cannot start.
 */
export async function startApiProcesses(options: ProcessOptions): Promise<string> {
  const { config, environment, store, jobMetrics, log, opened } = options;
  const closing = new AbortController();
  const running = new Set<Worker>();
  // Each process accepts connections itself. By default this process would pass them on in turn, and one that is passed
  // to a dying process stays open for ever without a response. The system spreads connections just as evenly.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // One port for all: with 0 each would choose its own.
  const port = config.http.port === 0 ? await freePort(config.http.host) : config.http.port;

  const fork = (place: number): Worker => {
    cluster.setupPrimary({
      exec: program,
      args: [String(place), store.kind],
      execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
    });
    const worker = cluster.fork({ ...environment, DATABASE_URL: store.url, PORT: String(port) });
    running.add(worker);
    // Whichever process is scraped returns the metrics of all.
    answerMetrics(worker, async () => {
      const others = [...running].filter((one) => one !== worker);
      return (await Promise.all([...others.map((one) => askMetrics(one)), jobMetrics()])).flat();
    });
    void endOf(worker).then(() => running.delete(worker));
    return worker;
  };

  /** Starts a process and replaces it when it ends; resolves with the address when the first one serves. */
  const keepRunning = (place: number): Promise<string> =>
    new Promise((resolve, reject) => {
      void (async () => {
        for (
          let pauseMs = firstPauseMs;
          !closing.signal.aborted;
          pauseMs = Math.min(pauseMs * 2, lastPauseMs)
        ) {
          const worker = fork(place);
          worker.on('message', (message: unknown) => {
            const { data: started } = startMessage.safeParse(message);
            if (started === undefined) return; // a message of metrics
            if ('failure' in started) {
              log.error({ place, failure: started.failure }, 'an API process could not start');
              return reject(new Error(started.failure));
            }
            pauseMs = firstPauseMs;
            resolve(started.url);
          });
          const how = await endOf(worker);
          if (closing.signal.aborted) return;
          log.error({ place, how }, 'an API process ended; starting another');
          reject(new Error(`An API process ended at its start: ${how}`));
          await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
        }
      })();
    });

  opened.add(async () => {
    closing.abort();
    const { delayMs, limitMs } = config.http.drain;
    await Promise.all([...running].map((worker) => end(worker, delayMs + limitMs + closeMs, log)));
  });
  const places = Array.from({ length: config.processes }, (_, at) => at + 1);
  const [url] = await Promise.all(places.map(keepRunning));
  log.info({ url, processes: config.processes }, 'this process holds the port and starts API processes');
  return url ?? '';
}

/** Resolves with the reason when a process has ended. */
function endOf(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    // A process that could not start has no exit event.
    worker.on('error', (error) => worker.process.pid === undefined && resolve(error.message));
  });
}

async function end(worker: Worker, ms: number, log: Logger): Promise<void> {
  const gone = endOf(worker);
  worker.process.kill('SIGTERM');
  const late = setTimeout(() => {
    log.error(`an API process did not end in ${ms / 1_000} s; ending it`);
    worker.process.kill('SIGKILL');
  }, ms);
  await gone;
  clearTimeout(late);
}
