import type { TransactionSql } from 'postgres';
import { followLinks, type Link } from './thread-links.ts';
import { uuidArray } from './stored.ts';

/*
 * Maintains `root_id` and `depth` of `known_posts`: the topmost known ancestor of each post, and the number of steps
 * below it. The caller holds the lock of the phase.
 *
 * A tree is all rows with one `root_id`. When the parent of its root is known, the tree is attached there by one update
 * of its rows, so a late parent costs the size of its subtree. Parents in bad data may form a ring. Then the post with
 * the smallest id of the ring counts as one without a known parent, whatever came first: its row has a known parent,
 * but is a root.
 */

/** A post and the one that it replies to. */
export type Threaded = { readonly postId: string; readonly parentId: string | null };

/** A transaction's changes to `known_posts`. The rows are already written, except `root_id` and `depth`. */
export type ThreadChanges = {
  /** New posts, so far roots at depth 0. */
  readonly added: readonly Threaded[];
  /** Posts whose parent changed, still with their old `root_id` and `depth`. */
  readonly moved: readonly Threaded[];
  /** Keys of posts whose rows are deleted. */
  readonly removed: readonly string[];
};

/** What the registry knows around posts that are about to be inserted. */
export type Around = {
  /** Keys of posts that already have a row. */
  readonly known: ReadonlySet<string>;
  /** The places of those posts, and of the parents of the others. */
  readonly stored: ReadonlyMap<string, Link>;
  /** Roots that reply to the new posts. */
  readonly waiting: readonly Threaded[];
};

/** Keys of posts and of their parents, each once: most replies in an import answer a post of the same batch. */
export const idsAround = (posts: readonly Threaded[]): readonly string[] => [
  ...new Set(posts.flatMap(({ postId, parentId }) => (parentId === null ? [postId] : [postId, parentId]))),
];

/** Reads what the registry knows around posts that are about to be inserted. */
export async function lookAround(tx: TransactionSql, posts: readonly Threaded[]): Promise<Around> {
  const ids = posts.map(({ postId }) => postId);
  const [stored, waiting] = await Promise.all([findPlaces(tx, idsAround(posts)), findWaiting(tx, ids)]);
  return { known: new Set(ids.filter((id) => stored.has(id))), stored, waiting };
}

/**
 * Returns the places of posts that are about to be inserted, except roots at depth 0, and moves known posts that waited
 * for them: each row is written once, in its final place. Posts that are already known stay. Nothing is written about
 * new posts.
 */
export async function placeThreads(
  tx: TransactionSql,
  posts: readonly Threaded[],
  { known, stored, waiting }: Around,
): Promise<ReadonlyMap<string, Link>> {
  const fresh = new Set(posts.flatMap(({ postId }) => (known.has(postId) ? [] : [postId])));
  const tops = new RootParents(posts.filter(({ postId }) => fresh.has(postId)));
  for (const each of waiting) if (fresh.has(each.parentId ?? '')) tops.add(each);
  return attach(tx, tops, { fresh, stored });
}

/** Updates `root_id` and `depth` of all posts after these changes. */
export async function settleThreads(
  tx: TransactionSql,
  { added, moved, removed }: ThreadChanges,
): Promise<void> {
  const torn = [...(await findChildren(tx, removed)), ...(await findMovedInner(tx, moved))];
  await splitOff(
    tx,
    torn.map(({ postId }) => postId),
  );
  const tops = new RootParents([...added, ...moved]);
  const ids = added.map(({ postId }) => postId);
  for (const waiting of await findWaiting(tx, ids)) tops.add(waiting);
  // A torn ring is no ring: the root where it was cut gets its parent back.
  for (const root of await findRoots(tx, torn)) tops.add(root);
  await attach(tx, tops);
}

/** Roots of trees by id, with the parents to attach them to. */
class RootParents extends Map<string, string> {
  constructor(posts: readonly Threaded[]) {
    super();
    for (const post of posts) this.add(post);
  }

  /** A post that replies to itself has no known parent. */
  add({ postId, parentId }: Threaded): void {
    if (parentId !== null && parentId !== postId) this.set(postId, parentId);
  }
}

/** What is known before trees are attached. */
type Before = {
  /** Posts without a row so far. */
  readonly fresh: ReadonlySet<string>;
  /** The places of all other replied-to posts that have a row; null: to be looked up. */
  readonly stored: ReadonlyMap<string, Link> | null;
};

