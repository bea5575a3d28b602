/**
 * Numbers that look random and are a function of their arguments, so that any post can be made without the posts before
 * it. Only integer operations and IEEE division: the same on every machine.
 */

/** What a draw is for: draws for different purposes about one post are independent. */
export const purpose = {
  instant: 1,
  kind: 2,
  partner: 3,
  lively: 4,
  fan: 5,
  own: 6,
  theme: 7,
  language: 8,
  text: 9,
  metrics: 10,
  details: 11,
  habit: 12,
  day: 13,
  moment: 14,
  hashtag: 15,
  followers: 16,
  profile: 17,
} as const;

/** A well-mixed unsigned 32-bit number of the seed, two integers and a purpose. */
export function hash(seed: number, a: number, b: number, what: number): number {
  let h = seed ^ Math.imul(what, 0x9e3779b1);
  h = scramble(h ^ Math.imul(a + 1, 0x85ebca6b));
  h = scramble(h ^ Math.imul(b + 1, 0xc2b2ae35));
  return h >>> 0;
}

/** Like `hash`, from 0 up to but not including 1. */
export function unit(seed: number, a: number, b: number, what: number): number {
  return hash(seed, a, b, what) / 0x1_0000_0000;
}

/** Any safe integer as the 32 bits that `hash` starts from. */
export function foldSeed(seed: number): number {
  return scramble(((seed % 0x1_0000_0000) | 0) ^ Math.imul(Math.floor(seed / 0x1_0000_0000), 0x27d4eb2f));
}

/** A sequence of numbers from 0 up to but not including 1. */
export type Dice = () => number;

/** Dice that always fall the same for the same start (mulberry32). */
export function dice(start: number): Dice {
  let state = start | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Draws an item; all are equally likely. The list must not be empty. */
export function pick<T>(roll: Dice, list: readonly T[]): T {
  return list[Math.floor(roll() * list.length)] as T; // safe: 0 <= roll() < 1
}

/** Draws an item; early ones are likelier: the first half is drawn about 70 % of the time. */
export function pickEarly<T>(list: readonly T[], u: number): T {
  return list[Math.floor(u * u * list.length)] as T; // safe: 0 <= u < 1
}

/** A long-tailed factor with median 1: one in ten is above 5, one in a hundred above 31, none above 1000. */
export function longTail(u: number): number {
  const odds = u / (1 - u + 0.0001);
  return power34(odds);
}

/** x to the power of 3/4 by square roots, which IEEE defines exactly; it does not define Math.pow. */
export function power34(x: number): number {
  return Math.sqrt(x * Math.sqrt(x));
}

/** A bell without transcendental functions: 1 in the middle, 0.25 at one width from it, falling to 0. */
export function bell(distance: number, width: number): number {
  const ratio = distance / width;
  const fall = 1 + ratio * ratio;
  return 1 / (fall * fall);
}

function scramble(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}
