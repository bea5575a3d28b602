import { describe, expect, test } from 'vitest';
import { searchQuery } from '../../../src/shared/search-query.ts';

describe('a search as people type it', () => {
  test.each([
    ['quick  fox', "'quick' & 'fox'"],
    ['"quick fox" dog', "('quick' <-> 'fox') & 'dog'"],
    ['“quick fox', "('quick' <-> 'fox')"],
    ['brown -fox', "'brown' & !'fox'"],
    ['brown -"quick fox"', "'brown' & !('quick' <-> 'fox')"],
    ['brown - fox', "'brown' & 'fox'"],
    ['brown --fox', "'brown' & 'fox'"],
    ['a b or c -d', "'a' & 'b' | 'c' & !'d'"],
    ['or a', "'or' & 'a'"],
    ['a OR', "'a' & 'or'"],
    ['a or or b', "'a' | 'or' & 'b'"],
    ['a or - b', "'a' | 'b'"],
    ['-or', "!'or'"],
    ['"or" a', "'or' & 'a'"],
    ['covid-19', "('covid' <-> '19')"],
    ['Node.js', "('node' <-> 'js' | 'node.js')"],
    ['#Some_Tag @ada', "('some' <-> 'tag') & 'ada'"],
    ['東京', "('東' <-> '京')"],
    ["it's \\'; --", "('it' <-> 's')"],
    ['--- "" \' : & | ! ( ) <->', ''],
  ])('%s', (typed, expected) => {
    expect(searchQuery(typed)).toBe(expected);
  });

  test('more than 500 words are refused', () => {
    expect(() => searchQuery('東'.repeat(501))).toThrow('501 words, 500 allowed');
    expect(searchQuery('or '.repeat(500))).toMatch(/^'or' \| /);
  });
});
