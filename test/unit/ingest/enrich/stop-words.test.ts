import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { stopWordsOf } from '../../../../src/ingest/enrich/stop-words.ts';
import { findWords } from '../../../../src/ingest/enrich/words.ts';

const published = createRequire(import.meta.url)('stopwords-iso') as Record<string, readonly string[]>;

describe('English', () => {
  const english = stopWordsOf('en');

  test.each([
    ['hell shell ill', ['hell', 'shell', 'ill']],
    ['We wed in a shed, show your ID', ['wed', 'shed', 'id']],
    ['a gold mine, an old mill, my mug', ['gold', 'mine', 'mill', 'mug']],
    ['netscape null zero width', ['netscape', 'null', 'zero', 'width']],
    [
      'the bottom of the date: useful parts, top amount',
      ['bottom', 'date', 'useful', 'parts', 'top', 'amount'],
    ],
  ])('%s', (text, words) => {
    expect(findWords(text, 'en', [])).toEqual(words);
  });

  test('a contraction is a stop word, with and without its apostrophe', () => {
    const typed =
      "I'll we'll he'll she'd they’d I've you're can't dont cant wont ive im youre thats its were well lets";
    expect(findWords(typed, 'en', [])).toEqual([]);
  });

  test('they are words in a text of unknown language too', () => {
    expect(findWords('hell shell netscape zero', null, [])).toEqual(['hell', 'shell', 'netscape', 'zero']);
  });

  // When you add a list, look at these: a contraction without its apostrophe may be another word.
  test('of the contractions in the list, five are words without their apostrophe', () => {
    const bare = (published.en ?? [])
      .filter((word) => word.includes("'"))
      .map((word) => word.replace("'", ''));
    const counted = bare.filter(
      (word) => word.length > 2 && published.en?.includes(word) && !english.has(word),
    );
    expect(counted.sort()).toEqual(['hell', 'ill', 'shed', 'shell', 'wed']);
  });

  test('words that only connect a sentence are stop words', () => {
    const text = `this is what they would have been doing about it, which nobody really wanted, because of some other things
      that came before and are still going on, either with us or without you, as if there were no good way to get out`;
    expect(findWords(text, 'en', [])).toEqual([]);
  });

  test('marks of reposts and remains of HTML are stop words in every language', () => {
    for (const language of ['en', 'zh', 'de', 'ne', null])
      expect(findWords('RT via amp gt lt nbsp https www', language, [])).toEqual([]);
  });
});

describe('other languages', () => {
  test.each([
    ['zh', '我现在没有时间，已经太晚了', ['时间', '太晚']],
    ['zh', '这里没有人', []],
    ['zh', '現在已經沒有了', []],
    ['zh', '這裡的書非常好', ['書']],
    ['zh', '这里的书非常好', ['书']],
    ['ko', '할 수 있는 것은 정말 잘 하는 것', []],
    ['ko', '내가 할 수 있는 일이 더 있습니다', ['일이']],
    ['ko', '그냥 너무 없는 것', []],
    ['ko', '나라를 위한 음악은 ㅋㅋㅋㅋ', ['나라를', '음악은']],
    ['ko', '그런데 저는 아직 못했습니다만 되었습니다 아닐까요', ['못했습니다만']],
    ['ja', 'だから東京はとても暑いけれど', ['東京', '暑い']],
    ['ja', 'したらしないだろう', []],
    ['ja', 'ありがとう', ['ありがとう']],
    ['ne', 'मेरो देश नेपाल धेरै राम्रो छ र यो हाम्रो हो', ['देश', 'नेपाल', 'राम्रो']],
    ['th', 'ผมชอบเพลงครับ', ['ชอบ', 'เพลง']],
    ['hi', 'मुझे क्या पता, मैं तुम्हारा दोस्त हूँ', ['पता', 'दोस्त']],
    ['id', 'gue gak tau, kopi yg enak banget sih', ['tau', 'kopi', 'enak']],
    ['tr', 'artık çay içmek mi, evet şimdi', ['çay', 'içmek']],
    ['ar', 'انا مش في البيت يا صديقي', ['البيت', 'صديقي']],
  ])('%s: %s', (language, text, words) => {
    expect(findWords(text, language, [])).toEqual(words);
  });

  test('a list has no more words than it needs', () => {
    for (const language of ['zh', 'ja', 'ne', 'th', 'hi', 'id', 'tr', 'ar'])
      expect(stopWordsOf(language).size, language).toBeLessThan(1_500);
    expect(stopWordsOf('ko').size).toBeLessThan(8_000);
  });
});
