import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectLanguage } from '../../../../src/ingest/enrich/language.ts';
import { quickLanguage } from '../../../../src/ingest/enrich/quick-language.ts';

describe('the script decides', () => {
  test.each([
    ['ja', '今日は天気がいい'],
    ['ja', 'React の新しいバージョンを試した'],
    ['zh', '今天天气很好'],
    ['ko', '오늘 날씨 좋다'],
    ['th', 'วันนี้อากาศดี'],
    ['el', 'Καλημέρα σας'],
    ['he', 'בוקר טוב'],
    ['hy', 'Բարեւ ձեզ'],
    ['ka', 'გამარჯობა'],
    ['bn', 'শুভ সকাল'],
    ['ta', 'காலை வணக்கம்'],
    ['am', 'እንደምን አደርክ'],
  ])('%s: %s', (language, text) => {
    expect(quickLanguage(text)).toBe(language);
  });

  test('an emoticon of foreign letters does not decide', () => {
    expect(quickLanguage('I am so happy that you are here (´・ω・｀)')).toBe('en');
    expect(quickLanguage('ツ')).toBeNull();
  });

  test('a quotation in another script is left to the detector', () => {
    expect(quickLanguage('The inscription on the wall of the old church says καλημέρα')).toBeUndefined();
  });
});

describe('function words decide', () => {
  test.each([
    ['en', 'I think that this is the best thing we have done'],
    ['en', "they don’t know what they're doing"],
    ['es', 'Hoy no puedo ir porque tengo mucho trabajo, pero mañana sí'],
    ['de', 'Ich glaube nicht, dass wir das noch schaffen'],
    ['fr', 'Nous ne sommes pas encore arrivés mais c’est très bientôt'],
    ['nl', 'Ik heb het niet gezien, maar hij was er wel'],
    ['pl', 'Nie wiem czy to jest dobry pomysł'],
    ['ru', 'Я не знаю, что будет, если они не придут'],
    ['tr', 'Bu çok güzel ama daha iyi olabilir gibi'],
    ['fi', 'En ole koskaan ollut siellä, mutta hän on'],
  ])('%s: %s', (language, text) => {
    expect(quickLanguage(text)).toBe(language);
  });

  test.each([
    [
      'two languages',
      'I will not be there because I have been ill. No puedo ir porque estoy en la cama, pero mañana sí',
    ],
    ['an accent among few English words', 'Hello from Düsseldorf'],
    ['names alone', 'Salesforce Dreamforce Benioff'],
    ['no word that is known', 'blargh zxcvbn qwertyuiop'],
  ])('a text with %s is left to the detector', (_, text) => {
    expect(quickLanguage(text)).toBeUndefined();
  });

  // The words of related languages would suggest Russian, Croatian, Turkish or Danish otherwise.
  test.each([
    ['be', 'Усе людзі нараджаюцца свабоднымі і роўнымі ў сваёй годнасці і правах.'],
    ['sr', 'Сва људска бића рађају се слободна и једнака у достојанству и правима.'],
    ['az', 'Bütün insanlar ləyaqət və hüquqlarına görə azad və bərabər doğulurlar.'],
    ['is', 'Hver maður er borinn frjáls og jafn öðrum að virðingu og réttindum.'],
    ['sq', 'Të gjithë njerëzit lindin të lirë dhe të barabartë në dinjitet dhe në të drejta.'],
  ])('%s, which has no stop words, is not taken for a relative', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

test('fewer than 12 letters of a shared script have no language', () => {
  expect(quickLanguage('this is it')).toBeNull();
  expect(quickLanguage('')).toBeNull();
});

test('a text always has the same language, whatever is read in between', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (text, other) => {
      const first = quickLanguage(text);
      quickLanguage(other);
      expect(quickLanguage(text)).toBe(first);
    }),
  );
});
