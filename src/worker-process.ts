import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Families } from './metrics/families.ts';
import { askMetrics } from './metrics/gather.ts';
import { processNamed } from './places.ts';
import { beating, childFlags } from './worker-flags.ts';

/** The job process of this process. */
export type WorkerProcess = {
  /** Resolves when the first process takes jobs. */
  readonly ready: Promise<void>;
  /** Returns its metrics; none while it does not run. Never rejects. */
  metrics(): Promise<Families>;
  close(): Promise<void>;
};

const program = fileURLToPath(processNamed('worker'));

/** Runs a job process beside this one, so that a long import never blocks a query. Restarts it when it ends. */
export function startWorkerProcess(
  environment: Readonly<Record<string, string | undefined>>,
  databaseUrl: string,
  log: Logger,
): WorkerProcess {
  let child: ChildProcess | null = null;
  const closing = new AbortController();
  let pauseMs = 500;
  let whenReady: () => void;
  const ready = new Promise<void>((done) => {
    whenReady = done;
  });
  const startAgain = async () => {
    child = null;
    // Not unref'd: this pause may be all that keeps the process alive. `close` ends it.
    await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
    pauseMs = Math.min(pauseMs * 2, 30_000);
    if (!closing.signal.aborted) start();
  };
  // Node throws when memory is short, and emits an error later when there are too many processes.
  const failed = (err: unknown) => {
    log.error({ err }, 'the job process could not be started; trying again');
    void startAgain();
  };
  const start = () => {
    try {
      child = forkWorker(environment, databaseUrl);
    } catch (err) {
      return failed(err);
    }
    const { pid } = child;
    child.on('error', (err) => {
      if (pid === undefined) failed(err);
      else log.error({ err }, 'the job process did not take a message');
    });
    endWhenFrozen(child, log);
    child.on('message', (message) => {
      if (message !== 'ready') return;
      pauseMs = 500;
      whenReady();
    });
    child.on('exit', (code, signal) => {
      if (closing.signal.aborted) return;
      log.error({ code, signal }, 'the job process ended; starting another');
      void startAgain();
    });
  };
  start();
  return {
    ready,
    metrics: async () => (child === null ? [] : askMetrics(child)),
    close: async () => {
      closing.abort();
      if (child !== null) await end(child);
    },
  };
}

const forkWorker = (environment: Readonly<Record<string, string | undefined>>, databaseUrl: string) =>
  fork(program, beating.args, {
    stdio: [...beating.stdio],
    env: { ...environment, DATABASE_URL: databaseUrl },
    execArgv: childFlags(process.execArgv),
    // A terminal's Ctrl-C goes to the whole group, but the worker is stopped in order.
    detached: true,
  });

const checkMs = 1_000;
const silentChecks = 10;

/**
 * Kills a job process that was stopped or does not run for another reason, so that another continues its jobs. It
 * counts checks, not time: there are none while the machine sleeps.
 */
function endWhenFrozen(child: ChildProcess, log: Logger): void {
  let silent = 0;
  let timer: NodeJS.Timeout | undefined;
  const check = () => {
    silent++;
    if (silent !== silentChecks) return;
    log.error(`the job process gave no sign for ${silentChecks} s; ending it`);
    child.kill('SIGKILL');
  };
  // The pipe is missing when there were too many open files. Counting starts with the first beat.
  child.stdio?.[beating.file]?.on('data', () => {
    silent = 0;
    timer ??= setInterval(check, checkMs).unref();
  });
  child.once('exit', () => clearInterval(timer));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await gone;
  clearTimeout(late);
}
