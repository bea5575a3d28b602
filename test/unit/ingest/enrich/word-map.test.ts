import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordMap } from '../../../../src/ingest/enrich/word-map.ts';

const word = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', 'A', 'é', 'É', '語', '\ud83d') });

it('finds in a text what a plain map finds for the same word', () => {
  fc.assert(
    fc.property(fc.uniqueArray(word), word, word, word, (listed, before, asked, after) => {
      const plain = new Map(listed.map((each, place) => [each, place]));
      const start = before.length;
      const found = new WordMap(plain).get(before + asked + after, start, start + asked.length);
      expect(found).toBe(plain.get(asked));
    }),
  );
});

it('finds a word with its capitals A to Z as small letters, when it is asked to', () => {
  fc.assert(
    fc.property(fc.uniqueArray(word), word, word, word, (listed, before, asked, after) => {
      const plain = new Map(listed.map((each, place) => [each, place]));
      const start = before.length;
      const found = new WordMap(plain).get(before + asked + after, start, start + asked.length, true);
      expect(found).toBe(plain.get(asked.replace(/[A-Z]/g, (capital) => capital.toLowerCase())));
    }),
  );
});

it('distinguishes ten thousand words from ten thousand others', () => {
  const plain = new Map(Array.from({ length: 10_000 }, (_, number) => [`word${number}`, number]));
  const words = new WordMap(plain);
  for (let number = 0; number < 10_000; number++) {
    const [listed, other] = [`word${number}`, `other${number}`];
    expect(words.get(listed, 0, listed.length)).toBe(number);
    expect(words.get(other, 0, other.length)).toBeUndefined();
  }
});
