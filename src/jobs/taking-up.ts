import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { minuteMs } from '../shared/instant.ts';
import { listVacant, takeUpVacant } from '../streams/take-up-vacant.ts';

type TakingUpOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly log: Logger;
  /** How often it looks, and how long after the start it does first; default: each minute. */
  readonly everyMs?: number;
};

/**
 * Has streams take up the posts that are left to them, where whoever left them died before it could: until it is closed.
 * Several processes may.
 */
export function startTakingUp({ db, log, everyMs = minuteMs }: TakingUpOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  const going = goOn();

  async function goOn(): Promise<void> {
    for (;;) {
      await sleep(everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (closing.signal.aborted) return;
      await takeUp();
    }
  }

  async function takeUp(): Promise<void> {
    try {
      for (const streamId of await listVacant(db.sql)) {
        if (closing.signal.aborted) return;
        await takeUpVacant(db.sql, streamId);
        log.info({ streamId }, 'its posts count in place of those of another stream that are gone');
      }
    } catch (err) {
      if (!closing.signal.aborted) log.warn({ err }, 'posts could not be taken up; trying again in a minute');
    }
  }

  return {
    async close() {
      closing.abort();
      await going;
    },
  };
}
