import { once } from 'node:events';
import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { isBuilt, placeOf } from '../places.ts';
import type { RunningJob } from './lease.ts';

type Lease = Pick<RunningJob, 'jobId' | 'lease'>;

/** Kills this process when its event loop is blocked: then it can neither cancel nor stop anything itself. */
export type Watchdog = {
  /** Resolves when the watching has begun. */
  readonly ready: Promise<unknown>;
  /** A job starts here. When the process is killed, the reason is stored with the job. */
  begin(job: Lease): void;
  /** Sets the current step, for people. May be called for each record. */
  note(what: string): void;
  end(job: Lease): void;
  close(): Promise<void>;
};

type WatchdogOptions = {
  readonly databaseUrl: string;
  /** How long the event loop may be blocked. */
  readonly limitMs: number;
  /** An open file that gets a byte each second, for a parent that watches the whole process; null: none. */
  readonly beatFile: number | null;
};

/** The thread's data. The memory is shared, since the thread reads it while this one is blocked. */
export type WatchdogData = WatchdogOptions & {
  /** Increases while the event loop runs. */
  readonly beats: Int32Array;
  /** The current step: UTF-8, ended by NUL. */
  readonly noted: Uint8Array;
};

/** Message to the thread: the jobs that run now. */
export type WatchdogMessage = { readonly job: Lease; readonly running: boolean };

/** Checks per limit. When none of them finds a beat, the loop was blocked for at least the limit less one check. */
export const checks = 30;
const notedBytes = 512;

const program = placeOf('watchdog-thread.js');

/**
 * Starts the thread that watches this one. It does nothing under a debugger, which halts the process on purpose, and in
 * development, since tsx does not reach into threads.
 */
export function startWatchdog(options: WatchdogOptions, log: Logger): Watchdog {
  if (debuggerUrl() !== undefined || !isBuilt) {
    return { ready: Promise.resolve(), begin() {}, note() {}, end() {}, close: async () => {} };
  }
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const noted = Buffer.from(new SharedArrayBuffer(notedBytes));
  const data: WatchdogData = { ...options, beats, noted };
  const thread = new Worker(program, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const ready = once(thread, 'message').catch(() => {});
  thread.on('error', (err) =>
    log.error({ err }, 'the watchdog failed: nothing watches whether the job process is blocked'),
  );
  thread.unref();
  const beating = setInterval(() => Atomics.add(beats, 0, 1), options.limitMs / checks).unref();
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
