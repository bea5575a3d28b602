import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { dayMs } from '../shared/instant.ts';
import { removeExpired, type Retention } from '../streams/retain.ts';

type RetainingOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly retention: Retention;
  readonly log: Logger;
  /** How long after the start the first run is; by default waiting jobs have started by then. */
  readonly firstMs?: number;
};

/**
 * Removes what is past its retention, soon after the start and then once a day, until it is closed. Several workers
 * may: the second finds nothing.
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
      log.info({ streamId, posts, payloads }, 'removed what is past its retention');
    }
  } catch (err) {
    if (!signal.aborted)
      log.warn({ err }, 'what is past its retention could not be removed; trying again in a day');
  }
}
