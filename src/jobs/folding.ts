import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { foldChatters, listBehind } from '../ingest/folding/chatters.ts';
import { foldTrends } from '../ingest/folding/fold.ts';
import { foldMonths } from '../ingest/folding/months.ts';
import { foldTallies, listUnfolded } from '../ingest/folding/tallies.ts';

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

type Folding = { close(): Promise<void> };

/**
 * Folds behind the posts what trends are read from, until it is closed. What is not folded yet is read from the posts.
 */
export function startFolding({ db, log, everyMs = 10_000, quietMs = 15_000 }: FoldingOptions): Folding {
  return keepFolding({ what: 'trends', log, everyMs }, async () => {
    const { more } = await foldTrends(db.sql, { now: Date.now(), quietMs, hoursAtOnce });
    return more;
  });
}

type TallyFoldingOptions = Pick<FoldingOptions, 'db' | 'log' | 'everyMs'> & {
  /** How many values must have been added to a stream's tallies; default: some thousands. */
  readonly from?: number;
};

/**
 * Folds the parts that batches add to the tallies of months, until it is closed. Whoever reads a month adds its parts up,
 * however many there are. Whole months of activity, which are read as one row each, are made beforehand.
 */
export function startFoldingTallies({ db, log, everyMs = 2_000, from }: TallyFoldingOptions): Folding {
  let waiting: readonly number[] = [];
  return keepFolding({ what: 'tallies', log, everyMs }, async () => {
    if (waiting.length === 0) waiting = await listUnfolded(db.sql, from);
    const [streamId, ...rest] = waiting;
    if (streamId === undefined) return false;
    // The next one first, should this one fail.
    waiting = rest;
    // What is left when this process dies is found again: folding the tallies ends it.
    const more = (await foldMonths(db.sql, streamId)) || (await foldTallies(db.sql, streamId));
    if (more) waiting = [streamId, ...rest];
    return waiting.length > 0;
  });
}

/**
 * Makes the days of channels' chatters behind the messages, until it is closed: by default once a minute. Days that are not made yet
 * are read from the messages.
 */
export function startFoldingChatters({
  db,
  log,
  everyMs = 60_000,
}: Pick<FoldingOptions, 'db' | 'log' | 'everyMs'>): Folding {
  let waiting: readonly number[] = [];
  return keepFolding({ what: 'chatters', log, everyMs }, async () => {
    if (waiting.length === 0) waiting = await listBehind(db.sql);
    const [streamId, ...rest] = waiting;
    if (streamId === undefined) return false;
    // The next one first, should this one fail.
    waiting = rest;
    if (await foldChatters(db.sql, streamId)) waiting = [streamId, ...rest];
    return waiting.length > 0;
  });
}

type Schedule = { readonly what: string; readonly log: Logger; readonly everyMs: number };

/**
 * Calls `fold` until it is closed: each while, and again when there is more. Any number of processes may: they take turns.
 * Between two calls it rests as long as the one before took, so that it never takes more than half of the time of a
 * processor.
 */
function keepFolding({ what, log, everyMs }: Schedule, fold: () => Promise<boolean>): Folding {
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
      return (await fold()) ? performance.now() - begun : everyMs;
    } catch (err) {
      if (!closing.signal.aborted) log.warn({ err }, `${what} could not be folded; trying again`);
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
