import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isXHandle, parseXHandle, xHandleMax } from '../../../src/shared/handle.ts';
import { sourceFiles } from '../../support/source.ts';

test.each([
  ['lark', 'lark'],
  ['@Lark_2', 'Lark_2'],
  [' @x ', 'x'],
  ['fifteen_letters', 'fifteen_letters'],
  ['@MyVeryLongLegacyName', 'MyVeryLongLegacyName'],
])('the handle %j is read as %s', (given, handle) => {
  expect(parseXHandle(given)).toBe(handle);
});

test.each([
  '',
  '@',
  '@@lark',
  'twenty_one_characters',
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

test('a refusal says how long a handle may be', () => {
  expect(() => parseXHandle('a'.repeat(xHandleMax + 1))).toThrow('1 to 20 of A to Z, 0 to 9 and _');
});

test('handles of old accounts have up to 20 characters', () => {
  expect([15, 16, 20, 21].map((length) => isXHandle('a'.repeat(length)))).toEqual([true, true, true, false]);
});

test('no other file has a rule of its own for the length of a handle', () => {
  const rule = /(?:\\w|[Zz]0-9_\])\{\d+,[12]\d\}|max\w*Handle\b\s*=|\bhandle\w*(?:max|length)\w*\s*=\s*\d/i;
  // A login of Twitch has a rule of its own.
  const ruled = ['src/shared/handle.ts', 'src/shared/login.ts'];
  const others = sourceFiles.filter((file) => !ruled.includes(file));
  expect(others.filter((file) => rule.test(readFileSync(file, 'utf8')))).toEqual([]);
});