const nothing: Before = { fresh: new Set(), stored: null };

/**
 * Attaches trees to the known parents of their roots, and returns the new places of the roots. Updates the rows of
 * posts that have one.
 */
async function attach(
  tx: TransactionSql,
  tops: RootParents,
  before = nothing,
): Promise<ReadonlyMap<string, Link>> {
  if (tops.size === 0) return new Map();
  const { fresh } = before;
  let followed = followLinks(await findLinks(tx, tops, before));
  if (followed.rings.length > 0) {
    await cutRings(tx, tops, followed.rings);
    // Cutting a ring inside a tree changed the places of others.
    followed = followLinks(await findLinks(tx, tops, { fresh, stored: null }));
  }
  await moveTrees(
    tx,
    [...followed.places].filter(([top]) => !fresh.has(top)),
  );
  return followed.places;
}

/** The tree and depth at which each root belongs. */
async function findLinks(
  tx: TransactionSql,
  tops: RootParents,
  { fresh, stored }: Before,
): Promise<ReadonlyMap<string, Link>> {
  const lookUp = () =>
    findPlaces(
      tx,
      [...new Set(tops.values())].filter((id) => !fresh.has(id)),
    );
  const places = stored ?? (await lookUp());
  const links = new Map<string, Link>();
  for (const [top, parent] of tops) {
    const place = fresh.has(parent) ? { root: parent, depth: 0 } : places.get(parent);
    if (place !== undefined) links.set(top, { root: place.root, depth: place.depth + 1 });
  }
  return links;
}

/** Cuts each ring at its smallest id, which may be a root or a post between two roots. */
async function cutRings(
  tx: TransactionSql,
  tops: RootParents,
  rings: readonly (readonly string[])[],
): Promise<void> {
  const parents = rings.map((ring) => ring.map((top) => tops.get(top) ?? top));
  const inner = await findSmallestInner(tx, parents);
  const within: string[] = [];
  for (const [at, ring] of rings.entries()) {
    const smallestTop = ring.reduce((a, b) => (a < b ? a : b));
    const smallestInner = inner.get(at);
    if (smallestInner !== undefined && smallestInner < smallestTop) within.push(smallestInner);
    else tops.delete(smallestTop);
  }
  await splitOff(tx, within);
}

/** Roots that reply to new posts. One probe of known_posts_parent per post. */
async function findWaiting(tx: TransactionSql, added: readonly string[]): Promise<readonly Threaded[]> {
  if (added.length === 0) return [];
  return tx.unsafe<Threaded[]>(
    `select post_id as "postId", parent_id as "parentId" from known_posts
     where parent_id = any($1::uuid[]) and depth = 0`,
    [uuidArray(added)],
    { prepare: true },
  );
}

/** A post below a root, and that root. */
type InnerPost = { readonly postId: string; readonly rootId: string };

async function findChildren(tx: TransactionSql, removed: readonly string[]): Promise<readonly InnerPost[]> {
  if (removed.length === 0) return [];
  return tx.unsafe<InnerPost[]>(
    `select post_id as "postId", root_id as "rootId" from known_posts
     where parent_id = any($1::uuid[]) and depth > 0`,
    [uuidArray(removed)],
  );
}

/** The moved posts that were not roots. */
async function findMovedInner(tx: TransactionSql, moved: readonly Threaded[]): Promise<readonly InnerPost[]> {
  if (moved.length === 0) return [];
  return tx.unsafe<InnerPost[]>(
    `select post_id as "postId", root_id as "rootId" from known_posts
     where post_id = any($1::uuid[]) and depth > 0`,
    [uuidArray(moved.map(({ postId }) => postId))],
  );
}

/** The roots of trees from which posts were removed, when they still exist and have a parent. */
async function findRoots(tx: TransactionSql, torn: readonly InnerPost[]): Promise<readonly Threaded[]> {
  if (torn.length === 0) return [];
  const ids = new Set(torn.map(({ rootId }) => rootId));
  return tx.unsafe<Threaded[]>(
    `select post_id as "postId", parent_id as "parentId" from known_posts
     where post_id = any($1::uuid[]) and depth = 0 and parent_id is not null`,
    [uuidArray([...ids])],
  );
}

