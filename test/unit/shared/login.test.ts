import { expect, test } from 'vitest';
import { BadInputError } from '../../../src/shared/errors.ts';
import { parseLogin } from '../../../src/shared/login.ts';

test.each([
  ['forsen', 'forsen'],
  ['  AdmiralBulldog ', 'admiralbulldog'],
  ['@Forsen', 'forsen'],
  ['#forsen', 'forsen'],
  ['https://www.twitch.tv/Forsen', 'forsen'],
  ['twitch.tv/forsen/videos?sort=time', 'forsen'],
  ['http://m.twitch.tv/forsen#x', 'forsen'],
  ['a', 'a'],
  ['x'.repeat(25), 'x'.repeat(25)],
])('%j is the login %s', (typed, login) => expect(parseLogin(typed)).toBe(login));

test.each([
  '',
  ' ',
  '@',
  'x'.repeat(26),
  'two words',
  'naïve',
  'fоrsen',
  'a-b',
  'https://x.com/forsen',
  'twitch.tv/',
  '##a',
  'x'.repeat(1_000_000),
])('%.30j is not a login', (typed) => expect(() => parseLogin(typed)).toThrow(BadInputError));
