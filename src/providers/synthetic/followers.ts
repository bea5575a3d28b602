import { dayMs } from '../../shared/instant.ts';
import { dice, hash, purpose } from './random.ts';
import { postsBefore, type Resident, residentOf, type World } from './world.ts';

/** An account's figures at an instant, as its platform would have reported them. */
export type FollowerSnapshot = {
  readonly observedAt: number;
  readonly followers: number;
  readonly following: number;
  /** Its posts so far. */
  readonly posts: number;
};

/** How followers grew: steadily, and with jumps on days when something was widely shared. */
export type Growth = {
  /** Share of the final followers at the start of the history. */
  readonly initial: number;
  readonly jumps: readonly { readonly at: number; readonly share: number }[];
};

/** The growth of an account, the same for the same seed. */
export function growthOf(world: World, index: number): Growth {
  const roll = dice(hash(world.seed, index, 0, purpose.followers));
  const initial = 0.25 + 0.5 * roll();
  const first = { at: 0.15 + 0.35 * roll(), share: 0.1 + 0.2 * roll() };
  const second = { at: 0.55 + 0.35 * roll(), share: 0.1 + 0.2 * roll() };
  return { initial, jumps: roll() < 0.6 ? [first, second] : [first] };
}

/** The share of the final followers that an account had at an instant of the history, up to 1. */
export function followerShare(world: World, growth: Growth, instant: number): number {
  const x = Math.min(1, Math.max(0, (instant - world.start) / (world.end - world.start)));
  let steady = 1;
  let grown = 0;
  for (const jump of growth.jumps) {
    steady -= jump.share;
    // A jump takes about two days of a year.
    grown += jump.share * Math.min(1, Math.max(0, (x - jump.at) / 0.006));
  }
  return growth.initial + (1 - growth.initial) * (grown + steady * x);
}

/** Daily snapshots over the history, oldest first, the last at its end. */
export function followerSnapshots(world: World, index: number): readonly FollowerSnapshot[] {
  const resident = residentOf(world, index);
  const growth = growthOf(world, index);
  return Array.from({ length: world.options.days }, (_, n) => {
    const observedAt = world.end - (world.options.days - 1 - n) * dayMs;
    const share = followerShare(world, growth, observedAt);
    return {
      observedAt,
      followers: Math.round(resident.habit.followers * share),
      following: followingAt(world, resident, share),
      posts: postsBefore(world, resident, observedAt + 1),
    };
  });
}

/** How many accounts it follows itself, once it has that share of its followers. */
export function followingAt(world: World, resident: Resident, share: number): number {
  const atEnd = 40 + (hash(world.seed, resident.index, 1, purpose.followers) % 900);
  return Math.round(atEnd * (0.6 + 0.4 * share));
}
