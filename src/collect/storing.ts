import { setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import { warnRarely } from '../platform/warn-rarely.ts';
import type { ChatStream } from './chat-stream.ts';
import type { Journal, Segment } from './journal.ts';
import { countDropped } from './leases.ts';
import type { ChatWriter } from './write.ts';

type StoringOptions = {
  readonly sql: Sql;
  readonly journal: Journal;
  /** Null: lines go from the disk directly to the store. */
  readonly stream: ChatStream | null;
  readonly writer: ChatWriter;
  readonly log: Logger;
  readonly closing: AbortSignal;
};

const moveEveryMs = 100;
/** Gathers lines of busy channels. */
const writeEveryMs = 300;
const adoptEveryMs = 5_000;

/** The limit of lines that wait in Redis is reached. */
class StreamFullError extends Error {}

/**
 * Takes and handles items until there are none left. Handling overlaps with the item before: `before` is fulfilled when
 * that has ended, and rejected when it failed. Resolves or rejects when no item is being handled.
 */
async function takeEach<Taken>(
  take: () => Promise<Taken | null>,
  handle: (taken: Taken, before: Promise<void>) => Promise<void>,
  pause: () => Promise<void>,
): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let handled = 0;
  try {
    for (;;) {
      const taken = await take();
      if (taken !== null) {
        const before = last;
        handled++;
        last = handle(taken, before).finally(() => handled--);
        // Awaited below; until then it must not count as unhandled.
        last.catch(() => {});
        await before;
      } else if (handled === 0) break;
      else await Promise.race([last, pause()]);
    }
    await last;
  } finally {
    await last.catch(() => {});
  }
}

/**
 * Moves lines from the journal to the store until it is closed. With a Redis stream they go through it, so that any
 * process of the deployment can store them. While Redis is away, they go directly to the store.
 */
export function startStoring(options: StoringOptions): { readonly ended: Promise<void> } {
  const { sql, journal, stream, writer, log, closing } = options;

  const pause = (ms: number) => () => sleep(ms, undefined, { signal: closing });

  async function store({ entries }: Segment, before: Promise<void>): Promise<void> {
    if (stream === null) return writer.write(entries, before);
    await before;
    const kept = await stream.add(entries);
    // The lines stay on disk; the journal counts what it has to drop.
    if (kept === 'full') throw new StreamFullError();
    if (kept === 'away') await writer.write(entries);
  }

  async function move(): Promise<void> {
    try {
      await takeEach(
        () => journal.take(),
        async (segment, before) => {
          await store(segment, before);
          await journal.release(segment);
        },
        pause(moveEveryMs),
      );
    } catch (error) {
      if (!(error instanceof StreamFullError)) throw error;
    } finally {
      journal.putBack();
    }
  }

  const write = (from: ChatStream) =>
    takeEach(
      () => from.take(),
      async (taken, before) => {
        await writer.write(taken.entries, before);
        await from.release(taken);
      },
      pause(writeEveryMs),
    );

  async function reportDropped(): Promise<void> {
    for (const [streamId, dropped] of journal.takeDropped()) {
      const counting = countDropped(
        sql,
        streamId,
        dropped,
        'more chat waited to be stored than this disk may hold',
      );
      await counting.catch((error) => {
        journal.countDropped(streamId, dropped);
        throw error;
      });
    }
  }

  async function repeat(work: () => Promise<void>, everyMs: number, failed: string): Promise<void> {
    while (!closing.aborted) {
      await work().catch((err) => closing.aborted || warnRarely(log, { err }, failed));
      await sleep(everyMs, undefined, { signal: closing }).catch(() => {});
    }
  }

  const adopt = () =>
    journal.adopt().then(
      (files) => files > 0 && log.info({ files }, 'chat that another process had received is stored'),
      (err) => warnRarely(log, { err }, 'waiting chat could not be found'),
    );
  void adopt();
  const adopting = setInterval(adopt, adoptEveryMs);
  closing.addEventListener('abort', () => clearInterval(adopting), { once: true });

  const loops = [
    repeat(move, moveEveryMs, 'chat could not be stored'),
    repeat(reportDropped, writeEveryMs, 'the amount of dropped chat could not be saved'),
  ];
  if (stream !== null)
    loops.push(repeat(() => write(stream), writeEveryMs, 'chat that waits in Redis could not be stored'));
  return { ended: Promise.all(loops).then(() => {}) };
}
