import { expect, test } from 'vitest';
import { coalesceReads } from '../../../src/shared/coalesce-reads.ts';

/** A read that ends when the test says so. */
function openRead() {
  const ends: ((outcome: 'works' | 'fails') => void)[] = [];
  const reads = coalesceReads(
    () =>
      new Promise<number>((resolve, reject) => {
        const begun = ends.length;
        ends.push((outcome) => (outcome === 'works' ? resolve(begun) : reject(new Error('away'))));
      }),
  );
  const turn = () => new Promise(setImmediate);
  return { reads, ends, turn };
}

test('callers during a read share the next one, and nobody gets an earlier one', async () => {
  const { reads, ends, turn } = openRead();
  const first = reads.ask();
  const later = [reads.ask(), reads.ask()];
  await turn();
  expect(ends).toHaveLength(1);
  ends[0]?.('works');
  expect(await first).toBe(0);
  await turn();
  ends[1]?.('works');
  expect(await Promise.all(later)).toEqual([1, 1]);
  expect(ends).toHaveLength(2);
});

test('a read that fails is its own, and the next begins', async () => {
  const { reads, ends, turn } = openRead();
  const first = reads.ask();
  const next = reads.ask();
  ends[0]?.('fails');
  await expect(first).rejects.toThrow('away');
  await turn();
  ends[1]?.('works');
  expect(await next).toBe(1);
});
