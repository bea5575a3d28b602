import { bell, dice, type Dice, hash, longTail, pick, purpose } from './random.ts';
import { type Region, regions } from './region.ts';
import { type Language, type Theme, themes } from './text/phrasebook.ts';
import type { ZoneRule } from './zone-rule.ts';

/** How an account lives and posts. Rates are probabilities per post, 0 to 1. */
export type Habit = {
  readonly zone: ZoneRule;
  /** Its share of all posts is proportional to this. */
  readonly weight: number;
  /** The first is written most. */
  readonly languages: readonly [Language, ...Language[]];
  /** The first is written about most. */
  readonly themes: readonly [Theme, ...Theme[]];
  /** 24 weights, local hours 0 to 23. */
  readonly weekdayHours: readonly number[];
  readonly weekendHours: readonly number[];
  /** 7 weights, Monday to Sunday. */
  readonly weekdays: readonly number[];
  /** Probability that a day has posts at all. */
  readonly activeDays: number;
  readonly holidays: number;
  readonly reply: number;
  /** Share of replies that continue the account's own thread. */
  readonly ownThread: number;
  readonly repost: number;
  readonly quote: number;
  readonly media: number;
  readonly link: number;
  readonly tagged: number;
  readonly emoji: number;
  /** Probability of a positive and of a negative mood; the rest is neutral. */
  readonly positive: number;
  readonly negative: number;
  readonly clients: readonly string[];
  /** At the end of the history. */
  readonly followers: number;
  /** Local hour at which its followers look: posts do best then. */
  readonly bestHour: number;
  /** 0 Monday to 6 Sunday. */
  readonly bestWeekday: number;
  /** Generated when missing. */
  readonly persona?: Persona;
};

type Persona = {
  /** 1 to 15 word characters, different from every other account's. */
  readonly handle: string;
  readonly displayName: string;
  readonly description: string;
  readonly verified: boolean;
  /** The id of an existing account; generated when missing. */
  readonly platformId?: string;
};

const clients = ['Twitter for iPhone', 'Twitter for Android', 'Twitter Web App', 'TweetDeck', 'Buffer'];

/** The region of the account with that index. */
export function regionOf(index: number): Region {
  return regions[index % regions.length] as Region; // safe: the remainder is within the list
}

/** The weight of an account without a given habit: few accounts post a lot, many a little. */
export function defaultWeight(index: number): number {
  return 1 / (index + 2);
}

/** Generates habits; the same seed and index give the same habits. */
export function makeHabit(seed: number, index: number): Habit {
  const roll = dice(hash(seed, index, 0, purpose.habit));
  const region = regionOf(index);
  const wake = 5 + Math.floor(roll() * 6);
  const favourites = shuffledThemes(roll);
  return {
    zone: region.zone,
    weight: defaultWeight(index),
    languages: region.languages as Habit['languages'], // safe: no region is without a language
    themes: favourites,
    weekdayHours: waking(wake, 15 + Math.floor(roll() * 3), [wake + 1 + roll() * 3, wake + 10 + roll() * 4]),
    weekendHours: waking(wake + 2, 14 + Math.floor(roll() * 3), [wake + 5 + roll() * 5]),
    weekdays: weekdayShape(roll),
    activeDays: 0.35 + 0.6 * roll(),
    holidays: Math.floor(roll() * 4),
    reply: 0.15 + 0.3 * roll(),
    ownThread: 0.1 + 0.3 * roll(),
    repost: 0.03 + 0.15 * roll(),
    quote: 0.02 + 0.06 * roll(),
    media: 0.05 + 0.25 * roll(),
    link: 0.05 + 0.25 * roll(),
    tagged: 0.3 + 0.5 * roll(),
    emoji: 0.05 + 0.5 * roll(),
    positive: 0.3 + 0.25 * roll(),
    negative: 0.08 + 0.2 * roll(),
    clients: [pick(roll, clients), pick(roll, clients)],
    followers: 40 + Math.floor(longTail(roll()) * (120 + 40_000 / (index + 5))),
    bestHour: Math.floor(wake + 2 + roll() * 13) % 24,
    bestWeekday: Math.floor(roll() * 7),
  };
}

/** 24 weights: asleep before `wake` and after so many hours awake, busiest about the peaks. */
export function waking(wake: number, hoursAwake: number, peaks: readonly number[]): readonly number[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const sinceWake = (((hour - wake) % 24) + 24) % 24;
    if (sinceWake >= hoursAwake) return 0.012;
    return peaks.reduce((sum, peak) => sum + bell(clockDistance(hour, peak), 2.2), 0.15);
  });
}

/** Hours between two times of day, the short way round. */
export function clockDistance(a: number, b: number): number {
  const apart = Math.abs(a - b) % 24;
  return Math.min(apart, 24 - apart);
}

function weekdayShape(roll: Dice): readonly number[] {
  const weekend = 0.3 + 1.3 * roll();
  return [1, 1, 1, 1, 1, weekend, weekend].map((weight) => weight * (0.75 + 0.5 * roll()));
}

function shuffledThemes(roll: Dice): Habit['themes'] {
  const first = Math.floor(roll() * themes.length);
  const step = 1 + Math.floor(roll() * 3);
  const at = (n: number) => themes[(first + n * step) % themes.length] as Theme; // safe: a remainder
  return [at(0), at(1), at(2)];
}
