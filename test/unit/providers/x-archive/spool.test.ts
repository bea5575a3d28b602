import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../../../../src/providers/x-archive/run-reader.ts';
import type { Run } from '../../../../src/providers/x-archive/run.ts';
import { Spool } from '../../../../src/providers/x-archive/spool.ts';
import { PageWriter, SpoolFile } from '../../../../src/providers/x-archive/spool-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larkstat-spool-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const day = 86_400_000;
/** Ids from before snowflakes contain no time, so that a tweet's own date decides. */
const tweets = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 60 }).map(String),
    day: fc.integer({ min: 0, max: 90 }),
    weight: fc.integer({ min: 0, max: 3 }),
    // Some longer than a page of the file.
    length: fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 30_000, max: 90_000 })),
  }),
  { maxLength: 80 },
);

async function readBack(runs: readonly Run[]): Promise<{ id: string; text: string }[]> {
  const read: { id: string; text: string }[] = [];
  for (const run of runs) {
    for await (const batch of readRun(run, 0, 7)) {
      for (const { platformId, json } of batch) read.push({ id: platformId, text: json.toString('utf8') });
    }
  }
  return read;
}

describe('a spool', () => {
  test('returns every tweet of a month once, in order of time: of its copies the largest, and of these the last', async () => {
    await fc.assert(
      fc.asyncProperty(tweets, async (records) => {
        const spool = await Spool.create(folder);
        const kept = new Map<string, { id: string; createdAt: number; weight: number; text: string }>();
        for (const [index, { id, day: ofDay, weight, length }] of records.entries()) {
          const createdAt = Date.UTC(2009, 0, 1) + ofDay * day;
          const text = `${index} `.padEnd(length, 'x');
          spool.add({ id, createdAt, weight }, Buffer.from(text));
          const month = new Date(createdAt).toISOString().slice(0, 7);
          const other = kept.get(`${month} ${id}`);
          if (!other || weight >= other.weight) kept.set(`${month} ${id}`, { id, createdAt, weight, text });
          await spool.relieve();
        }
        const runs = await spool.finish();
        await spool.close();
        const expected = [...kept.values()].sort(
          (a, b) => a.createdAt - b.createdAt || Number(a.id) - Number(b.id),
        );
        expect(await readBack(runs)).toEqual(expected.map(({ id, text }) => ({ id, text })));
      }),
      { numRuns: 40 },
    );
  });

  test('accepts more months than a process may have open files on most systems', async () => {
    const spool = await Spool.create(folder);
    const months = Array.from({ length: 1_100 }, (_, month) => Date.UTC(2006, 3 + month, 1));
    for (const [index, createdAt] of months.entries())
      spool.add({ id: String(index + 1), createdAt, weight: 0 }, Buffer.from(`{"n":${index}}`));
    const runs = await spool.finish();
    await spool.close();
    expect(runs).toHaveLength(1_100);
    expect((await readBack(runs)).map(({ text }) => text)).toEqual(
      months.map((_, index) => `{"n":${index}}`),
    );
  });
});

describe('a spool file', () => {
  test.skipIf(process.platform !== 'linux')(
    'that the disk has no room for fails: nothing is lost in silence',
    async () => {
      const file = await SpoolFile.create('/dev/full');
      const writer = new PageWriter(file);
      writer.append(Buffer.alloc(200_000));
      writer.finish();
      await expect(file.settle()).rejects.toThrow('ENOSPC');
      await expect(file.relieve()).rejects.toThrow('ENOSPC');
      await file.close();
    },
  );
});
