import { expect, test } from 'vitest';
import { traits } from '../../../src/shared/message-traits.ts';

const traitsOf = (text: string, emotes: readonly string[] = [], mentions: readonly string[] = []) => {
  const message = {
    kind: 'MESSAGE' as const,
    text,
    mentions,
    emotes: emotes.length === 0 ? null : JSON.stringify(emotes.map((name) => ({ name, imageUrl: null }))),
  };
  return Object.entries(traits).flatMap(([name, { is }]) => (is(message) ? [name] : []));
};

test.each([
  ['Kappa', ['Kappa'], ['emoteOnly']],
  ['Kappa 猫 \u{e0000}', ['Kappa', '猫'], ['emoteOnly']],
  ['Kappa Kappa', ['Kappa'], []],
  ['so Kappa', ['Kappa'], []],
  ['Kappa', [], []],
  ['why? because', [], ['question']],
  ['why?!', [], ['question']],
  ['什么？', [], ['question']],
  ['see x.example/?q=1', [], []],
  ['!so why?', [], ['question', 'command']],
  ['! so', [], []],
  ['', [], []],
])('%j with emotes %j is %j', (text, emotes, expected) => {
  expect(traitsOf(text, emotes)).toEqual(expected);
});

test('a message that names somebody mentions them; a post on X has no such traits', () => {
  expect(traitsOf('@ann hi', [], ['ann'])).toEqual(['mention']);
  const post = { kind: 'ORIGINAL' as const, text: '!so @ann why?', mentions: ['ann'], emotes: null };
  expect(Object.values(traits).some(({ is }) => is(post))).toBe(false);
});

test('a question of a hundred thousand marks is recognised at once', () => {
  expect(traitsOf(`${'?'.repeat(100_000)}x`)).toEqual([]);
});
