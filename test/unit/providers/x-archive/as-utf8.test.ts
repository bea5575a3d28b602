import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asUtf8 } from '../../../../src/providers/x-archive/as-utf8.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';

/** The output for the bytes when they arrive in pieces of these lengths. */
async function read(bytes: Buffer, lengths: readonly number[]): Promise<Buffer> {
  async function* pieces() {
    let at = 0;
    for (const length of [...lengths, bytes.length]) {
      if (length > 0) yield bytes.subarray(at, at + length);
      at += length;
    }
  }
  const read: Buffer[] = [];
  for await (const chunk of asUtf8('tweets.js', pieces())) read.push(chunk);
  return Buffer.concat(read);
}

const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16LE': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16BE': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  'UTF-16LE without a mark': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16BE without a mark': (text) => Buffer.from(text, 'utf16le').swap16(),
};

const lengths = fc.array(fc.nat(5), { maxLength: 60 });

test.each(Object.keys(encodings))('any text in %s comes out as UTF-8, wherever it is cut', async (name) => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), lengths, async (string, cuts) => {
      const text = `x = [${string}é€😀]`;
      const found = await read(encodings[name]?.(text) ?? Buffer.alloc(0), cuts);
      expect(found.toString('utf8').replace(/^\uFEFF/, '')).toBe(text);
    }),
  );
});

test('a byte that is not UTF-8 is refused with its position, wherever the text is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), lengths, async (string, cuts) => {
      const before = Buffer.from(`x = [${string}`);
      const bytes = Buffer.concat([before, Buffer.from('café', 'latin1'), Buffer.from(' crème]', 'latin1')]);
      const reading = read(bytes, cuts);
      await expect(reading).rejects.toThrow(BadInputError);
      await expect(reading).rejects.toThrow(`the byte 0xE9 at position ${before.length + 3} `);
    }),
  );
});

test('text is read when every byte of it is UTF-8, and refused otherwise', async () => {
  const bytes = fc.uint8Array({ maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(bytes, lengths, async (array, cuts) => {
      // The reader of the list reports a file that is cut off within a character.
      const whole = Buffer.concat([Buffer.from('x = ['), array, Buffer.from('."')]);
      const isText = Buffer.from(whole.toString('utf8')).equals(whole);
      const outcome = await read(whole, cuts).catch((error: Error) => error);
      if (isText) expect(outcome).toEqual(whole);
      else expect(outcome).toBeInstanceOf(BadInputError);
    }),
    { numRuns: 500 },
  );
});

test('half of a character of UTF-16, and UTF-32, are refused', async () => {
  const half = Buffer.concat([Buffer.from('\uFEFFx = "', 'utf16le'), Buffer.from([0x3d, 0xd8, 0x22, 0x00])]);
  await expect(read(half, [3, 5])).rejects.toThrow('half of a character at position 12');
  const utf32 = Buffer.from([0xff, 0xfe, 0, 0, 0x78, 0, 0, 0]);
  await expect(read(utf32, [1])).rejects.toThrow('UTF-32');
});
