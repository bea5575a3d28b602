import { describe, expect, test } from 'vitest';
import { segmentForSearch } from '../../../src/shared/segment.ts';

describe('text for search', () => {
  test.each([
    ['a text with spaces needs nothing', 'hello wörld привет', null],
    ['Korean has spaces', '안녕하세요 세계', null],
    ['Japanese gets spaces between its words', '今日は良い天気', '今日 は 良い 天気'],
    ['mixed text gets single ones', 'Hello  世界!', 'Hello 世界 !'],
    ['Thai gets spaces', 'อากาศดี', 'อากาศ ดี'],
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
