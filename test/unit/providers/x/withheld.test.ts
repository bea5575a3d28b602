import { expect, test } from 'vitest';
import { isWithheld } from '../../../../src/providers/x/withheld.ts';

test.each([
  { withheld: { copyright: false, country_codes: ['DE'] } },
  { withheld_in_countries: ['DE'] },
  { withheld_copyright: true },
  { withheld_scope: 'user' },
])('%j says that a post is withheld', (post) => {
  expect(isWithheld(post)).toBe(true);
});

test.each([{}, { withheld: null }, { withheld_in_countries: [], withheld_copyright: false }, null, 'x'])(
  '%j does not say so',
  (post) => {
    expect(isWithheld(post)).toBe(false);
  },
);
