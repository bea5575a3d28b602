import { dayMs } from '../../shared/instant.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { followingAt } from './followers.ts';
import { regionOf } from './habit.ts';
import { idEpoch } from './options.ts';
import { dice, hash, pick, purpose } from './random.ts';
import { type Resident, residentOf, type World } from './world.ts';

const namesPerRegion = 64;
const regionCount = 16;

/** The account's handle without @, unique: given in its habit, or made of the names of its region. */
export function handleOf(world: World, index: number): string {
  const given = world.options.habits[index]?.persona;
  if (given !== undefined) return given.handle;
  const { first, last, number } = nameOf(world, index);
  return `${first}_${last}${number}`.toLowerCase();
}

/** Who wrote the account's posts. */
export function authorOf(world: World, index: number): AuthorRef {
  return {
    platformId: platformIdOf(world, index),
    handle: handleOf(world, index),
    displayName: displayNameOf(world, index),
    avatarUrl: null,
  };
}

/** The account as its platform would describe it at the end of the history. */
export function profileOf(world: World, resident: Resident): AccountProfile {
  const { index, habit, posts } = resident;
  const joinedBefore = hash(world.seed, index, 2, purpose.profile) / 0x1_0000_0000;
  return {
    platform: 'X',
    platformId: platformIdOf(world, index),
    handle: handleOf(world, index),
    displayName: displayNameOf(world, index),
    description: habit.persona?.description ?? describe(world, index),
    avatarUrl: null,
    verified: habit.persona?.verified ?? habit.followers > 50_000,
    protected: false,
    joinedAt: Math.floor(world.start - joinedBefore * Math.min(9 * 365 * dayMs, world.start - idEpoch)),
    followers: habit.followers,
    following: followingAt(world, resident, 1),
    reportedPosts: posts,
    observedAt: world.end,
  };
}

/**
 * Another seed or other habits give other ids, so that the demo's three accounts are never accounts of a seeded store.
 * The ids are below the largest exact number, and above the ids of users from before snowflakes.
 */
function platformIdOf({ seed, options }: World, index: number): string {
  const given = options.habits[index]?.persona?.platformId;
  if (given !== undefined) return given;
  const life = hash(seed, options.habits.length, 4, purpose.profile) % 1_000_000;
  return String((4_200_000 + life) * 1_000_000_000 + index);
}

function displayNameOf(world: World, index: number): string {
  const given = world.options.habits[index]?.persona;
  if (given !== undefined) return given.displayName;
  const { first, last } = nameOf(world, index);
  return `${first} ${last}`;
}

/**
 * Each of the 16 regions has 64 names. The first 1,024 accounts are a permutation of these, and each further 1,024
 * accounts raise the number after the name, so that no two names are equal.
 */
function nameOf(world: World, index: number): { first: string; last: string; number: number } {
  const region = regionOf(index);
  const place = Math.floor(index / regionCount);
  const name =
    ((place % namesPerRegion) * 37 + (hash(world.seed, index % regionCount, 0, purpose.profile) % 64)) % 64;
  const round = Math.floor(place / namesPerRegion);
  const base = 10 + (hash(world.seed, (index % regionCount) * 64 + name, 1, purpose.profile) % 90);
  return {
    first: region.first.split(' ')[name % 8] as string, // safe: each region has eight
    last: region.last.split(' ')[Math.floor(name / 8)] as string, // safe: likewise, and name < 64
    number: base + round,
  };
}

const openings = ['Mostly', 'Notes on', 'Here for', 'Daydreaming about', 'Talks about', 'Too much'];
const endings = [
  'and long walks',
  'and bad puns',
  'before breakfast',
  'and my two cats',
  'since 2012',
  'after dark',
];

function describe(world: World, index: number): string {
  const roll = dice(hash(world.seed, index, 3, purpose.profile));
  const { habit } = residentOf(world, index);
  const about = `${habit.themes[0]}, ${habit.themes[1] ?? 'life'}`;
  return `${pick(roll, openings)} ${about} ${pick(roll, endings)}. ${regionOf(index).city}.`;
}
