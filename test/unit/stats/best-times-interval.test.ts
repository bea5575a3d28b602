import { describe, expect, test } from 'vitest';
import { rankSlots, priorQuarters } from '../../../src/stats/best-times/compute.ts';
import { atSlot, type Figured, slotFigures } from '../../support/slot-figures.ts';

/** Numbers from 0 to 1, the same each time: Marsaglia's xorshift. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const hours = 40;
/** The spread of a post's logarithm around its hour's. */
const spread = 1;
const accounts = 60;

/**
 * The share of hours whose true lift is in their interval, over many made-up accounts: figures are log-normal, as
 * engagement is, and hours differ by `between` of their spread.
 */
function coverage(between: number): number {
  const random = randomFrom(20_261_129);
  const normal = normalFrom(random);
  let within = 0;
  let all = 0;
  for (let account = 0; account < accounts; account += 1) {
    const levels = Array.from({ length: hours }, () => 2 + between * spread * normal());
    const posts = levels.flatMap((level, hour) =>
      Array.from(
        { length: 5 + Math.floor(60 * random()) },
        (_, week): Figured => ({
          at: atSlot(week, hour),
          figure: Math.floor(Math.exp(level + spread * normal())),
        }),
      ),
    );
    const figures = slotFigures(posts);
    const cap = figures[0]?.cap ?? 0;
    const truth = levels.map((level) => meanBelow(cap, level));
    const weights = figures.map(({ quarters }) => quarters);
    const total = weights.reduce((a, b) => a + b, 0);
    const own =
      figures.reduce(
        (sum, { hour, weekday, quarters }) => sum + quarters * (truth[(weekday - 1) * 24 + hour] ?? 0),
        0,
      ) / total;
    for (const { weekday, hour, low, high } of rankSlots(figures, 'ENGAGEMENT')) {
      const lift = (truth[(weekday - 1) * 24 + hour] ?? 0) / own;
      within += Number(lift >= low && lift <= high);
      all += 1;
    }
  }
  return within / all;
}

/** The mean of min(floor(e^N(level, spread)), cap), by summing over the normal's quantiles. */
function meanBelow(cap: number, level: number): number {
  const steps = 400;
  let sum = 0;
  let weight = 0;
  for (let step = 0; step <= steps; step += 1) {
    const z = -5 + (10 * step) / steps;
    const density = Math.exp((-z * z) / 2);
    sum += density * Math.min(Math.floor(Math.exp(level + spread * z)), cap);
    weight += density;
  }
  return sum / weight;
}

describe('the interval of a lift', () => {
  /** When hours differ by this much, the prior has the right variance for them. */
  const asThePrior = 1 / Math.sqrt(priorQuarters);

  test.each([
    ['as the prior says', asThePrior],
    ['three times as much', 3 * asThePrior],
    ['a third as much', asThePrior / 3],
  ])('includes the true lift about four times out of five when hours differ %s', (_name, between) => {
    const share = coverage(between);
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.88);
  });
});
