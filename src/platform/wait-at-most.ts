import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a promise, at most `ms` milliseconds; does not keep the process alive. Rejects when the promise rejects in time. */
export async function waitAtMost(ms: number, done: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { ref: false, signal: over.signal }).catch(() => {});
  try {
    await Promise.race([done, late]);
  } finally {
    over.abort();
  }
}
