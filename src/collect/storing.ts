import { setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import { warnRarely } from '../platform/warn-rarely.ts';
import type { ChatStream } from './chat-stream.ts';
import type { Journal } from './journal.ts';
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

/**
 * Brings what was heard from the journal to the store, until it is closed: by way of the Redis stream when there is one,
 * so that any process of the deployment writes it. While Redis is away it goes to the store directly.
 */
export function startStoring(options: StoringOptions): { readonly ended: Promise<void> } {
  const { sql, journal, stream, writer, log, closing } = options;

  async function move(): Promise<void> {
    for (;;) {
      const segment = await journal.take();
      if (segment === null) return;
      const kept = stream === null ? 'away' : await stream.add(segment.entries);
      // It waits on this disk, which counts what it cannot hold.
      if (kept === 'full') return;
      if (kept === 'away') await writer.write(segment.entries);
      await journal.release(segment);
    }
  }

  async function write(from: ChatStream): Promise<void> {
    for (;;) {
      const taken = await from.take();
      if (taken === null) return;
      await writer.write(taken.entries);
      await from.release(taken);
    }
  }

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
