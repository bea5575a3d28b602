import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { tidyAfter } from '../ingest/tidy.ts';
import type { RawParsers } from '../ingest/write/read-again.ts';
import { rawParser } from '../providers/raw-parsers.ts';
import { NotFoundError } from '../shared/errors.ts';
import { minuteMs } from '../shared/instant.ts';
import { continueRebuild } from '../streams/rebuild.ts';
import {
  findRebuilding,
  holdRebuild,
  leaseMs,
  leaveRebuild,
  type Rebuild,
  RebuildLostError,
  takeRebuild,
} from '../streams/rebuilds.ts';

type RebuildingOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly log: Logger;
  readonly parsers?: RawParsers;
  /** How long after the start the first check is; by default waiting jobs have started by then. */
  readonly firstMs?: number;
  /** How often it checks for streams to rebuild; by default each minute. */
  readonly everyMs?: number;
};

/**
 * Rebuilds streams that an older version derived, one after the other, until it is closed. Any number of processes may:
 * each takes another stream. After each batch it rests as long as the batch took, so it uses at most half of a
 * processor.
 */
export function startRebuilding(options: RebuildingOptions): { close(): Promise<void> } {
  const { firstMs = 5_000, everyMs = minuteMs } = options;
  const closing = new AbortController();
  const going = work();

  async function work(): Promise<void> {
    for (let pauseMs = firstMs; ; pauseMs = everyMs) {
      await sleep(pauseMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (closing.signal.aborted) return;
      await rebuildAll(options, closing.signal);
    }
  }

  return {
    async close() {
      closing.abort();
      await going;
    },
  };
}

/** Rebuilds the waiting streams, until no more can be taken now. */
async function rebuildAll(options: RebuildingOptions, closing: AbortSignal): Promise<void> {
  const { db, log } = options;
  try {
    let done = 0;
    for (;;) {
      const rebuild = await takeRebuild(db.sql);
      if (rebuild === null) break;
      if (await rebuildOne(options, rebuild, closing)) done++;
      if (closing.aborted) return;
    }
    if (done > 0 && (await findRebuilding(db.sql)) === null)
      log.info('all streams are derived by the rules of this version');
  } catch (err) {
    if (!closing.aborted) log.warn({ err }, 'the search for streams to rebuild failed');
  }
}

/** Rebuilds a stream. Returns whether it is done. */
async function rebuildOne(
  { db: { sql }, log, parsers = rawParser }: RebuildingOptions,
  rebuild: Rebuild,
  closing: AbortSignal,
): Promise<boolean> {
  const { streamId, title } = rebuild;
  const stopHolding = hold(sql, rebuild);
  try {
    log.info({ streamId }, `rebuilding ${title}`);
    const rebuilt = await continueRebuild(sql, rebuild, parsers, {
      pause: async (tookMs) => {
        await sleep(tookMs, undefined, { signal: closing });
      },
    });
    log.info({ streamId, ...rebuilt }, `rebuilt ${title}`);
    if (rebuilt.unreadable > 0)
      log.warn({ streamId, payloads: rebuilt.unreadable }, 'payloads could not be read, and were skipped');
    await tidyAfter(sql, rebuilt.changed);
    return true;
  } catch (err) {
    stopHolding();
    if (closing.aborted) await leaveRebuild(sql, rebuild).catch(() => {});
    else if (err instanceof RebuildLostError || err instanceof NotFoundError)
      log.info({ streamId }, err.message);
    else log.warn({ err, streamId }, `${title} could not be rebuilt; it is tried again later`);
    return false;
  } finally {
    stopHolding();
  }
}

/** Renews the lease while a batch takes long. */
function hold(sql: Sql, rebuild: Rebuild): () => void {
  const timer = setInterval(() => void holdRebuild(sql, rebuild).catch(() => {}), leaseMs / 3);
  return () => clearInterval(timer);
}
