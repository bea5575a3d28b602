import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { dayMs } from '../shared/instant.ts';
import { removeExpired, type Retention } from '../streams/retain.ts';

type RetainingOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly retention: Retention;
  readonly log: Logger;
  /** How long after the start it looks first; by default jobs that waited for a worker are under way by then. */
  readonly firstMs?: number;
};

/**
 * Removes what is past its time, soon after the start and then once a day, until it is closed. Several workers may: who
 * comes second finds nothing.
 */
export function startRetaining(options: RetainingOptions): { close(): Promise<void> } {
  const { retention, firstMs = 60_000 } = options;
  const closing = new AbortController();
  const going = retention.postsMs === null && retention.rawMs === null ? null : goOn();

  async function goOn(): Promise<void> {
    for (let pauseMs = firstMs; ; pauseMs = dayMs) {
      await sleep(pauseMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (closing.signal.aborted) return;
      await retain(options, closing.signal);
    }
  }

  return {
    async close() {
      closing.abort();
      await going;
    },
  };
}

async function retain({ db, retention, log }: RetainingOptions, signal: AbortSignal): Promise<void> {
  try {
    for (const { streamId, posts, payloads } of await removeExpired(db.sql, retention, Date.now(), {
      signal,
    })) {
      log.info({ streamId, posts, payloads }, 'removed what was kept for long enough');
    }
  } catch (err) {
    if (!signal.aborted)
      log.warn({ err }, 'what was kept for long enough could not be removed; trying again in a day');
  }
}
