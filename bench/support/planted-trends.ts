import { dice, type Dice } from '../../src/providers/synthetic/random.ts';

/** The kinds of generated hashtags. */
export type Role = 'burst' | 'noise' | 'giant' | 'weekly' | 'flood';

/** Posts of a tag in a clock hour, and the number of their authors. */
export type HourOfUse = { readonly posts: number; readonly authors: number };

/** A generated hashtag: its hours, oldest first; the last one is the window. */
export type MadeTag = {
  readonly name: string;
  readonly role: Role;
  readonly hours: readonly HourOfUse[];
  /** How many people ever use it, which makes some of them return within a day. */
  readonly people: number;
};

/** A window of an hour at the end of five weeks; ten of its hashtags burst. */
export type Case = { readonly tags: readonly MadeTag[]; readonly endHour: number };

export const burstsInCase = 10;
const weeks = 5;
const hours = weeks * 168 + 24;

/** The planted cases of a seed, each with ten bursts; the same seed gives the same cases. */
export function plantedCases(seed: number, cases: number): readonly Case[] {
  return Array.from({ length: cases }, (_, at) => plant(dice(seed * 1_000 + at)));
}

function plant(roll: Dice): Case {
  // Windows end at any hour of the day and week. 1 January 1970 was a Thursday.
  const endHour = 20_000 * 24 + Math.floor(roll() * 168);
  const tags: MadeTag[] = [];
  for (let rank = 1; rank <= 2_000; rank++) tags.push(noise(roll, rank, endHour));
  for (let at = 0; at < 20; at++) tags.push(giant(roll, at, endHour));
  for (let at = 0; at < 60; at++) tags.push(weekly(roll, at, endHour));
  for (let at = 0; at < 20; at++) tags.push(flood(roll, at, endHour));
  for (let at = 0; at < burstsInCase; at++) tags.push(burst(roll, at, endHour));
  return { tags, endHour };
}

type Rate = (hour: number) => number;

/** Posts per hour at a tag's rate, which varies from day to day and hour to hour; most people post once an hour. */
function used(roll: Dice, endHour: number, rate: Rate, restless: number): HourOfUse[] {
  const made: HourOfUse[] = [];
  let daily = 1;
  for (let at = 0; at < hours; at++) {
    if (at % 24 === 0) daily = Math.exp(restless * gauss(roll) - restless ** 2 / 2);
    const hourly = Math.exp(restless * gauss(roll) - restless ** 2 / 2);
    const posts = poisson(roll, rate(endHour - hours + at + 1) * daily * hourly);
    made.push({ posts, authors: posts - binomial(roll, posts, 0.1) });
  }
  return made;
}

/** A common rhythm of day and week: nights have a quarter, weekends two thirds. */
const rhythm = (hour: number): number => {
  const [ofDay, ofWeek] = [hour % 24, (hour + 72) % 168];
  return (0.65 + 0.4 * Math.sin(((ofDay - 9) / 24) * 2 * Math.PI)) * (ofWeek >= 120 ? 0.67 : 1.1);
};

function noise(roll: Dice, rank: number, endHour: number): MadeTag {
  const hourly = 60 / rank ** 0.9;
  const own = used(roll, endHour, (hour) => hourly * rhythm(hour), 0.15);
  return { name: `noise${rank}`, role: 'noise', hours: own, people: hourly * 400 + 3 };
}

/** Steady tags: hundreds of posts an hour, some with another continent's rhythm, or on working days only. */
function giant(roll: Dice, at: number, endHour: number): MadeTag {
  const hourly = 150 * 2 ** (roll() * 4);
  const shift = at % 3 === 0 ? 0 : Math.floor(roll() * 24);
  const weekend = at % 4 === 1 ? 0.15 : 0.8;
  const rate: Rate = (hour) =>
    hourly * rhythm(hour + shift) * ((hour + shift + 72) % 168 >= 120 ? weekend : 1);
  return { name: `giant${at}`, role: 'giant', hours: used(roll, endHour, rate, 0.15), people: hourly * 60 };
}

/** Tags of one hour of the week, like a television programme; some fall into the window. */
function weekly(roll: Dice, at: number, endHour: number): MadeTag {
  const when = at % 4 === 0 ? endHour % 168 : Math.floor(roll() * 168);
  const size = 10 * 2 ** (roll() * 5);
  const rate: Rate = (hour) => (hour % 168 === when ? size : 0.02);
  return { name: `weekly${at}`, role: 'weekly', hours: used(roll, endHour, rate, 0.2), people: size * 8 };
}

/** Nothing before, then up to hundreds of posts by one to three authors. */
function flood(roll: Dice, at: number, endHour: number): MadeTag {
  const own = used(roll, endHour, () => 0.01, 0);
  const authors = at % 4 === 3 ? 3 : at % 4 === 2 ? 2 : 1;
  own[own.length - 1] = { posts: 20 + Math.floor(roll() * 480), authors };
  return { name: `flood${at}`, role: 'flood', hours: own, people: 3 };
}

/** New, rare or well-known tags that rise to three to thirty times the usual, by at least 8 authors. */
function burst(roll: Dice, at: number, endHour: number): MadeTag {
  const hourly = at % 3 === 0 ? 0 : 0.02 * 2_000 ** roll();
  const own = used(roll, endHour, (hour) => hourly * rhythm(hour), 0.15);
  const usual = hourly * rhythm(endHour);
  const authors = Math.round(Math.max(8 * 8 ** roll(), usual * (3 + 27 * roll() ** 3) + 8));
  own[own.length - 1] = { posts: authors + poisson(roll, authors * 0.2), authors };
  return { name: `burst${at}`, role: 'burst', hours: own, people: Math.max(100, hourly * 400) };
}

function gauss(roll: Dice): number {
  return Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
}

/** Exact for small means, a rounded normal distribution for large ones. */
function poisson(roll: Dice, mean: number): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss(roll)));
  const floor = Math.exp(-mean);
  let drawn = 0;
  for (let product = roll(); product > floor; product *= roll()) drawn++;
  return drawn;
}

function binomial(roll: Dice, among: number, chance: number): number {
  if (among > 40)
    return Math.min(among, Math.max(0, Math.round(among * chance + Math.sqrt(among * chance) * gauss(roll))));
  let drawn = 0;
  for (let at = 0; at < among; at++) if (roll() < chance) drawn++;
  return drawn;
}
