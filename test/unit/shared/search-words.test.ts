import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchVector, searchWords } from '../../../src/shared/search-words.ts';

describe('words of the search', () => {
  test.each([
    [
      'signs part words',
      'Alpha/Beta node.js snake_case AT&T he/him',
      'alpha beta node js snake case at t he him',
    ],
    ['hyphens do, too', 'self-hosted COVID-19', 'self hosted covid 19'],
    ['a sentence without a space after its end', 'dot.Next wow…really', 'dot next wow really'],
    ['tags of HTML and addresses', '<b>x1</b> a.b@c.org', 'b x1 b a b c org'],
    [
      'links, without their protocol',
      'https://www.a.org/cats/index.html?q=1',
      'www a org cats index html q 1',
    ],
    ['a link right after a word', 'seehttps://a.org', 'see a org'],
    ['an apostrophe parts, curly or not', "don’t l'homme п’ять", 'don t l homme п ять'],
    ['a sign of a tag is none', '#Some_Tag ＃other @Ada', 'some tag other ada'],
    ['Japanese is cut in characters, marks stay', '今日はタワーへ', '今 日 は タ ワー へ'],
    ['Thai marks stay with their letters', 'อากาศดี', 'อ า ก า ศ ดี'],
    ['Korean has spaces', '안녕하세요 세계', '안녕하세요 세계'],
    ['Latin is cut from what follows without a space', '5G网络 vpnом', '5g 网 络 vpn ом'],
    ['emoji stand alone, without selector', 'party🎉time ❤️', 'party 🎉 time ❤'],
    ['joiners of Persian part', 'می‌خواهم', 'می خواهم'],
    ['marks without a letter are none', '\u0301a \ufe0f', 'a'],
    ['nothing but signs', '-- ... "" \'', ''],
  ])('%s', (_, text, expected) => {
    expect(searchWords(text).join(' ')).toBe(expected);
  });

  test('a word that is longer than Postgres takes is cut, not in the middle of a character', () => {
    for (const word of ['a'.repeat(5_000), '𐐨'.repeat(5_000), `é${'𐐨'.repeat(5_000)}`]) {
      const [cut = ''] = searchWords(word);
      expect(Buffer.byteLength(cut)).toBeLessThan(2_046);
      expect([word.startsWith(cut), cut.length >= 499, cut.isWellFormed()]).toEqual([true, true, true]);
    }
  });
});

describe('the vector of a text', () => {
  test('with only ASCII is the same as with other letters beside it', () => {
    const ascii = fc.string({
      unit: fc.constantFrom(...'aZ09 .:/_-', 'http://', ' HTTPS://x', 'http:'),
      maxLength: 80,
    });
    fc.assert(
      fc.property(ascii, (text) => {
        const places = searchVector(text, 'en').split(' ').length - 1;
        expect(searchVector(`${text} é`, 'en')).toBe(`${searchVector(text, 'en')}é:${places} e:${places} `);
      }),
    );
  });

  test('has each word at its place, once as written and once without accents', () => {
    expect(searchVector('Le café, 2x', 'fr')).toBe(' le:1 café:2 cafe:2 2x:3 ');
  });

  test('has a Turkish word for those who type I, ı or i', () => {
    expect(searchVector('IŞIK', 'tr')).toBe(' ışık:1 işik:1 isik:1 ');
  });

  test('has the terms that are not in the text, apart from it', () => {
    expect(searchVector('RT #one tw…', 'en', ['one', 'two'])).toBe(' rt:1 one:2 tw:3 two:5 ');
  });
});
