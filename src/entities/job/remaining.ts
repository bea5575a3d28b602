import type { JobRow } from './query.ts';

type Remaining = Pick<JobRow, 'state' | 'total' | 'fetched' | 'recentPostsPerSecond' | 'waitingUntil'>;

/**
 * Returns the seconds left at the recent speed. Null when the total or the speed is unknown, and while no worker runs
 * the job.
 */
export function remainingSeconds(job: Remaining): number | null {
  const { state, total, fetched, recentPostsPerSecond: speed, waitingUntil } = job;
  if (state !== 'RUNNING' || total === null || waitingUntil !== null || !(speed > 0)) return null;
  const seconds = Math.max(total - fetched, 0) / speed;
  return Number.isFinite(seconds) ? seconds : null;
}
