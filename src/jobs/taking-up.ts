import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { minuteMs } from '../shared/instant.ts';
import { listVacant, takeUpVacant } from '../streams/take-up-vacant.ts';

type TakingUpOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly log: Logger;
  /** How often it checks, also the first time after the start; by default each minute. */
  readonly everyMs?: number;
};

/**
 * Makes streams count posts that another stream no longer has, when the process that removed those died before it did
 * so. Runs until it is closed, in several processes if need be.
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
        log.info({ streamId }, "its posts now count in place of another stream's removed ones");
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
