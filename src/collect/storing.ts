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
  /** Null: lines go from the disk to the store, without Redis in between. */
  readonly stream: ChatStream | null;
  readonly writer: ChatWriter;
  readonly log: Logger;
  readonly closing: AbortSignal;
};

const moveEveryMs = 100;
/** Lines of a busy channel are gathered meanwhile. */
const writeEveryMs = 300;
const adoptEveryMs = 5_000;

/** As many lines wait in Redis as may. */
class StreamFullError extends Error {}

/**
 * Takes and handles until there is nothing more. One is handled while the one before is: `before` is fulfilled when that has ended,
 * and rejected when it failed. Resolves or rejects when nothing is handled any more.
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
        // Met below; until then it must not count as unhandled.
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
 * Brings what was heard from the journal to the store, until it is closed: by way of the Redis stream when there is one,
 * so that any process of the deployment writes it. While Redis is away it goes to the store directly.
 */
export function startStoring(options: StoringOptions): { readonly ended: Promise<void> } {
  const { sql, journal, stream, writer, log, closing } = options;

  const pause = (ms: number) => () => sleep(ms, undefined, { signal: closing });

  async function store({ entries }: Segment, before: Promise<void>): Promise<void> {
    if (stream === null) return writer.write(entries, before);
    await before;
    const kept = await stream.add(entries);
    // It waits on this disk, which counts what it cannot hold.
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

  async function tellDropped(): Promise<void> {
    for (const [streamId, dropped] of journal.takeDropped()) {
      const told = countDropped(sql, streamId, dropped, 'more waited to be written than this disk may hold');
      await told.catch((error) => {
        journal.noteDropped(streamId, dropped);
        throw error;
      });
    }
  }

  async function goOn(work: () => Promise<void>, everyMs: number, failed: string): Promise<void> {
    while (!closing.aborted) {
      await work().catch((err) => closing.aborted || warnRarely(log, { err }, failed));
      await sleep(everyMs, undefined, { signal: closing }).catch(() => {});
    }
  }

  const adopt = () =>
    journal.adopt().then(
      (files) => files > 0 && log.info({ files }, 'chat that another process had heard is written'),
      (err) => warnRarely(log, { err }, 'chat that waits could not be looked for'),
    );
  void adopt();
  const adopting = setInterval(adopt, adoptEveryMs);
  closing.addEventListener('abort', () => clearInterval(adopting), { once: true });

  const going = [
    goOn(move, moveEveryMs, 'chat could not be written'),
    goOn(tellDropped, writeEveryMs, 'how much chat was dropped could not be noted'),
  ];
  if (stream !== null)
    going.push(goOn(() => write(stream), writeEveryMs, 'chat that waits in Redis could not be written'));
  return { ended: Promise.all(going).then(() => {}) };
}
