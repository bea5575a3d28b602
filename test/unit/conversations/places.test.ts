import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idAt, pickIds, placesOf } from '../../../src/conversations/chains/places.ts';

/** Ids that are numbers, as those of X, and random ones. */
const ids = fc.uniqueArray(
  fc.oneof(
    fc.nat(500).map((n) => n.toString(16).padStart(32, '0')),
    fc.uuid().map((id) => id.replaceAll('-', '')),
  ),
  { maxLength: 300 },
);
const bytesOf = (list: readonly string[]) => Buffer.from(list.join(''), 'hex');
const textsOf = (bytes: Buffer) => Array.from({ length: bytes.length / 16 }, (_, at) => idAt(bytes, at));

test('each id has its place in the list, and other ids have none', async () => {
  await fc.assert(
    fc.asyncProperty(ids, ids, async (listed, asked) => {
      const places = await placesOf(bytesOf(asked), bytesOf(listed));
      expect([...places]).toEqual(asked.map((id) => listed.indexOf(id)));
    }),
  );
});

test('ids are picked in the order of their places', () => {
  fc.assert(
    fc.property(ids, fc.array(fc.nat(299)), (listed, numbers) => {
      const places = listed.length === 0 ? [] : numbers.map((number) => number % listed.length);
      const all = textsOf(bytesOf(listed));
      expect(textsOf(pickIds(bytesOf(listed), Int32Array.from(places)))).toEqual(places.map((at) => all[at]));
    }),
  );
});
