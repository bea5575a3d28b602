import { once } from 'node:events';
import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { isBuilt, placeOf } from '../places.ts';
import type { RunningJob } from './lease.ts';

type Lease = Pick<RunningJob, 'jobId' | 'lease'>;

/** Ends this process when its event loop stands still: then nothing of it can be cancelled or stopped in order. */
export type Watchdog = {
  /** Resolves when it watches. */
  readonly ready: Promise<unknown>;
  /** The job is under way here: it is told when the process is ended. */
  begin(job: Lease): void;
  /** What the process does now, for people. May be called for each record. */
  note(what: string): void;
  end(job: Lease): void;
  close(): Promise<void>;
};

type WatchdogOptions = {
  readonly databaseUrl: string;
  /** So long the event loop may stand. */
  readonly limitMs: number;
  /** An open file that a byte is written to each second, for whoever watches the whole process; null: for nobody. */
  readonly beatFile: number | null;
};

/** What the thread is started with. The memory is shared, as the thread has to read it while this one stands. */
export type WatchdogData = WatchdogOptions & {
  /** Counts up while the event loop turns. */
  readonly beats: Int32Array;
  /** UTF-8, ended by NUL. */
  readonly noted: Uint8Array;
};

/** What the thread is told: which jobs are under way. */
export type WatchdogMessage = { readonly job: Lease; readonly running: boolean };

/** Looks in each limit: enough that what stood for the limit stood for a look less at least. */
export const looks = 30;
const notedBytes = 512;

const program = placeOf('watchdog-thread.js');

/** Starts the thread that watches this one. Under a debugger, which halts it on purpose, and in development,
 * where tsx does not reach into threads, it does nothing. */
export function startWatchdog(options: WatchdogOptions, log: Logger): Watchdog {
  if (debuggerUrl() !== undefined || !isBuilt) {
    return { ready: Promise.resolve(), begin() {}, note() {}, end() {}, close: async () => {} };
  }
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const noted = Buffer.from(new SharedArrayBuffer(notedBytes));
  const data: WatchdogData = { ...options, beats, noted };
  const thread = new Worker(program, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const ready = once(thread, 'message').catch(() => {});
  thread.on('error', (err) => log.error({ err }, 'nobody watches whether the job process stands still'));
  thread.unref();
  const beating = setInterval(() => Atomics.add(beats, 0, 1), options.limitMs / looks).unref();
  const report = (message: WatchdogMessage) => thread.postMessage(message);
  return {
    ready,
    begin: ({ jobId, lease }) => report({ job: { jobId, lease }, running: true }),
    note: (what) => void noted.fill(0, noted.write(what, 0, notedBytes - 1)),
    end: ({ jobId, lease }) => report({ job: { jobId, lease }, running: false }),
    close: async () => {
      clearInterval(beating);
      await thread.terminate();
    },
  };
}
