import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NearDuplicates, type Text } from '../../../../src/trends/explain/near-duplicates.ts';

const minute = 60_000;
const by = (authorId: string, text: string, atMinute: number): Text => ({
  authorId,
  text,
  createdAt: atMinute * minute,
});
const count = (...texts: readonly Text[]) => {
  const seen = new NearDuplicates(10 * minute);
  return texts.filter((text) => seen.add(text)).length;
};
const slogan = 'We all stand together for the good of the old town #save';

describe('texts that nearly repeat another author', () => {
  test('count from the second on', () => {
    expect(count(by('a', slogan, 0), by('b', slogan, 1), by('c', slogan, 2))).toBe(2);
  });

  test('count with another link, other capitals and a word more', () => {
    expect(
      count(
        by('a', `${slogan} https://t.co/abc`, 0),
        by('b', `${slogan.toUpperCase()} now https://t.co/xyz`, 1),
      ),
    ).toBe(1);
  });

  test('do not count after ten minutes, and do at ten', () => {
    expect(count(by('a', slogan, 0), by('b', slogan, 10))).toBe(1);
    expect(count(by('a', slogan, 0), by('b', slogan, 10.01))).toBe(0);
  });

  test('do not count when authors repeat themselves, or when they are short', () => {
    expect(count(by('a', slogan, 0), by('a', slogan, 1))).toBe(0);
    expect(count(by('a', 'Good morning #save', 0), by('b', 'Good morning #save', 1))).toBe(0);
  });

  test("an author's own repetition does not hide another author's", () => {
    const flood = Array.from({ length: 50 }, (_, at) => by('a', slogan, 1 + at / 100));
    expect(count(by('b', slogan, 0), ...flood, by('c', slogan, 3))).toBe(51);
  });

  test('texts of other words do not count', () => {
    expect(count(by('a', slogan, 0), by('b', 'What a lovely day it is in the new harbour #save', 1))).toBe(0);
  });

  test('in any script', () => {
    const texts = [
      '今日はとても良い天気ですね',
      'Сегодня мы все вместе выходим на площадь',
      'हम सब आज एक साथ खड़े हैं',
    ];
    for (const text of texts) expect(count(by('a', text, 0), by('b', `${text} !!`, 1))).toBe(1);
  });

  test('exact copies are all found, whatever is written between them', () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/);
    const sentence = fc.array(word, { minLength: 4, maxLength: 30 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(sentence, fc.array(sentence, { maxLength: 20 }), (copied, others) => {
        const between = others
          .filter((text) => text !== copied)
          .map((text, at) => by(`other ${at}`, text, 1));
        const copies = count(by('a', copied, 0), ...between, by('b', copied, 2));
        expect(copies - count(by('a', copied, 0), ...between)).toBe(1);
      }),
    );
  });
});
