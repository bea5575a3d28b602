import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost, Page } from '../../shared/post.ts';
import { type FollowerSnapshot, followerSnapshots, growthOf } from './followers.ts';
import type { Habit } from './habit.ts';
import type { SyntheticOptions } from './options.ts';
import { profileOf } from './persona.ts';
import { makePost, type Writer } from './post.ts';
import type { Language } from './text/phrasebook.ts';
import { residentOf, type World, worldOf } from './world.ts';

/** A made-up user. */
type SyntheticAccount = {
  /** Its place in the order, from 0: what the other functions ask for. */
  readonly index: number;
  readonly profile: AccountProfile;
  readonly posts: number;
  /** IANA name of the zone that it lives in. */
  readonly timeZone: string;
  readonly languages: readonly Language[];
};

type PageRequest = {
  /** The cursor of the page to go on after; from the start by default. */
  readonly cursor?: string | null;
  /** Posts in a page, 1 to 10,000; default 500. The last page may have fewer. */
  readonly pageSize?: number;
};

/** The accounts in order, those with the most posts first; given habits come before made-up ones. */
export function syntheticAccounts(options: SyntheticOptions): readonly SyntheticAccount[] {
  const world = worldOf(options);
  return Array.from(world.posts, (_, index) => accountOf(world, index));
}

/**
 * One account's posts, oldest first. There is always at least one page, so that the account itself arrives:
 * an empty one where no posts are left. Only the page is in memory, whatever the number of posts.
 */
export function* accountPages(
  options: SyntheticOptions,
  accountIndex: number,
  { cursor = null, pageSize = 500 }: PageRequest = {},
): Generator<Page, void, undefined> {
  const world = worldOf(options);
  const resident = residentOf(world, accountIndex);
  const account = profileOf(world, resident);
  const { platformId, handle, displayName, avatarUrl } = account;
  const writer: Writer = {
    resident,
    author: { platformId, handle, displayName, avatarUrl },
    growth: growthOf(world, accountIndex),
  };
  const total = resident.posts;
  let next = slotAfter(cursor, total);
  requirePageSize(pageSize);
  do {
    const until = Math.min(total, next + pageSize);
    const posts: NormalisedPost[] = [];
    for (let slot = next; slot < until; slot += 1) posts.push(makePost(world, writer, slot));
    next = until;
    yield { account, posts, rejected: [], cursor: String(next), total };
  } while (next < total);
}

/** Daily snapshots of an account's figures over the history, oldest first, the last at `endingAt`. */
export function followerHistory(
  options: SyntheticOptions,
  accountIndex: number,
): readonly FollowerSnapshot[] {
  return followerSnapshots(worldOf(options), accountIndex);
}

function accountOf(world: World, index: number): SyntheticAccount {
  const resident = residentOf(world, index);
  const { habit, posts }: { habit: Habit; posts: number } = resident;
  const profile = profileOf(world, resident);
  return { index, profile, posts, timeZone: habit.zone.zone, languages: habit.languages };
}

/** A cursor is the number of posts delivered so far. */
function slotAfter(cursor: string | null, total: number): number {
  if (cursor === null) return 0;
  const slot = /^\d{1,10}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (slot <= total) return slot;
  throw new BadInputError(`Invalid cursor: one that a page of this account gave is needed, got ${cursor}`);
}

function requirePageSize(pageSize: number): void {
  if (Number.isSafeInteger(pageSize) && pageSize >= 1 && pageSize <= 10_000) return;
  throw new BadInputError(`Invalid pageSize: a whole number from 1 to 10000 is allowed, got ${pageSize}`);
}
