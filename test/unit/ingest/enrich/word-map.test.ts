import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { WordMap } from '../../../../src/ingest/enrich/word-map.ts';

it('finds within a text what a plain map finds of the word that stands there', () => {
  const word = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', 'é', '語', '\ud83d') });
  fc.assert(
    fc.property(fc.uniqueArray(word), word, word, word, (listed, before, asked, after) => {
      const plain = new Map(listed.map((each, place) => [each, place]));
      const start = before.length;
      const found = new WordMap(plain).get(before + asked + after, start, start + asked.length);
      expect(found).toBe(plain.get(asked));
    }),
  );
});

it('asks the plain map for fewer than one in ten of words that are not in it, of ten thousand that are', () => {
  const plain = new Map(Array.from({ length: 10_000 }, (_, number) => [`word${number}`, number]));
  const asked = vi.spyOn(plain, 'get');
  const words = new WordMap(plain);
  for (let number = 0; number < 10_000; number++) {
    const other = `other${number}`;
    expect(words.get(other, 0, other.length)).toBeUndefined();
  }
  expect(asked.mock.calls.length).toBeLessThan(1_000);
});
