import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordFilter } from '../../../../src/ingest/enrich/word-filter.ts';

it('never says of a word of its list, wherever it stands in a text, that the list does not have it', () => {
  const word = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), word, word, (words, before, after) => {
      const filter = new WordFilter(words);
      for (const listed of words) {
        const start = before.length;
        expect(filter.mayHave(before + listed + after, start, start + listed.length)).toBe(true);
      }
    }),
  );
});

it('says of nine in ten other words that a list of ten thousand does not have them', () => {
  const filter = new WordFilter(Array.from({ length: 10_000 }, (_, number) => `word${number}`));
  const others = Array.from({ length: 10_000 }, (_, number) => `other${number}`);
  const passing = others.filter((other) => filter.mayHave(other, 0, other.length));
  expect(passing.length).toBeLessThan(1_000);
});
