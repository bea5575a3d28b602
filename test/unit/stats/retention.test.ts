import { expect, test } from 'vitest';
import { retentionOf } from '../../../src/stats/chat/compute.ts';

const weeks = [0, 1, 2].map((at) => ({ key: at, start: at * 7, end: at * 7 + 7 }));

test('for each week it is counted how many of its chatters wrote in each later one', () => {
  const active = [
    { weeks: 0b001, chatters: 10 },
    { weeks: 0b011, chatters: 4 },
    { weeks: 0b101, chatters: 3 },
    { weeks: 0b111, chatters: 2 },
    { weeks: 0b100, chatters: 7 },
  ];
  expect(retentionOf(weeks, active)).toEqual([
    { start: 0, end: 7, chatters: 19, kept: [6, 5] },
    { start: 7, end: 14, chatters: 6, kept: [2] },
    { start: 14, end: 21, chatters: 12, kept: [] },
  ]);
});

test('a chat without messages has no returning chatters', () => {
  expect(retentionOf([], [])).toEqual([]);
  expect(retentionOf(weeks.slice(0, 1), [])).toEqual([{ start: 0, end: 7, chatters: 0, kept: [] }]);
});
