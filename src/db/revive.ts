import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { lockFile } from './lock-file.ts';
import type { Absence } from './presence.ts';

type ReviveOptions = {
  /** The lock under which the cluster is started and stopped: of several processes one brings it back. */
  readonly lockPath: string;
  /** Whether its postmaster is there, ready or not. */
  readonly isRunning: () => Promise<boolean>;
  /** Starts it where it was. */
  readonly start: () => Promise<void>;
  /** Whether this process is leaving: then it is no longer ours to start. */
  readonly isLeaving: () => boolean;
  readonly log: Logger;
};

const firstPauseMs = 200;
const maxPauseMs = 30_000;

/**
 * Starts a cluster again whose postmaster died while it was in use. A connection that was only cut changes nothing.
 * Backends outlive a killed postmaster for a moment, and Postgres refuses to start beside them: so it is tried again.
 */
export function revive({ lockPath, isRunning, start, isLeaving, log }: ReviveOptions): Required<Absence> {
  let gone = false;
  let pauseMs = firstPauseMs;

  async function startAgain(): Promise<void> {
    const unlock = await lockFile(lockPath);
    try {
      // Another process may have been faster, or have stopped it as the last one while this one was leaving.
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
