import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRepeated } from '../../../src/stats/chat/compute.ts';

const message = fc.record({
  /** Few hashes, some of which share a half, and many that fall on the same place of the table. */
  hash: fc.oneof(
    fc.constantFrom(0n, 1n, -1n, 1n << 32n, (1n << 32n) + 1n, 1n << 40n, 2n << 40n),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ),
  /** Milliseconds after the message before. */
  after: fc.constantFrom(0, 1, 10_000, 29_999, 30_000, 30_001, 10 ** 10),
});

test('a message repeats another one with the same hash from the 30 seconds before', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
      const [hashes, instants] = [Buffer.alloc(8 * messages.length), Buffer.alloc(8 * messages.length)];
      const last = new Map<bigint, number>();
      let [at, repeated] = [Date.UTC(2026, 0, 5), 0];
      for (const [nth, { hash, after }] of messages.entries()) {
        at += after;
        const before = last.get(hash);
        if (before !== undefined && at - before <= 30_000) repeated += 1;
        last.set(hash, at);
        const place = 8 * (messages.length - 1 - nth);
        hashes.writeBigInt64BE(hash, place);
        instants.writeBigInt64BE(BigInt(at), place);
      }
      expect(countRepeated(hashes, instants)).toBe(repeated);
    }),
  );
});
