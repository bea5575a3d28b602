import { expect, test } from 'vitest';
import { isLogin } from '../../../src/shared/login.ts';
import { knownBots, parseBots } from '../../../src/shared/known-bots.ts';

test('every known bot is a login', () => {
  expect([...knownBots].filter((bot) => !isLogin(bot))).toEqual([]);
  expect(knownBots.has('nightbot')).toBe(true);
});

test('bots are added and taken out', () => {
  const bots = parseBots(' OurBot, -nightbot,,');
  expect(bots.has('ourbot')).toBe(true);
  expect(bots.has('nightbot')).toBe(false);
  expect(bots.size).toBe(knownBots.size);
  expect(parseBots('')).toEqual(knownBots);
});

test('invalid logins are refused, and so are too many', () => {
  expect(() => parseBots('two words')).toThrow('Not a login on Twitch: "two words"');
  expect(() => parseBots('--x')).toThrow('Not a login');
  expect(() => parseBots('a,'.repeat(501))).toThrow('Too many bots: 501, 500 allowed');
});
