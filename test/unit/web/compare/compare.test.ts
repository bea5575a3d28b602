import { describe, expect, it } from 'vitest';
import { align, bestOf, indexed, timesShared } from '../../../../web/src/compare/compute.ts';
import { bySlot } from '../../../../web/src/compare/load.ts';
import {
  addStream,
  compareView,
  mostStreams,
  type Named,
  parseCompareSearch,
  printCompareView,
  removeStream,
} from '../../../../web/src/compare/search.ts';

const x = (name: string): Named => ({ kind: 'x', name });
const topic = (name: string): Named => ({ kind: 'topic', name });

describe('the address of Compare', () => {
  it('names streams, and reads what it writes', () => {
    const search = {
      s: 'x:harbour_ledger,topic:climate change',
      range: '90d',
      zone: 'Asia/Tokyo',
      as: 'index',
    };
    expect(compareView(search).slots).toEqual([x('harbour_ledger'), topic('climate change')]);
    expect(printCompareView(compareView(search))).toEqual(search);
  });

  it('keeps a query with commas and colons whole', () => {
    const slots = [topic('a, b: c'), x('d')];
    const search = printCompareView({ ...compareView({}), slots });
    expect(compareView(search).slots).toEqual(slots);
  });

  it('reads a bad link: an invalid stream leaves its place empty, a repeated one counts once', () => {
    expect(parseCompareSearch({ s: 'y:a,x:no spaces,,' })).toEqual({});
    expect(compareView({ s: 'x:a,x:A,topic:b' }).slots).toEqual([x('a'), null, topic('b')]);
    expect(compareView({ s: 'x:a,x:b,x:c,x:d,x:e,x:f' }).slots).toHaveLength(mostStreams);
    expect(parseCompareSearch({ as: 'values', range: '1y' })).toEqual({});
  });

  it('a stream keeps its place when one before it is removed, and the next one added fills the gap', () => {
    const three = [x('a'), x('b'), topic('c')];
    const two = removeStream(three, 0);
    expect(two).toEqual([null, x('b'), topic('c')]);
    expect(compareView(printCompareView({ ...compareView({}), slots: two })).slots).toEqual(two);
    expect(addStream(two, x('d'))).toEqual([x('d'), x('b'), topic('c')]);
    expect(removeStream(three, 2)).toEqual([x('a'), x('b')]);
  });

  it('takes no stream twice, and no more than five', () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map(x);
    expect(addStream(five, x('f'))).toEqual(five);
    expect(addStream([x('a')], x('A'))).toEqual([x('a')]);
  });
});

it('what the API answers goes to the place that asked for it', () => {
  const slots = [x('a'), null, topic('t'), x('gone'), x('b')];
  const answer = { accounts: ['A', null, 'B'], topic2: 'T' };
  expect(bySlot(slots, answer)).toEqual(['A', null, 'T', null, 'B']);
  expect(bySlot(slots, undefined)).toEqual([null, null, null, null, null]);
});

it('series of different spans share one axis, with nulls for missing buckets', () => {
  expect(
    align([
      { starts: ['2026-01', '2026-02'], values: [1, 2] },
      { starts: ['2026-02', '2026-03'], values: [0, null] },
    ]),
  ).toEqual({
    starts: ['2026-01', '2026-02', '2026-03'],
    values: [
      [1, 2, null],
      [null, 0, null],
    ],
  });
});

describe('an index', () => {
  const starts = [
    '2026-01-05T00:00:00Z',
    '2026-01-12T00:00:00Z',
    '2026-01-19T00:00:00Z',
    '2026-01-26T00:00:00Z',
  ];

  it('begins at 100', () => {
    expect(indexed([4, 2, null, 8], starts, null)).toEqual([100, 50, null, 200]);
  });

  it('does not begin with a part of a bucket, nor with nothing', () => {
    expect(indexed([1, 4, 2, 8], starts, '2026-01-08T00:00:00Z')).toEqual([null, 100, 50, 200]);
    expect(indexed([0, null, 5, 10], starts, null)).toEqual([null, null, 100, 200]);
    expect(indexed([0, 0, 0, 0], starts, null)).toEqual([null, null, null, null]);
  });
});

it('the best of a row is the highest known figure; there is none when all are equal, and an unknown one is never best', () => {
  expect(bestOf([1, 3, null])).toEqual([false, true, false]);
  expect(bestOf([3, 3, 1])).toEqual([true, true, false]);
  expect(bestOf([3, 3])).toEqual([false, false]);
  expect(bestOf([null, 3])).toEqual([false, false]);
  expect(bestOf([-0.2, -0.1])).toEqual([false, true]);
});

it('counts in how many lists a term is, once a list', () => {
  expect([...timesShared([['a', 'b', 'a'], ['b'], []])]).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
});
