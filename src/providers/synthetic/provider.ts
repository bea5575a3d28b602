import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost, Page } from '../../shared/post.ts';
import { type FollowerSnapshot, followerSnapshots, growthOf } from './followers.ts';
import type { Habit } from './habit.ts';
import type { SyntheticOptions } from './options.ts';
import { profileOf } from './persona.ts';
import { makePost, type Writer } from './post.ts';
import type { Language } from './text/phrasebook.ts';
import { residentOf, type World, worldOf } from './world.ts';

/** A synthetic user. */
type SyntheticAccount = {
  /** Its index, from 0, which the other functions take. */
  readonly index: number;
  readonly profile: AccountProfile;
  readonly posts: number;
  /** IANA name of its time zone. */
  readonly timeZone: string;
  readonly languages: readonly Language[];
};

type PageRequest = {
  /** The cursor of the previous page; by default the first page. */
  readonly cursor?: string | null;
  /** Posts per page, 1 to 10,000; default 500. The last page may have fewer. */
  readonly pageSize?: number;
};

/** Lists the accounts, those with the most posts first; accounts with given habits come before generated ones. */
export function syntheticAccounts(options: SyntheticOptions): readonly SyntheticAccount[] {
  const world = worldOf(options);
  return Array.from(world.posts, (_, index) => accountOf(world, index));
}

/**
 * Yields an account's posts, oldest first. There is always at least one page, even an empty one, so that the account
 * itself is delivered. Only one page is in memory at a time.
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

/** Returns daily snapshots of an account's figures over the history, oldest first, the last at `endingAt`. */
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

/** A cursor is the number of posts that were delivered before it. */
function slotAfter(cursor: string | null, total: number): number {
  if (cursor === null) return 0;
  const slot = /^\d{1,10}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (slot <= total) return slot;
  throw new BadInputError(`Invalid cursor: the cursor of a page of this account is needed, got ${cursor}`);
}

function requirePageSize(pageSize: number): void {
  if (Number.isSafeInteger(pageSize) && pageSize >= 1 && pageSize <= 10_000) return;
  throw new BadInputError(`Invalid pageSize: a whole number from 1 to 10000 is allowed, got ${pageSize}`);
}
