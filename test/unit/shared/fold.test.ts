import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composed, foldTerm, withoutMarks } from '../../../src/shared/fold.ts';

describe('terms that are the same in another form', () => {
  test.each([
    ['case', null, ['Köln', 'KÖLN', 'köln'], 'köln'],
    ['accents in one character or two', null, ['café', 'cafe\u0301', 'CAFE\u0301'], 'café'],
    ['full width', null, ['ｓｙｎｔｈ', 'Ｓｙｎｔｈ', 'synth'], 'synth'],
    ['half-width kana', null, ['ｶﾞｰﾙ', 'ガール', 'カ\uff9e\uff70ル'], 'ガール'],
    ['kana with their marks apart', null, ['か\u3099んは\u309aれ', 'がんぱれ'], 'がんぱれ'],
    ['letters drawn bold or as ligatures', null, ['𝗳𝗶𝘅', '𝓯𝓲𝔁', 'ﬁx', 'fix'], 'fix'],
    ['the choice how a character is drawn', null, ['葛\u{e0100}', '葛'], '葛'],
    [
      'the dotted capital I in every language',
      null,
      ['İzmir', 'I\u0307zmir', 'i\u0307zmir', 'izmir'],
      'izmir',
    ],
    ['both capital I of Turkish', 'tr', ['İSTANBUL', 'istanbul', 'İstanbul'], 'istanbul'],
    ['the capital of ı in Turkish', 'tr', ['IŞIK', 'Işık', 'ışık', 'ＩŞＩK'], 'ışık'],
    ['the capital of ı in Azeri', 'az', ['QIZIL', 'qızıl'], 'qızıl'],
    ['the capital I of other languages', 'en', ['TITLE', 'title'], 'title'],
    ['Lithuanian i with an accent', 'lt', ['Ì', 'ì', 'i\u0307\u0300'], 'ì'],
    ['German ß and its capital', 'de', ['STRAẞE', 'straße'], 'straße'],
    ['a Greek sigma at the end', 'el', ['ΟΔΟΣ', 'οδος'], 'οδος'],
  ])('%s (%s)', (_, language, written, expected) => {
    expect(written.map((each) => foldTerm(each, language))).toEqual(written.map(() => expected));
  });

  test('ß is not ss, nor ı an i: they are other words', () => {
    expect(new Set(['straße', 'strasse', 'sıkıl', 'sikil'].map((term) => foldTerm(term, 'tr'))).size).toBe(4);
  });

  test('Korean letters that stand alone stay as they are', () => {
    expect(foldTerm('ㅋㅋㅋ')).toBe('ㅋㅋㅋ');
  });
});

test.each([
  ['naïve café', 'naive cafe'],
  ['łódź', 'lodz'],
  ['straße', 'strasse'],
  ['ışık', 'isik'],
  ['αθήνα', 'αθηνα'],
  ['ещё мой', 'еще мой'],
  ['أحمد', 'احمد'],
  ['が ठीक ไทย', 'が ठीक ไทย'],
])('%s is %s to who types no accents', (folded, expected) => {
  expect(withoutMarks(folded)).toBe(expected);
});

const text = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...'iIİı\u0307Σςσßｗｶﾞ')),
});
const languages = fc.constantFrom(null, 'en', 'tr', 'az', 'lt', 'de', 'el');

test('a folded term is composed, and stays as it is when it is folded again', () => {
  fc.assert(
    fc.property(text, languages, (written, language) => {
      const folded = foldTerm(written.toWellFormed(), language);
      expect(folded).toBe(composed(folded));
      expect(foldTerm(folded, language)).toBe(folded);
      expect(foldTerm(folded)).toBe(folded);
      expect(folded).not.toMatch(/i\u0307/);
    }),
    { numRuns: 2_000 },
  );
});
