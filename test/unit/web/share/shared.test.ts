import { expect, test } from 'vitest';
import { canBeShared, readShared } from '../../../../web/src/share/shared.ts';

const token = `share_7_1795000000_${'a'.repeat(43)}`;
const other = `share_8_1795000000_${'b'.repeat(43)}`;
const read = (path: string, kept: string | null = null) => readShared(new URL(path, 'http://here'), kept);
const page = { token, until: 1_795_000_000_000, embedded: false, card: null };

test('a tab shows the share in its address, and keeps it', () => {
  expect(read(`/x/nasa?range=90d&share=${token}`)).toEqual(page);
  expect(read('/x/nasa', token)).toEqual(page);
  expect(read(`/x/nasa?share=${token}`, other)).toEqual(page);
  expect(read('/x/nasa')).toBeNull();
  expect(read('/')).toBeNull();
});

test('an incomplete link opens nothing, least of all what a key would', () => {
  for (const part of ['', 'share_7', token.slice(0, -1), `${token}x`, 'lark_something'])
    expect(read(`/x/nasa?share=${part}`, other)).toEqual({ ...page, token: null, until: null });
});

test('an embedded page has the token of its address and no other', () => {
  expect(read(`/embed/x/nasa?card=calendar&share=${token}`)).toEqual({
    ...page,
    embedded: true,
    card: 'calendar',
  });
  expect(read('/embed/x/nasa', token)).toEqual({ token: null, until: null, embedded: true, card: null });
});

test.each(['a b', '#x', 'x){}*', '1', ''])('the name %j of a card is none', (card) => {
  expect(read(`/embed/x/nasa?share=${token}&${new URLSearchParams({ card })}`)?.card).toBeNull();
});

test('the pages that can be shared are those that the API takes', () => {
  for (const path of ['/x/nasa', '/topic/a%2Fb', '/twitch/nina', '/compare', '/trending', '/tag/x'])
    expect(canBeShared(path)).toBe(true);
  for (const path of [
    '/',
    '/x',
    '/x/',
    '/x/a/b',
    '/twitch',
    '/jobs',
    '/posts',
    '/embed/x/nasa',
    '/post/X/1',
    '/system',
  ])
    expect(canBeShared(path)).toBe(false);
});
