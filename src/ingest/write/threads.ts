import type { TransactionSql } from 'postgres';
import { followLinks, type Link } from './thread-links.ts';
import { uuidArray } from './stored.ts';

/*
 * Keeps `root_id` and `depth` of `known_posts` right: of each post the topmost known post of its chain of parents, and
 * how many steps below that it stands. The caller holds the lock of the phase.
 *
 * A tree is all rows with one `root_id`. It hangs where its root's parent is known, and is moved by one update of its
 * rows: a late parent costs what hangs below it. Parents in bad data may form a ring. Then the post with the smallest id
 * of the ring counts as one whose parent is not known, whatever came first: its row has a parent that is known, and is a
 * root all the same.
 */

/** A post, and the one that it replies to. */
export type Threaded = { readonly postId: string; readonly parentId: string | null };

/** What a transaction changed in `known_posts`, whose rows say so by now, but for `root_id` and `depth`. */
export type ThreadChanges = {
  /** New posts: roots at depth 0 so far. */
  readonly added: readonly Threaded[];
  /** Posts that have another parent than before, and still the `root_id` and `depth` of then. */
  readonly moved: readonly Threaded[];
  /** Keys of posts whose rows are gone. */
  readonly removed: readonly string[];
};

/** What is known around posts that are about to be inserted. */
export type Around = {
  /** Keys of those of the posts that are known by now: they have a row already. */
  readonly known: ReadonlySet<string>;
  /** Where those stand, and what the others reply to. */
  readonly stored: ReadonlyMap<string, Link>;
  /** Posts that reply to them and hang nowhere so far. */
  readonly waiting: readonly Threaded[];
};

/** Keys of posts, and of what they reply to. Once each: most replies of an import answer a post of the same batch. */
export const idsAround = (posts: readonly Threaded[]): readonly string[] => [
  ...new Set(posts.flatMap(({ postId, parentId }) => (parentId === null ? [postId] : [postId, parentId]))),
];

/** Looks around posts that are about to be inserted. */
export async function lookAround(tx: TransactionSql, posts: readonly Threaded[]): Promise<Around> {
  const ids = posts.map(({ postId }) => postId);
  const [stored, waiting] = await Promise.all([findPlaces(tx, idsAround(posts)), findWaiting(tx, ids)]);
  return { known: new Set(ids.filter((id) => stored.has(id))), stored, waiting };
}

/**
 * Finds the places of posts that are about to be inserted, but for those that are roots at depth 0, and moves what waited
 * for them: each row is written once, where it belongs. Posts that are known already are left as they stand. Of posts
 * that are not known, and that nothing waited for, nothing is written here.
 */
export async function placeThreads(
  tx: TransactionSql,
  posts: readonly Threaded[],
  { known, stored, waiting }: Around,
): Promise<ReadonlyMap<string, Link>> {
  const fresh = new Set(posts.flatMap(({ postId }) => (known.has(postId) ? [] : [postId])));
  const tops = new Tops(posts.filter(({ postId }) => fresh.has(postId)));
  for (const each of waiting) if (fresh.has(each.parentId ?? '')) tops.add(each);
  return hang(tx, tops, { fresh, stored });
}

/** Brings `root_id` and `depth` of all posts up to these changes. */
export async function settleThreads(
  tx: TransactionSql,
  { added, moved, removed }: ThreadChanges,
): Promise<void> {
  const torn = [...(await findChildren(tx, removed)), ...(await findStood(tx, moved))];
  await splitOff(
    tx,
    torn.map(({ postId }) => postId),
  );
  const tops = new Tops([...added, ...moved]);
  const ids = added.map(({ postId }) => postId);
  for (const waiting of await findWaiting(tx, ids)) tops.add(waiting);
  // A ring that was torn is none any more: its root, where it was cut, hangs on its parent again.
  for (const root of await findRoots(tx, torn)) tops.add(root);
  await hang(tx, tops);
}

