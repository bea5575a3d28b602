import { describe, expect, test } from 'vitest';
import { domainsOf } from '../../../../src/ingest/enrich/domains.ts';
import { findEmoji } from '../../../../src/ingest/enrich/emoji.ts';
import { findWords } from '../../../../src/ingest/enrich/words.ts';
import {
  extractCashtags,
  extractHashtags,
  extractHashtagsWithIndices,
  extractMentions,
  extractReply,
  extractUrls,
} from './extract.ts';

describe('hashtags', () => {
  test.each([
    ['a letter is needed', '#1 #2nd #_ #a1', ['2nd', 'a1']],
    ['one inside a word is none', 'a#b C#', []],
    ['one in a link is none', 'example.com/#top', []],
    ['a keycap is none', '#️⃣ #⃣', []],
    ['full-width signs count', '＃東京', ['東京']],
    ['two without a space are none but the last', '#a#b', []],
    ['an emoji ends it', '#love❤️', ['love']],
  ])('%s', (_, text, expected) => {
    expect(extractHashtags(text)).toEqual(expected);
  });

  test('places are counted in code points', () => {
    expect(extractHashtagsWithIndices('😂 #a')).toEqual([{ hashtag: 'a', indices: [2, 4] }]);
  });
});

describe('mentions', () => {
  test.each([
    ['an e-mail address is none', 'me@example.com', []],
    ['a dot may precede it', '.@ada hi', ['ada']],
    ['one of another server is none', '@ada@example.social', []],
    ['one in a link is none', 'https://medium.com/@ada/post', []],
    ['full-width signs count', '＠ada', ['ada']],
    ['a repost mark may precede it', 'RT@ada', ['ada']],
  ])('%s', (_, text, expected) => {
    expect(extractMentions(text)).toEqual(expected);
  });

  test('a reply starts with the handle', () => {
    expect(extractReply('  @ada yes')).toBe('ada');
    expect(extractReply('yes @ada')).toBeNull();
  });
});

describe('cashtags', () => {
  test.each([
    ['a class of shares belongs to it', '$BRK.A up', ['BRK.A']],
    ['an amount is none', '$100 $5k', []],
    ['one after another with a space', '$TSLA $AAPL', ['TSLA', 'AAPL']],
  ])('%s', (_, text, expected) => {
    expect(extractCashtags(text)).toEqual(expected);
  });
});

describe('links', () => {
  test.each([
    ['closing punctuation stays outside', '(see https://a.org/b).', ['https://a.org/b']],
    ['balanced brackets stay inside', 'https://a.org/b_(c)', ['https://a.org/b_(c)']],
    ['the end of a sentence is none', 'So it ends.Nothing more', []],
    ['a top-level domain nobody has is none', 'file.txtx http://a.invalidtld', []],
    ['upper case is kept', 'HTTP://A.ORG/B', ['HTTP://A.ORG/B']],
    ['a port and a query belong to it', 'http://a.org:80/?q=1#x', ['http://a.org:80/?q=1#x']],
    ['a host of another script needs a protocol', 'http://пример.рф пример.рф', ['http://пример.рф']],
    ['labels longer than DNS allows are none', `http://${'a'.repeat(64)}.com`, []],
  ])('%s', (_, text, expected) => {
    expect(extractUrls(text)).toEqual(expected);
  });
});

describe('domains', () => {
  test.each([
    ['https://www.Example.com/a', ['example.com']],
    ['example.com/a', ['example.com']],
    ['http://user:pass@example.com:8080/', ['example.com']],
    ['https://t.co/abc', []],
    ['http://', []],
    ['http://exa mple', []],
    ['mailto:a@example.com', []],
    ['http://пример.рф/', ['пример.рф']],
  ])('%s belongs to %j', (url, expected) => {
    expect(domainsOf([url])).toEqual(expected);
  });

  test('they are distinct, in order of first use', () => {
    expect(domainsOf(['http://b.com/1', 'http://a.com', 'https://www.b.com/2'])).toEqual(['b.com', 'a.com']);
  });
});

describe('emoji', () => {
  test.each([
    ['a family is one', '👨‍👩‍👧', ['👨‍👩‍👧']],
    ['flags are pairs', '🇩🇪🇫🇷', ['🇩🇪', '🇫🇷']],
    ['a flag of a subdivision is one', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', ['🏴󠁧󠁢󠁳󠁣󠁴󠁿']],
    ['skin tones are told apart', '👍🏽👍', ['👍🏽', '👍']],
    ['keycaps count, digits do not', '1️⃣ 1 # *', ['1️⃣']],
    ['signs without selector are none', '© ™ ® ↔', []],
    ['signs with selector are some', '©️ ™️', ['©️', '™️']],
    ['a heart with and without selector is one', '❤ ❤️', ['❤️']],
    ['so is a cup', '☕ ☕️', ['☕']],
    ['a selector counts once', '❤️\uFE0F', ['❤️']],
    ['pictographs without selector count', '🎟 🌤 ⏱', ['🎟️', '🌤️', '⏱️']],
    ['text style is none', '❤︎', []],
    ['repeats count once', '😂😂 😂', ['😂']],
    ['quotes and dashes are none', '“so” – it’s…', []],
  ])('%s', (_, text, expected) => {
    expect(findEmoji(text)).toEqual(expected);
  });
});

describe('words', () => {
  test.each([
    ['stop words are left out', 'en', "I don't think it’s raining", ['raining']],
    ['the possessive is taken off', 'en', "Obama's speech", ['obama', 'speech']],
    ['numbers and single letters are left out', 'en', 'x 2016 10k b', ['10k']],
    [
      'what posts are about is no stop word',
      'en',
      'thanks for the open web course at home',
      ['thanks', 'open', 'web', 'course', 'home'],
    ],
    ['the stop words are those of the language', 'es', 'el perro de la casa', ['perro', 'casa']],
    ['French elision parts two words', 'fr', "l'homme qu'aimait Anne", ['homme', 'aimait', 'anne']],
    ['the apostrophe is a letter in Ukrainian', 'uk', "п'ять", ["п'ять"]],
    ['an unknown language loses what many share', null, 'que bonita casa', ['bonita', 'casa']],
    ['a language without list is treated as unknown', 'xx', 'the house', ['house']],
    ['Japanese is cut by dictionary', 'ja', '東京は楽しい', ['東京', '楽しい']],
    ['endings and particles of Japanese are left out', 'ja', '猫を見てしまった', ['猫', '見']],
    ['Thai is cut by dictionary', 'th', 'อากาศดี', ['อากาศ', 'ดี']],
    ['they are distinct and lower case', 'en', 'Berlin BERLIN berlin', ['berlin']],
    ['marks are one with their letters', 'en', 'cafe\u0301', ['café']],
    ['letters drawn wide are the same', 'en', 'ｈｅｌｌｏ ＷＯＲＬＤ', ['hello', 'world']],
    ['Turkish stop words in capitals are none', 'tr', 'İçin BİR İle İKİ kedi', ['kedi']],
    ['the Turkish capitals', 'tr', 'İSTANBUL IŞIK', ['istanbul', 'ışık']],
    ['single letters of any script and width are none', 'ja', 'ｗ (´・ω・`) я 草 ㅋ a\u0302', ['草']],
    ['a Korean syllable is a word', 'ko', '집', ['집']],
    ['laughter of w is none', 'ja', '眠いｗｗｗ ww', ['眠い']],
  ])('%s', (_, language, text, expected) => {
    expect(findWords(text, language, [])).toEqual(expected);
  });
});
