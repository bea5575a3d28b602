import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findMoments, type Minute, explainingTerms } from '../../../src/stats/moments/compute.ts';
import { realData } from '../../support/real-data.ts';
import { realMinutes } from '../../support/real-minutes.ts';

const minuteMs = 60_000;
const chat = (...counts: readonly number[]): readonly Minute[] =>
  counts.flatMap((messages, at) => (messages === 0 ? [] : [{ at: at * minuteMs, messages }]));
const calm = (minutes: number, messages = 20) =>
  Array.from({ length: minutes }, (_, at) => messages + (at % 3) - 1);

/** Whether a minute is a moment, by comparing it with all others within a quarter of an hour. */
function isOffScale(minutes: readonly Minute[], at: number): boolean {
  const middle = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const half = sorted.length / 2;
    return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
  };
  const near = minutes
    .map((one) => ({ ...one, at: one.at / minuteMs }))
    .filter((one) => Math.abs(one.at - at) <= 15);
  const own = near.find((one) => one.at === at);
  if (own === undefined || own.messages < 10) return false;
  const silent =
    Math.max(...near.map((one) => one.at)) - Math.min(...near.map((one) => one.at)) + 1 - near.length;
  const others = near.filter((one) => Math.abs(one.at - at) > 1).map((one) => one.messages);
  const counts = [...others, ...new Array<number>(silent).fill(0)];
  if (counts.length < 10) return false;
  const expected = middle(counts);
  const spread = 1.4826 * middle(counts.map((one) => Math.abs(one - expected)));
  return (own.messages - expected) / Math.max(spread, Math.sqrt(expected + 1)) >= 4;
}

describe('moments', () => {
  test('are the minutes far above those around them', () => {
    expect(findMoments(chat(...calm(20), 90, ...calm(20)))).toMatchObject([
      { start: 20 * minuteMs, end: 21 * minuteMs, messages: 90, expected: 20, peakAt: 20 * minuteMs },
    ]);
  });

  test('last as long as the minutes in a row, and peak in the strongest', () => {
    const [moment, ...others] = findMoments(chat(...calm(20), 80, 120, 70, ...calm(20)));
    expect(others).toEqual([]);
    expect(moment).toMatchObject({
      start: 20 * minuteMs,
      end: 23 * minuteMs,
      messages: 270,
      peakAt: 21 * minuteMs,
    });
  });

  test('have a scale of their own in a quiet and in a loud part of a broadcast', () => {
    const starts = findMoments(
      chat(...calm(30, 5), 40, ...calm(30, 5), ...calm(30, 200), 600, ...calm(30, 200)),
    ).map(({ start }) => start / minuteMs);
    expect(starts).toContain(30);
    expect(starts).toContain(91);
  });

  test('do not occur in a chat that has just begun, in a steady one, and in a few messages', () => {
    expect(findMoments(chat(500, 20, 20))).toEqual([]);
    expect(findMoments(chat(...calm(100)))).toEqual([]);
    expect(findMoments(chat(...new Array<number>(30).fill(1), 9, ...new Array<number>(30).fill(1)))).toEqual(
      [],
    );
  });

  test('count the minutes without messages within a broadcast, and no pause of hours', () => {
    const sparse = Array.from({ length: 30 }, (_, at) => (at % 3 === 0 ? 6 : 0));
    expect(findMoments(chat(...sparse, 20, ...sparse)).map(({ start }) => start / minuteMs)).toEqual([30]);
    expect(findMoments(chat(...calm(30), ...new Array<number>(600).fill(0), ...calm(30)))).toEqual([]);
  });

  test('start with the minutes that a plain comparison of each with its surroundings finds, whatever the chat', () => {
    const count = fc.oneof(fc.constant(0), fc.nat(12), fc.nat(60), fc.nat(500));
    fc.assert(
      fc.property(fc.array(count, { maxLength: 150, size: 'max' }), (counts) => {
        const minutes = chat(...counts);
        const found = findMoments(minutes).flatMap(({ start, end }) =>
          Array.from({ length: (end - start) / minuteMs }, (_, at) => start / minuteMs + at),
        );
        expect(found).toEqual(counts.flatMap((_, at) => (isOffScale(minutes, at) ? [at] : [])));
      }),
      { numRuns: 300 },
    );
  });

  test('do not overlap, are above what is expected, and stand in order, whatever the chat', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(20), fc.nat(500)), { maxLength: 120 }), (counts) => {
        let end = Number.NEGATIVE_INFINITY;
        for (const moment of findMoments(chat(...counts))) {
          expect(moment.start).toBeGreaterThan(end);
          end = moment.end;
          expect(moment.messages).toBeGreaterThan(moment.expected);
          expect(moment.score).toBeGreaterThanOrEqual(4);
          const inside = chat(...counts).filter(({ at }) => at >= moment.start && at < moment.end);
          expect(inside.reduce((sum, { messages }) => sum + messages, 0)).toBe(moment.messages);
        }
      }),
    );
  });
});

