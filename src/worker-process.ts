import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { childFlags } from './worker-flags.ts';

type WorkerProcess = {
  /** Resolves when the first worker takes jobs. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
};

// .ts under tsx, .js when built: the worker lies beside this file in either case.
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url),
);

/** Runs the job process beside this one, so that a long import never blocks a query; starts it again if it dies. */
export function startWorkerProcess(
  environment: Readonly<Record<string, string | undefined>>,
  databaseUrl: string,
  log: Logger,
): WorkerProcess {
  let child: ChildProcess | null = null;
  let closing = false;
  let pauseMs = 500;
  let whenReady: () => void;
  const ready = new Promise<void>((done) => {
    whenReady = done;
  });
  const startAgain = async () => {
    child = null;
    await sleep(pauseMs, undefined, { ref: false });
    pauseMs = Math.min(pauseMs * 2, 30_000);
    if (!closing) start();
  };
  // Node throws where memory is short, and tells later where there are too many processes.
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
    child.on('message', () => {
      pauseMs = 500;
      whenReady();
    });
    child.on('exit', (code, signal) => {
      if (closing) return;
      log.error({ code, signal }, 'the job process ended; starting another');
      void startAgain();
    });
  };
  start();
  return {
    ready,
    close: async () => {
      closing = true;
      if (child !== null) await end(child);
    },
  };
}

const forkWorker = (environment: Readonly<Record<string, string | undefined>>, databaseUrl: string) =>
  fork(program, {
    env: { ...environment, DATABASE_URL: databaseUrl },
    execArgv: childFlags(process.execArgv),
    // A terminal's Ctrl-C goes to the whole group; the worker stops when it is told, in order.
    detached: true,
  });

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await gone;
  clearTimeout(late);
}
