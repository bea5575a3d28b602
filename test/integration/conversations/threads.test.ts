import fc from 'fast-check';
import type { TransactionSql } from 'postgres';
import { expect, test } from 'vitest';
import { lookAround, placeThreads, settleThreads, type Threaded } from '../../../src/ingest/write/threads.ts';
import { xKey } from '../../../src/shared/post-key.ts';
import { openStore } from '../../support/store.ts';
import { plainPlaces } from '../../support/threads.ts';

const db = await openStore();
const key = (id: number) => xKey(String(id));

type Parents = Map<string, string | null>;
type Step = { readonly add: Parents; readonly move: Parents; readonly remove: readonly string[] };

/** The last phase of a write, in its order: posts are added, then others are removed or moved; `known` follows. */
async function take(tx: TransactionSql, known: Parents, { add, move, remove }: Step): Promise<void> {
  await insert(tx, threaded([...add]));
  for (const [id, parent] of add) if (!known.has(id)) known.set(id, parent);
  const removed = remove.filter((id) => known.delete(id));
  const moved = threaded([...move].filter(([id]) => known.has(id)));
  await tx`delete from known_posts where post_id = any(${removed}::uuid[])`;
  for (const { postId, parentId } of moved) {
    await tx`update known_posts set parent_id = ${parentId} where post_id = ${postId}`;
    known.set(postId, parentId);
  }
  await settleThreads(tx, { added: [], moved, removed });
}

/** Inserts posts at their places, except known ones. */
async function insert(tx: TransactionSql, posts: readonly Threaded[]): Promise<void> {
  const around = await lookAround(tx, posts);
  const { known } = around;
  const places = await placeThreads(tx, posts, around);
  for (const { postId, parentId } of posts) {
    if (known.has(postId)) continue;
    const { root, depth } = places.get(postId) ?? { root: postId, depth: 0 };
    await tx`insert into known_posts values (${postId}, 1, true, ${parentId}, ${root}, ${depth})`;
  }
}

const threaded = (posts: readonly (readonly [string, string | null])[]) =>
  posts.map(([postId, parentId]) => ({ postId, parentId }));

async function stored(tx: TransactionSql) {
  const rows = await tx<{ id: string; root: string; depth: number }[]>`
    select post_id as id, root_id as root, depth from known_posts`;
  return new Map(rows.map(({ id, root, depth }) => [id, { root, depth }]));
}

/** Runs in a transaction that is rolled back. */
async function tried(work: (tx: TransactionSql) => Promise<void>): Promise<void> {
  const done = new Error('done');
  await db.sql
    .begin(async (tx) => {
      await work(tx);
      throw done;
    })
    .catch((error: unknown) => {
      if (error !== done) throw error;
    });
}

/** Posts with arbitrary parents, including themselves and their own replies. */
const largest = 14;
const id = fc.integer({ min: 1, max: largest }).map(key);
const parent = fc.option(fc.integer({ min: 1, max: largest + 2 }).map(key), { nil: null, freq: 6 });
const parents = (maxLength: number) =>
  fc.array(fc.tuple(id, parent), { maxLength }).map((pairs) => new Map(pairs));
const step = fc.record({
  add: parents(8),
  move: fc.oneof({ weight: 2, arbitrary: parents(0) }, parents(3)),
  remove: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.uniqueArray(id, { maxLength: 3 })),
});

test('places equal those of a plain walk to the root, whatever is added, removed or moved, also with cycles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), (steps) =>
      tried(async (tx) => {
        const known: Parents = new Map();
        for (const each of steps) {
          await take(tx, known, each);
          expect(await stored(tx)).toEqual(plainPlaces(known));
        }
      }),
    ),
    { numRuns: 300 },
  );
}, 120_000);

/** Sets the statistics to what they are after many rolled back changes: the table has pages, and no rows. */
async function analyzeEmpty(): Promise<void> {
  await tried(async (tx) => {
    await tx`insert into known_posts
      select post, 1, true, null, post, 0
      from (select lpad(to_hex(n), 32, '0')::uuid as post from generate_series(1, 20000) n) many`;
  });
  await db.sql`analyze known_posts`;
}

test('a chain of 10,000 posts and a root with 100,000 replies are added, moved and removed in a few statements', async () => {
  await analyzeEmpty();
  await tried(async (tx) => {
    const long = 10_000;
    const wide = 100_000;
    // The chain is below the last reply of the wide tree, whose root is added last.
    await tx`insert into known_posts
      select post, 1, true, lead(post) over (order by n), post, 0
      from (select n, lpad(to_hex(n), 32, '0')::uuid as post from generate_series(1, ${long}::int) n) chain`;
    await tx`insert into known_posts
      select lpad(to_hex(n), 32, '0')::uuid, 1, true, lpad(to_hex(1000000), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, 0
      from generate_series(${long + 1}::int, ${long + wide}::int) n`;
    await tx`update known_posts set parent_id = ${key(long + wide)} where post_id = ${key(long)}`;
    await tx`insert into known_posts values (${key(1_000_000)}, 1, true, null, ${key(1_000_000)}, 0)`;
    const added = await tx<{ postId: string; parentId: string | null }[]>`
      select post_id as "postId", parent_id as "parentId" from known_posts`;
    const total = long + wide + 1;
    const deepest = () =>
      tx`select count(*)::int as posts, max(depth) as depth, count(distinct root_id)::int as trees from known_posts`;

    await settleThreads(tx, { added, moved: [], removed: [] });
    expect([...(await deepest())]).toEqual([{ posts: total, depth: long + 1, trees: 1 }]);
    // The chain without its top, and the wide tree without its root.
    await tx`delete from known_posts where post_id = any(${[key(long), key(1_000_000)]}::uuid[])`;
    await settleThreads(tx, { added: [], moved: [], removed: [key(long), key(1_000_000)] });
    expect([...(await deepest())]).toEqual([{ posts: total - 2, depth: long - 2, trees: wide + 1 }]);
    // The root is added again: the posts that waited for it move, the chain stays.
    await tx`insert into known_posts values (${key(1_000_000)}, 1, true, null, ${key(1_000_000)}, 0)`;
    await settleThreads(tx, {
      added: [{ postId: key(1_000_000), parentId: null }],
      moved: [],
      removed: [],
    });
    expect([...(await deepest())]).toEqual([{ posts: total - 1, depth: long - 2, trees: 2 }]);
  });
}, 120_000);
