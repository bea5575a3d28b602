import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packOpenEnded } from '../../../src/http/cache/open-ended.ts';

const unpack = { gzip: gunzipSync, br: brotliDecompressSync };
const texts = fc.oneof(
  fc.uint8Array({ maxLength: 500 }),
  fc.string({ maxLength: 50 }).map((text) => Buffer.from(text.repeat(2_000))),
);
const ends = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(0, 1, 65_535).map((length) => Buffer.alloc(length, 125)),
);

test.each(['gzip', 'br'] as const)('any text keeps its start and takes any end in %s', async (encoding) => {
  await fc.assert(
    fc.asyncProperty(texts, ends, ends, async (text, end, other) => {
      const [start, own, others] = [Buffer.from(text), Buffer.from(end), Buffer.from(other)];
      const packed = await packOpenEnded(start, own, encoding);
      const whole = (bytes: Buffer) => unpack[encoding](bytes).toString('latin1');
      expect(whole(packed.bytes)).toBe(Buffer.concat([start, own]).toString('latin1'));
      expect(whole(packed.withEnd(others))).toBe(Buffer.concat([start, others]).toString('latin1'));
    }),
  );
});
