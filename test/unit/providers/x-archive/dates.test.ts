import { expect, test } from 'vitest';
import { parseDate } from '../../../../src/providers/x/dates.ts';

test.each([
  ['Sat Feb 18 12:33:11 +0000 2023', '2023-02-18T12:33:11.000Z'],
  ['2015-01-24 02:02:37 +0000', '2015-01-24T02:02:37.000Z'],
  ['2022-11-14T18:44:55.824Z', '2022-11-14T18:44:55.824Z'],
  ['2015-01-24 02:02:37 +0530', '2015-01-23T20:32:37.000Z'],
])('%s is %s', (text, iso) => {
  expect(parseDate(text)).toBe(Date.parse(iso));
});

test.each([
  'Sat Feb 30 12:33:11 +0000 2023',
  'Sat Foo 18 12:33:11 +0000 2023',
  'Sat Feb 18 25:33:11 +0000 2023',
  '1999-01-24 02:02:37 +0000',
  '2015-13-24 02:02:37 +0000',
  'yesterday',
  '',
  null,
  1_676_723_591,
])('%j is no date of a tweet', (value) => {
  expect(parseDate(value)).toBeNull();
});
