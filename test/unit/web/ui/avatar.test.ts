import { expect, test } from 'vitest';
import { initialOf } from '../../../../web/src/ui/avatar.tsx';

test.each([
  ['The Harbour Ledger', 'H'],
  ['A Tribe Called Quest', 'T'],
  ['an owl', 'O'],
  ['Theodora', 'T'],
  ['The', 'T'],
  ['A', 'A'],
  ['@nachtcommit', 'N'],
  ['#ferry', 'F'],
  ['  émile', 'É'],
  ['🦉 Owl', '🦉'],
  ['', '?'],
])('%j without a picture has the letter %s', (name, letter) => {
  expect(initialOf(name)).toBe(letter);
});