/** Roots of trees, by id, with the parents that they are to hang on. */
class Tops extends Map<string, string> {
  constructor(posts: readonly Threaded[]) {
    super();
    for (const post of posts) this.add(post);
  }

  /** A post that replies to itself is one without a known parent. */
  add({ postId, parentId }: Threaded): void {
    if (parentId !== null && parentId !== postId) this.set(postId, parentId);
  }
}

/** What is known before trees are hung. */
type Before = {
  /** Posts without a row so far. */
  readonly fresh: ReadonlySet<string>;
  /** Where all others stand that have a row and are replied to; null: that is to be looked up. */
  readonly stored: ReadonlyMap<string, Link> | null;
};

const nothing: Before = { fresh: new Set(), stored: null };

/**
 * Hangs trees on the posts that their roots reply to, of those that are known, and returns where the roots stand then.
 * Rows are written of those that have one.
 */
async function hang(tx: TransactionSql, tops: Tops, before = nothing): Promise<ReadonlyMap<string, Link>> {
  if (tops.size === 0) return new Map();
  const { fresh } = before;
  let followed = followLinks(await findLinks(tx, tops, before));
  if (followed.rings.length > 0) {
    await cutRings(tx, tops, followed.rings);
    // Cutting one within a tree has changed where others stand.
    followed = followLinks(await findLinks(tx, tops, { fresh, stored: null }));
  }
  await moveTrees(
    tx,
    [...followed.places].filter(([top]) => !fresh.has(top)),
  );
  return followed.places;
}

/** Which tree each root is to hang in, and how deep. */
async function findLinks(
  tx: TransactionSql,
  tops: Tops,
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

/** Cuts each ring at the smallest id in it, be that one of the roots or a post on the way from one to the next. */
async function cutRings(
  tx: TransactionSql,
  tops: Tops,
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

/** Known posts that reply to new ones and hang nowhere so far. One probe of known_posts_parent a post. */
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
type Stood = { readonly postId: string; readonly rootId: string };

async function findChildren(tx: TransactionSql, removed: readonly string[]): Promise<readonly Stood[]> {
  if (removed.length === 0) return [];
  return tx.unsafe<Stood[]>(
    `select post_id as "postId", root_id as "rootId" from known_posts
     where parent_id = any($1::uuid[]) and depth > 0`,
    [uuidArray(removed)],
  );
}

/** Of posts that have moved, those that were no roots. */
async function findStood(tx: TransactionSql, moved: readonly Threaded[]): Promise<readonly Stood[]> {
  if (moved.length === 0) return [];
  return tx.unsafe<Stood[]>(
    `select post_id as "postId", root_id as "rootId" from known_posts
     where post_id = any($1::uuid[]) and depth > 0`,
    [uuidArray(moved.map(({ postId }) => postId))],
  );
}

/** The roots of the trees that posts were torn off, of those that are still there and reply to something. */
async function findRoots(tx: TransactionSql, torn: readonly Stood[]): Promise<readonly Threaded[]> {
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
 * The smallest id among posts and those above them, without their trees' roots: of each list, by its index. None of a
 * list of roots alone.
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
 * Makes roots of posts that are none, of each with what hangs below it, up to the next of them. Two statements: the roots
 * first, since links that are cut (depth 0) are not followed. The second has as many steps as the deepest of these trees
 * has levels. To leave the roots out by their ids instead compared each post with all of them, for minutes. `<> 0` keeps
 * the planner from known_posts_thread, which it believes empty before these posts hang anywhere.
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

/** Moves trees below others: first what hangs below their roots (known_posts_thread), then the roots themselves. */
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
 * Runs a statement that looks rows up by an index, one by one, and writes them by their places (ctid). It costs what it
 * finds: with joins of the planner's choice it read the whole table at each of 10,000 levels (47 s, now a second). A row
 * keeps its place until the end of the statement, as the caller holds the lock.
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
