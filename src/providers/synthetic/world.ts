import { BadInputError } from '../../shared/errors.ts';
import { dayMs } from '../../shared/instant.ts';
import { type Calendar, instantAt, makeCalendar, positionAt } from './calendar.ts';
import { defaultWeight, type Habit, makeHabit } from './habit.ts';
import { bend, unbend } from './moment.ts';
import { checkOptions, type SyntheticOptions } from './options.ts';
import { foldSeed, purpose, unit } from './random.ts';

/** All synthetic users. Details are computed when they are asked for. */
export type World = {
  readonly options: Required<SyntheticOptions>;
  /** The seed as 32 bits. */
  readonly seed: number;
  readonly start: number;
  readonly end: number;
  /** Posts of each account. */
  readonly posts: Uint32Array;
  /** Habits and calendars of the most recently used accounts. */
  readonly residents: Map<number, Resident>;
};

/** An account with its habits. A slot is the index of one of its posts, oldest first, from 0. */
export type Resident = {
  readonly index: number;
  readonly posts: number;
  readonly habit: Habit;
  readonly calendar: Calendar;
};

/** About 10 kB each, which bounds the memory for a million users. */
const residentsKept = 2_000;

const worlds = new WeakMap<SyntheticOptions, World>();

/** Returns the world of these options, created once per options object. Invalid options are a BadInputError. */
export function worldOf(options: SyntheticOptions): World {
  const known = worlds.get(options);
  if (known !== undefined) return known;
  const checked = checkOptions(options);
  const world: World = {
    options: checked,
    seed: foldSeed(checked.seed),
    start: checked.endingAt - checked.days * dayMs,
    end: checked.endingAt,
    posts: sharePosts(checked),
    residents: new Map(),
  };
  worlds.set(options, world);
  return world;
}

/** Returns the account with that index; an index out of range is a BadInputError. */
export function residentOf(world: World, index: number): Resident {
  const known = world.residents.get(index);
  if (known !== undefined) return known;
  const posts = world.posts[index];
  if (posts === undefined) {
    throw new BadInputError(`Invalid account index: 0 to ${world.posts.length - 1} is allowed, got ${index}`);
  }
  const habit = world.options.habits[index] ?? makeHabit(world.seed, index);
  let calendar: Calendar | null = null;
  const resident: Resident = {
    index,
    posts,
    habit,
    // Created on first use: listing a million accounts needs none.
    get calendar() {
      calendar ??= makeCalendar(world.seed, index, habit, world.start, world.end);
      return calendar;
    },
  };
  evictResidents(world);
  world.residents.set(index, resident);
  return resident;
}

/** Returns when a post was posted; a higher slot is later. */
export function createdAt(world: World, resident: Resident, slot: number): number {
  const { calendar, posts } = resident;
  // Each post gets an equal part of the weight, without its last fifth, so that no two share an instant.
  const jitter = 0.8 * unit(world.seed, resident.index, slot, purpose.instant);
  const position = ((slot + jitter) / posts) * calendar.weight;
  const even = Math.max(world.start, Math.min(world.end, instantAt(calendar, position)));
  return Math.floor(bend(world.seed, even, world.start, world.end));
}

/** Counts the account's posts before an instant. */
export function postsBefore(world: World, resident: Resident, instant: number): number {
  const { calendar, posts } = resident;
  if (posts === 0 || instant <= world.start) return 0;
  const even = unbend(world.seed, Math.min(instant, world.end), world.start, world.end);
  const guess = Math.floor((positionAt(calendar, even) / calendar.weight) * posts);
  let count = Math.min(posts, Math.max(0, guess));
  while (count > 0 && createdAt(world, resident, count - 1) >= instant) count -= 1;
  while (count < posts && createdAt(world, resident, count) < instant) count += 1;
  return count;
}

/** Distributes whole posts in proportion to the weights; they add up to exactly the total. */
function sharePosts({ users, posts, habits }: Required<SyntheticOptions>): Uint32Array {
  const weightOf = (index: number) => habits[index]?.weight ?? defaultWeight(index);
  let total = 0;
  for (let index = 0; index < users; index += 1) total += weightOf(index);
  const shares = new Uint32Array(users);
  let weight = 0;
  let given = 0;
  for (let index = 0; index < users; index += 1) {
    weight += weightOf(index);
    const upTo = index === users - 1 ? posts : Math.min(posts, Math.round((weight / total) * posts));
    shares[index] = upTo - given;
    given = upTo;
  }
  return shares;
}

function evictResidents(world: World): void {
  if (world.residents.size < residentsKept) return;
  let surplus = residentsKept / 2;
  for (const index of world.residents.keys()) {
    // Keeps the first accounts: they get the most replies.
    if (index >= 100) {
      world.residents.delete(index);
      surplus -= 1;
    }
    if (surplus === 0) return;
  }
}
