import { describe, expect, test } from 'vitest';
import { findRise } from '../../../../src/trends/explain/change-point.ts';

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function poisson(mean: number, next: () => number): number {
  let count = 0;
  for (let product = next(); product > Math.exp(-mean); product *= next()) count++;
  return count;
}

const series = (length: number, rise: number, low: number, high: number, next: () => number) =>
  Array.from({ length }, (_, at) => poisson(at < rise ? low : high, next));

describe('the minute a rise began', () => {
  test('is exact when nothing came before', () => {
    const counts = [...Array(60).fill(0), ...Array(60).fill(3)];
    expect(findRise(counts)).toEqual({ at: 60, between: [60, 60] });
  });

  test('there is none in steady counts, falling counts, nothing, or a single post', () => {
    for (const counts of [
      Array(120).fill(2),
      [...Array(60).fill(4), ...Array(60).fill(1)],
      Array(120).fill(0),
      [],
      [5],
      [...Array(119).fill(0), 1],
    ])
      expect(findRise(counts)).toBeNull();
  });

  test('is in its interval, which is the shortest of its probability', () => {
    const next = random(3);
    for (let run = 0; run < 500; run++) {
      const rise = findRise(series(120, 20 + Math.floor(next() * 80), 0.05, 1, next));
      if (rise === null) continue;
      expect(rise.between[0]).toBeLessThanOrEqual(rise.at);
      expect(rise.between[1]).toBeGreaterThanOrEqual(rise.at);
    }
  });

  test('is reported for fewer than one of fifty steady random series', () => {
    const next = random(7);
    const told = Array.from({ length: 1_000 }, () => findRise(series(120, 0, 0.5, 0.5, next)));
    expect(told.filter((rise) => rise !== null).length).toBeLessThan(20);
  });

  test('lies in its interval in four of five random series, whole minutes adding some', () => {
    const next = random(1);
    const held = Array.from({ length: 1_500 }, () => {
      const rise = 20 + Math.floor(next() * 80);
      const found = findRise(series(120, rise, 0.4, 1.6, next));
      return found === null ? null : found.between[0] <= rise && rise <= found.between[1];
    }).filter((is) => is !== null);
    expect(held.length).toBeGreaterThan(1_400);
    const share = held.filter(Boolean).length / held.length;
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(0.93);
  });
});
