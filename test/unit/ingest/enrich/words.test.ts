import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findWords } from '../../../../src/ingest/enrich/words.ts';
import { slowFrom } from '../../../support/work.ts';

const letters = fc.constantFrom(
  'a',
  'B',
  'z',
  'É',
  'İ',
  'I',
  'ß',
  'Ж',
  'ж',
  'Ω',
  '𐐀',
  '日',
  '1',
  '_',
  "'",
  '’',
  ' ',
  ' ',
  '.',
  '!',
);
const text = fc.string({ unit: letters, maxLength: 60 });

test('words are those of the text in lower case', () => {
  fc.assert(
    fc.property(text, (written) => {
      // İ is longer in lower case, and is lowered within its word.
      fc.pre(!written.includes('İ'));
      expect(findWords(written, null, [])).toEqual(findWords(written.toLowerCase(), null, []));
    }),
  );
});

test('a letter that is longer in lower case changes no word after it', () => {
  fc.assert(
    fc.property(text, (written) => {
      const words = findWords(written, null, []);
      expect(findWords(`İİİ ${written}`, null, [])).toEqual([
        'iii',
        ...words.filter((word) => word !== 'iii'),
      ]);
    }),
  );
});

test('a long text takes time in proportion to its length when the code is compiled', () => {
  for (let nth = 0; nth < 2_000; nth++) findWords(`Some words of post ${nth}`, 'en', []);
  const long = (size: number) => `${'some Words '.repeat(size / 11)}ж`;
  // The effect of the compiler showed only after some runs.
  for (let nth = 0; nth < 20; nth++) findWords(long(20_000), 'en', []);
  expect(slowFrom((size) => findWords(long(size), 'en', []), 100_000)).toBeNull();
});
