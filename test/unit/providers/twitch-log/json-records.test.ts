import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonRecords } from '../../../../src/providers/twitch-log/json-records.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';

const names = new Set(['comments']);

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 65_536) {
  const [records, values]: [unknown[], Record<string, unknown>] = [[], {}];
  for await (const part of jsonRecords(inPieces(Buffer.from(text), size), names)) {
    if (part.record === undefined) values[part.key] = JSON.parse(part.value);
    else records.push(part.record === '' ? null : JSON.parse(part.record));
  }
  return { records, values };
}

/** As JSON has it: without -0. */
const record = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as object);
const spacing = fc.constantFrom(undefined, 1, 2);
const key = fc.constantFrom('video', 'streamer', 'FileInfo');

test('a list is read as JSON reads it, however its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record),
      spacing,
      fc.integer({ min: 1, max: 40 }),
      async (list, space, size) => {
        expect(await read(JSON.stringify(list, null, space), size)).toEqual({ records: list, values: {} });
      },
    ),
  );
});

test('so is the list of an object, with its other fields', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(key, record),
      fc.array(record),
      fc.dictionary(
        key.map((name) => `late ${name}`),
        record,
      ),
      spacing,
      fc.integer({ min: 1, max: 40 }),
      async (before, comments, after, space, size) => {
        const text = JSON.stringify({ ...before, comments, ...after }, null, space);
        expect(await read(text, size)).toEqual({ records: comments, values: { ...before, ...after } });
      },
    ),
  );
});

test('a value of megabytes is skipped, and a record of megabytes is reported', async () => {
  const pictures = 'A'.repeat(3_000_000);
  expect(await read(JSON.stringify({ embeddedData: { pictures }, comments: [1, { pictures }, 3] }))).toEqual({
    records: [1, null, 3],
    values: {},
  });
});

test.each([
  ['that ends too early', '[{"a":1}'],
  ['that goes on after its end', '[1] 2'],
  ['that is none', 'hello'],
  ['whose brackets do not match', '{"comments":[1}'],
  ['of ten thousand brackets', '['.repeat(10_000)],
])('JSON %s is refused', async (_what, text) => {
  await expect(read(text)).rejects.toThrow(BadInputError);
});
