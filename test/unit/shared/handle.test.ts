import { expect, test } from 'vitest';
import { parseXHandle } from '../../../src/shared/handle.ts';

test.each([
  ['lark', 'lark'],
  ['@Lark_2', 'Lark_2'],
  [' @x ', 'x'],
  ['fifteen_letters', 'fifteen_letters'],
])('the handle %j is taken as %s', (given, handle) => {
  expect(parseXHandle(given)).toBe(handle);
});

test.each([
  '',
  '@',
  '@@lark',
  'sixteen_letters_',
  'two words',
  'lark\n\nlark',
  '../lark',
  'lark/tweets',
  'lark?x=1',
  'lark%2F',
  'lаrk', // a Cyrillic letter
  'ｌａｒｋ',
  'lark\u200b',
  'lark\0',
  '１２',
])('the handle %j is refused', (given) => {
  expect(() => parseXHandle(given)).toThrow(/Not a handle on X/);
});
