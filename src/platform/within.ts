import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something, but no longer than this; keeps no process alive for it. Rejects when that does in time. */
export async function within(ms: number, done: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { ref: false, signal: over.signal }).catch(() => {});
  try {
    await Promise.race([done, late]);
  } finally {
    over.abort();
  }
}