test('a term explains a moment when it is used more often than around it', () => {
  const uses = [
    { term: 'goal', count: 30, around: 2 },
    { term: 'the', count: 40, around: 800 },
    { term: 'once', count: 1, around: 0 },
    { term: 'save', count: 10, around: 5 },
  ];
  expect(explainingTerms(uses, { within: 50, around: 1_000 }, 5).map(({ term }) => term)).toEqual([
    'goal',
    'save',
  ]);
  expect(explainingTerms(uses, { within: 50, around: 1_000 }, 1)).toHaveLength(1);
});

const folder = realData('moments planted in real logs');

/** Some numbers from 0 to 1, always the same ones. */
function numbers(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
}

/**
 * Adds bursts of this many times the usual number to a real chat, five at a time, and counts which are found. The
 * chat's own moments do not count.
 */
function plant(minutes: readonly Minute[], times: number) {
  const random = numbers();
  const own = findMoments(minutes);
  const counts = { planted: 0, found: 0, wrong: 0 };
  for (let round = 0; round < 200; round++) {
    const chosen = new Set<number>();
    while (chosen.size < 5) {
      const at = 16 + Math.floor(random() * (minutes.length - 32));
      const isApart = [...chosen].every((other) => Math.abs(other - at) > 5);
      const isFree = own.every(({ start }) => Math.abs(start - (minutes[at]?.at ?? 0)) > 5 * minuteMs);
      if (isApart && isFree) chosen.add(at);
    }
    const usual = (at: number) =>
      minutes
        .slice(at - 15, at + 16)
        .map(({ messages }) => messages)
        .sort((a, b) => a - b)[15] ?? 0;
    const given = minutes.map((minute, at) =>
      chosen.has(at) ? { ...minute, messages: Math.round(times * usual(at)) } : minute,
    );
    const moments = findMoments(given);
    const isIn = (moment: (typeof moments)[number]) =>
      [...chosen].some((at) => moment.start <= (given[at]?.at ?? 0) && (given[at]?.at ?? 0) < moment.end);
    const overlapsOwn = (moment: (typeof moments)[number]) =>
      own.some(({ start, end }) => start < moment.end && moment.start < end);
    counts.planted += chosen.size;
    counts.found += moments.filter(isIn).length;
    counts.wrong += moments.filter((moment) => !isIn(moment) && !overlapsOwn(moment)).length;
  }
  return { recall: counts.found / counts.planted, precision: counts.found / (counts.found + counts.wrong) };
}

test.skipIf(folder === null).each([
  ['irc-untagged-admiralbulldog-2019-04-30.log.gz', 0.7, 1],
  ['txt-39daph-2022-07-16.txt.gz', 0.7, 1],
  ['unixtime-zh-vod104703028.txt.gz', 0.55, 1],
])('bursts that are planted in %s are found', async (file, atThree, atFive) => {
  const minutes = await realMinutes(folder ?? '', file);
  const [three, five] = [plant(minutes, 3), plant(minutes, 5)];
  expect(three.recall).toBeGreaterThanOrEqual(atThree);
  expect(five.recall).toBeGreaterThanOrEqual(atFive - 0.005);
  expect(Math.min(three.precision, five.precision)).toBeGreaterThanOrEqual(0.99);
});