async function findPlaces(tx: TransactionSql, ids: readonly string[]): Promise<ReadonlyMap<string, Link>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.unsafe<(Link & { id: string })[]>(
    `select post_id as id, root_id as root, depth from known_posts where post_id = any($1::uuid[])`,
    [uuidArray(ids)],
    { prepare: true },
  );
  return new Map(rows.map(({ id, root, depth }) => [id, { root, depth }]));
}

/**
 * The smallest id on the paths from these posts up to their roots, roots excluded; by list index. None for a list of
 * roots only.
 */
async function findSmallestInner(
  tx: TransactionSql,
  lists: readonly (readonly string[])[],
): Promise<ReadonlyMap<number, string>> {
  const starts = lists.flatMap((list, at) => list.map((id) => ({ id, at })));
  if (starts.length === 0) return new Map();
  const rows = await tx.unsafe<{ at: number; id: string }[]>(
    `with recursive inner_posts as (
       select s.at, k.post_id, k.parent_id, k.depth
       from unnest($1::uuid[], $2::int[]) as s (id, at) join known_posts k on k.post_id = s.id where k.depth > 0
       union
       select i.at, k.post_id, k.parent_id, k.depth
       from inner_posts i, lateral (select * from known_posts where post_id = i.parent_id offset 0) k
       where i.depth > 1
     )
     select distinct on (at) at, post_id as id from inner_posts order by at, post_id`,
    [uuidArray(starts.map(({ id }) => id)), `{${starts.map(({ at }) => at).join(',')}}`],
  );
  return new Map(rows.map(({ at, id }) => [at, id]));
}

/**
 * Makes posts into roots, each with its subtree down to the next such post. Two statements: the first makes the roots,
 * since links at depth 0 are not followed. The second takes one step for each level of the deepest tree. Excluding the
 * roots by id instead compared each post with all of them, for minutes. `<> 0` keeps the planner from
 * known_posts_thread, which it believes to be empty before these posts are attached.
 */
async function splitOff(tx: TransactionSql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const tops = uuidArray(ids);
  await tx.unsafe(`update known_posts set root_id = post_id, depth = 0 where post_id = any($1::uuid[])`, [
    tops,
  ]);
  await byIndexes(
    tx,
    `with recursive split as (
       select null::tid as row, id as post_id, id as root_id, 0 as depth from unnest($1::uuid[]) as tops (id)
       union all
       select k.row, k.post_id, s.root_id, s.depth + 1 from split s, lateral (
         select ctid as row, post_id from known_posts where parent_id = s.post_id and depth <> 0 offset 0
       ) k
     )
     update known_posts k set root_id = s.root_id, depth = s.depth from split s
     where k.ctid = s.row`,
    [tops],
  );
}

/** Moves trees below others: first the descendants of their roots (known_posts_thread), then the roots. */
async function moveTrees(
  tx: TransactionSql,
  moves: readonly (readonly [top: string, place: Link])[],
): Promise<void> {
  if (moves.length === 0) return;
  const parameters = [
    uuidArray(moves.map(([top]) => top)),
    uuidArray(moves.map(([, { root }]) => root)),
    `{${moves.map(([, { depth }]) => depth).join(',')}}`,
  ];
  const move = (rows: string) =>
    byIndexes(
      tx,
      `update known_posts k set root_id = m.root_id, depth = k.depth + m.depth
       from unnest($1::uuid[], $2::uuid[], $3::int[]) as m (top, root_id, depth),
         lateral (select ctid as row from known_posts where ${rows} offset 0) found
       where k.ctid = found.row`,
      parameters,
    );
  await move('root_id = m.top and depth > 0');
  await move('post_id = m.top');
}

/**
 * Runs a statement that finds rows by an index, one by one, and writes them by their position (ctid). Its cost depends
 * on what it finds. With the planner's choice of joins it read the whole table at each of 10,000 levels (47 s instead
 * of 1 s). A row keeps its position until the end of the statement, since the caller holds the lock.
 */
async function byIndexes(
  tx: TransactionSql,
  statement: string,
  parameters: readonly string[],
): Promise<void> {
  await Promise.all([
    tx.unsafe('set local enable_seqscan = off').simple(),
    tx.unsafe(statement, [...parameters]),
    tx.unsafe('set local enable_seqscan to default').simple(),
  ]);
}
