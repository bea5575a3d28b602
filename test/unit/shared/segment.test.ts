import { describe, expect, test } from 'vitest';
import { segmentForSearch } from '../../../src/shared/segment.ts';

describe('text for search', () => {
  test.each([
    ['a text with spaces needs nothing', 'hello wörld привет', null],
    ['Korean has spaces', '안녕하세요 세계', null],
    ['Japanese gets spaces between its characters', '今日は良い天気', '今 日 は 良 い 天 気'],
    ['a long vowel stays with its character', 'タワーへ', 'タ ワー へ'],
    ['mixed text gets single ones', 'Hello  世界!', 'Hello 世 界 !'],
    [
      'quotes, dashes and ellipses part words',
      '“jerky for dogs”—images first…',
      'jerky for dogs images first',
    ],
    ['a curly apostrophe is a straight one', 'don’t', "don't"],
    ['a hard space is a space', 'this Dog\u00a0House', 'this Dog House'],
    ['emoji stand alone, without their selector', 'party🎉time ❤️', 'party 🎉 time ❤'],
    ['ASCII stays as it is', 'C++ <a=b> “x”', 'C++ <a=b> x'],
    ['Thai marks stay with their letters', 'อากาศดี', 'อ า ก า ศ ดี'],
    ['links stay whole', '見て https://example.jp/a', '見 て https://example.jp/a'],
  ])('%s', (_, text, expected) => {
    expect(segmentForSearch(text)).toBe(expected);
  });

  test('segmenting what was segmented changes nothing', () => {
    const once = segmentForSearch('東京タワーへ行きました。');
    expect(segmentForSearch(once as string)).toBe(once);
  });

  test('a long text without spaces loses no character', () => {
    const text = '𠀡好'.repeat(3_000);
    expect(segmentForSearch(text)?.replaceAll(' ', '')).toBe(text);
  });
});
