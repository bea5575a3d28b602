import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { lockFile } from './lock-file.ts';
import type { Absence } from './presence.ts';

type ReviveOptions = {
  /** The lock for starting and stopping the cluster: only one process restarts it. */
  readonly lockPath: string;
  /** Whether its postmaster exists, ready or not. */
  readonly isRunning: () => Promise<boolean>;
  /** Starts it at the same port. */
  readonly start: () => Promise<void>;
  /** Whether this process is leaving, and must not start it any more. */
  readonly isLeaving: () => boolean;
  readonly log: Logger;
};

const firstPauseMs = 200;
const maxPauseMs = 30_000;

/**
 * Restarts a cluster whose postmaster died while it was in use; a lost connection alone changes nothing. Backends
 * outlive a killed postmaster for a moment, and Postgres refuses to start beside them, so the start is repeated.
 */
export function revive({ lockPath, isRunning, start, isLeaving, log }: ReviveOptions): Required<Absence> {
  let gone = false;
  let pauseMs = firstPauseMs;

  async function startAgain(): Promise<void> {
    const unlock = await lockFile(lockPath);
    try {
      // Another process may have started it, or, as the last one, stopped it while this one was leaving.
      if (isLeaving() || (await isRunning())) return;
      if (!gone) log.warn('the embedded Postgres is gone; starting it again');
      gone = true;
      await start();
    } finally {
      await unlock();
    }
  }

  return {
    onLost: async () => {
      try {
        if (!(await isRunning())) await startAgain();
      } catch (err) {
        log.error({ err }, `the embedded Postgres did not start; trying again in ${pauseMs / 1_000} s`);
        await sleep(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(pauseMs * 2, maxPauseMs);
      }
    },
    onBack: () => {
      if (gone) log.warn('the embedded Postgres is back');
      gone = false;
      pauseMs = firstPauseMs;
    },
  };
}
