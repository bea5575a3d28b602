import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { expect, test } from 'vitest';
import { Journal } from '../../../src/collect/journal.ts';
import { startStoring } from '../../../src/collect/storing.ts';
import { afterwards } from '../../support/afterwards.ts';
import { quiet } from '../../support/worker.ts';

/** What the writer received, and a function that ends each write. */
type Write = {
  readonly lines: string;
  /** Whether the earlier entries were written at the time of the check. */
  isTurn: boolean;
  readonly end: (error?: Error) => void;
};

async function openStoring() {
  const root = await mkdtemp(join(tmpdir(), 'larkstat-storing-'));
  afterwards(() => rm(root, { recursive: true, force: true }));
  const journal = new Journal({ root, maxBytes: 1_000_000, gatherMs: 0, log: quiet });
  const writes: Write[] = [];
  const closing = new AbortController();
  const { ended } = startStoring({
    // safe: nothing was dropped, so nobody asks it
    sql: null as unknown as Sql,
    journal,
    stream: null,
    log: quiet,
    closing: closing.signal,
    writer: {
      async write(entries, before = Promise.resolve()) {
        const lines = entries.map(({ line }) => line).join(' ');
        let end: Write['end'] = () => {};
        const done = new Promise<void>((resolve, reject) => {
          end = (error) => (error === undefined ? resolve() : reject(error));
        });
        const write: Write = { lines, isTurn: false, end };
        writes.push(write);
        await before;
        write.isTurn = true;
        await done;
      },
    },
  });
  afterwards(async () => {
    closing.abort();
    for (const { end } of writes) end();
    await ended;
  });
  /** Adds a line, and waits until this many writes have begun. */
  async function hear(line: string, begun: number) {
    journal.append({ streamId: 1, provider: 'TWITCH_IRC', at: 5, line });
    await expect.poll(() => writes.length).toBe(begun);
  }
  return { journal, writes, hear };
}

test('lines are read ahead while earlier ones are written, and stay in order', async () => {
  const { journal, writes, hear } = await openStoring();
  await hear('one', 1);
  await hear('two', 2);
  expect(writes.map(({ isTurn }) => isTurn)).toEqual([true, false]);
  writes[0]?.end();
  await expect.poll(() => writes[1]?.isTurn).toBe(true);
  writes[1]?.end();
  await expect.poll(() => journal.bytes).toBe(0);
});

test('lines that could not be written are written again, before those that followed them', async () => {
  const { journal, writes, hear } = await openStoring();
  await hear('one', 1);
  await hear('two', 2);
  writes[0]?.end(new Error('the store is away'));
  await expect.poll(() => writes.length).toBe(3);
  expect(writes[1]?.isTurn).toBe(false);
  expect(writes[2]?.lines).toBe('one two');
  writes[2]?.end();
  await expect.poll(() => journal.bytes).toBe(0);
});
