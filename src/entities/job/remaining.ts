import type { JobRow } from './query.ts';

type Remaining = Pick<JobRow, 'state' | 'total' | 'fetched' | 'recentPostsPerSecond' | 'waitingUntil'>;

/** Seconds to go at the speed of late; null where the total or the speed is not known, and while nobody is at it. */
export function remainingSeconds(job: Remaining): number | null {
  const { state, total, fetched, recentPostsPerSecond: speed, waitingUntil } = job;
  if (state !== 'RUNNING' || total === null || waitingUntil !== null || !(speed > 0)) return null;
  const seconds = Math.max(total - fetched, 0) / speed;
  return Number.isFinite(seconds) ? seconds : null;
}
