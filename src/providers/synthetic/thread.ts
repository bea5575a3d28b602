import { hourMs } from '../../shared/instant.ts';
import type { PostKind } from '../../shared/post.ts';
import { purpose, unit } from './random.ts';
import { createdAt, postsBefore, type Resident, residentOf, type World } from './world.ts';

/** Refers to a post by its account's index and its slot. */
export type PostRef = { readonly account: number; readonly slot: number };

/** What a post is and what it refers to. */
export type Role = {
  readonly kind: Exclude<PostKind, 'MESSAGE'>;
  /** The post that it replies to, reposts or quotes. */
  readonly target: PostRef | null;
  /** Replies between it and the root of its thread. */
  readonly depth: number;
  readonly root: PostRef;
};

/** Replies below a thread's root; the reply that would be one deeper starts a new thread. */
const maxDepth = 12;

/** How long a pair of accounts keeps answering each other before they change partners. */
const pairingMs = 14 * 24 * hourMs;
const ownThreadMs = 12 * hourMs;
const answerMs = 72 * hourMs;
const sharingMs = 7 * 24 * hourMs;

/** Computes the role of a post from the plan alone: no text is made for it, and no other post. */
export function roleOf(world: World, ref: PostRef): Role {
  const kind = plannedKind(world, ref);
  if (kind === 'REPLY') return replyRole(world, ref);
  const target = kind === 'ORIGINAL' ? null : somethingToShare(world, ref);
  return { kind: target === null ? 'ORIGINAL' : kind, target, depth: 0, root: ref };
}

/**
 * Planned replies form chains of any length; each link's distance from the chain's start, modulo 13, is its
 * depth, so every thirteenth link becomes a root and no thread is deeper than 12.
 */
function replyRole(world: World, ref: PostRef): Role {
  const chain = [ref];
  for (let parent = plannedParent(world, ref); parent !== null; ) {
    chain.push(parent);
    parent = plannedParent(world, parent);
  }
  const depth = (chain.length - 1) % (maxDepth + 1);
  const target = depth === 0 ? null : (chain[1] ?? null);
  return { kind: target === null ? 'ORIGINAL' : 'REPLY', target, depth, root: chain[depth] ?? ref };
}

/** The kind that is planned for the post; it becomes an original when there is nothing to refer to. */
function plannedKind(world: World, { account, slot }: PostRef): Role['kind'] {
  const { habit } = residentOf(world, account);
  const u = unit(world.seed, account, slot, purpose.kind);
  if (u < habit.repost) return 'REPOST';
  if (u < habit.repost + habit.quote) return 'QUOTE';
  const among = (u - habit.repost - habit.quote) / (1 - habit.repost - habit.quote);
  return among < replyRate(world, account, slot) ? 'REPLY' : 'ORIGINAL';
}

/** In a pair's lively time, most of their posts are replies to each other. */
function replyRate(world: World, account: number, slot: number): number {
  const resident = residentOf(world, account);
  const { reply } = resident.habit;
  return isLively(world, resident, createdAt(world, resident, slot)) ? Math.min(0.95, reply * 4) : reply;
}

/**
 * Whether the account is in a lively conversation with its partner. Accounts that mostly continue their own threads
 * never are.
 */
function isLively(world: World, { index, habit }: Resident, instant: number): boolean {
  const era = Math.floor(instant / pairingMs);
  const partner = partnerIn(world, index, era);
  if (partner === null || habit.ownThread > 0.5) return false;
  if (residentOf(world, partner).habit.ownThread > 0.5) return false;
  return unit(world.seed, Math.min(index, partner), era, purpose.lively) < 0.3;
}

function plannedParent(world: World, ref: PostRef): PostRef | null {
  if (plannedKind(world, ref) !== 'REPLY') return null;
  const resident = residentOf(world, ref.account);
  const at = createdAt(world, resident, ref.slot);
  const own = unit(world.seed, ref.account, ref.slot, purpose.own) < resident.habit.ownThread;
  if (own && !isLively(world, resident, at)) return latestPost(world, resident, ref.slot, at - ownThreadMs);
  const era = Math.floor(at / pairingMs);
  return (
    latestPostOf(world, partnerIn(world, ref.account, era), at, answerMs) ??
    latestPostOf(world, someoneKnown(world, ref, 0), at, answerMs) ??
    latestPost(world, resident, ref.slot, at - ownThreadMs)
  );
}

function somethingToShare(world: World, ref: PostRef): PostRef | null {
  const at = createdAt(world, residentOf(world, ref.account), ref.slot);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const found = latestPostOf(world, someoneKnown(world, ref, attempt), at, sharingMs);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Returns the partner of an account. Pairs are within groups of eight accounts that post about equally often, and
 * symmetric, so that their replies alternate.
 */
function partnerIn(world: World, account: number, era: number): number | null {
  const mask = 1 + Math.floor(unit(world.seed, Math.floor(account / 8), era, purpose.partner) * 7);
  for (const candidate of [account ^ mask, account ^ 1]) if (candidate < world.posts.length) return candidate;
  return null;
}

/** Draws another account, active ones likelier; null when the account itself is drawn. */
function someoneKnown(world: World, { account, slot }: PostRef, attempt: number): number | null {
  const u = unit(world.seed, account, slot * 4 + attempt, purpose.fan);
  const index = Math.floor(u * u * u * world.posts.length);
  return index === account ? null : index;
}

function latestPostOf(world: World, account: number | null, before: number, within: number): PostRef | null {
  if (account === null) return null;
  const resident = residentOf(world, account);
  return latestPost(world, resident, postsBefore(world, resident, before), before - within);
}

/** Returns the account's last post before that slot that is not a repost; null when it is older than `since`. */
function latestPost(world: World, resident: Resident, before: number, since: number): PostRef | null {
  for (let slot = before - 1; slot >= Math.max(0, before - 4); slot -= 1) {
    if (createdAt(world, resident, slot) < since) return null;
    const ref = { account: resident.index, slot };
    if (plannedKind(world, ref) !== 'REPOST') return ref;
  }
  return null;
}
