import { describe, expect, test } from 'vitest';
import { readFacts } from '../../../../src/providers/x-archive/tweet-facts.ts';
import { snowflakeTime } from '../../../../src/providers/x/snowflake.ts';

/** An id that was made at the instant. */
const idAt = (instant: string) => String(BigInt(Date.parse(instant) - 1_288_834_974_657) << 22n);
const moment = (id_str: string, created_at: string) => {
  const facts = readFacts({ id_str, created_at, text: 'hi' });
  if (typeof facts === 'string') throw new Error(facts);
  return [new Date(facts.createdAt).toISOString(), facts.hourUnknown];
};
const day = '2010-11-08T00:00:00.000Z';

describe('a tweet for which an export of 2012 to 2018 writes midnight', () => {
  test.each([
    [
      'is of an unknown hour before ids told the time',
      '5000',
      '2009-05-04 00:00:00 +0000',
      '2009-05-04T00:00:00.000Z',
      true,
    ],
    [
      'is of an unknown hour on the day when ids began to',
      '29683474528',
      '2010-11-04 00:00:00 +0000',
      '2010-11-04T00:00:00.000Z',
      true,
    ],
    [
      'is of an unknown hour when its id tells another day',
      idAt('2014-01-01T10:00:00Z'),
      '2009-05-04 00:00:00 +0000',
      '2009-05-04T00:00:00.000Z',
      true,
    ],
    [
      'is of the second that its id tells',
      idAt('2010-11-08T21:03:07.891Z'),
      '2010-11-08 00:00:00 +0000',
      '2010-11-08T21:03:07.000Z',
      false,
    ],
    [
      'is of midnight when its id tells that',
      idAt('2010-11-08T00:00:00.200Z'),
      '2010-11-08 00:00:00 +0000',
      day,
      false,
    ],
    [
      'is of midnight when its id tells no time of a later day',
      '5000',
      '2010-11-08 00:00:00 +0000',
      day,
      false,
    ],
  ])('%s', (_name, id, written, createdAt, hourUnknown) => {
    expect(moment(id, written)).toEqual([createdAt, hourUnknown]);
  });
});

test.each([
  ['another time', '5000', '2009-05-04 00:00:01 +0000', '2009-05-04T00:00:01.000Z'],
  [
    'midnight as newer exports write it',
    '5000',
    'Mon May 04 00:00:00 +0000 2009',
    '2009-05-04T00:00:00.000Z',
  ],
])('%s is known', (_name, id, written, createdAt) => {
  expect(moment(id, written)).toEqual([createdAt, false]);
});

test('the last ids that were counted up tell no time, and the first that were not tell theirs', () => {
  expect(snowflakeTime('29700859247')).toBeNull();
  expect(snowflakeTime(idAt('2010-11-04T21:43:07Z'))).toBe(Date.parse('2010-11-04T21:43:07Z'));
});
