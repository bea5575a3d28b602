import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { foldTrends } from '../ingest/folding/fold.ts';

type FoldingOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly log: Logger;
  /** How long after the start it looks first, and how often from then on; default: 10 seconds. */
  readonly everyMs?: number;
  /** How long hours have to be quiet; default: 15 seconds. */
  readonly quietMs?: number;
};

/** Hours of one transaction: two days, of which few have more than some ten thousand posts. */
const hoursAtOnce = 48;

/**
 * Folds behind the posts what trends are read from, until it is closed. Any number of processes may: they take turns.
 * Between two transactions it rests as long as the one before took, so that it never takes more than half of the time of a
 * processor; what is not folded yet is read from the posts.
 */
export function startFolding(options: FoldingOptions): { close(): Promise<void> } {
  const { db, log, everyMs = 10_000, quietMs = 15_000 } = options;
  const closing = new AbortController();
  const going = work();

  async function work(): Promise<void> {
    for (let pauseMs = everyMs; ; ) {
      await sleep(pauseMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (closing.signal.aborted) return;
      pauseMs = await foldSome();
    }
  }

  /** Returns how long to rest. */
  async function foldSome(): Promise<number> {
    const begun = performance.now();
    try {
      const { more } = await foldTrends(db.sql, { now: Date.now(), quietMs, hoursAtOnce });
      return more ? performance.now() - begun : everyMs;
    } catch (err) {
      if (!closing.signal.aborted) log.warn({ err }, 'trends could not be folded; trying again');
      return everyMs;
    }
  }

  return {
    async close() {
      closing.abort();
      await going;
    },
  };
}
