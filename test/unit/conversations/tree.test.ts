import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readingOrder,
  readingRanks,
  structuralVirality,
  subtreeSizes,
} from '../../../src/conversations/tree/compute.ts';
import { pageOf, treeCursor } from '../../../src/conversations/tree/page.ts';
import { computeResponses } from '../../../src/conversations/tree/responses.ts';
import { idAt, placesOf } from '../../../src/conversations/chains/places.ts';
import { mostEngaging } from '../../../src/conversations/chains/viral.ts';
import { shapeOf } from '../../../src/conversations/shape.ts';
import { xKey } from '../../../src/shared/post-key.ts';

const virality = (parents: readonly number[]) => structuralVirality(subtreeSizes(Int32Array.from(parents)));

test.each<[string, readonly number[], number | null]>([
  ['a single post', [-1], null],
  ['a reply', [-1, 0], 1],
  ['two replies to the root', [-1, 0, 0], 4 / 3],
  ['a reply to a reply', [-1, 0, 1], 4 / 3],
  ['a thousand replies to the root', [-1, ...Array<number>(1_000).fill(0)], 2 - 2 / 1_001],
  ['a chain of a thousand', Array.from({ length: 1_000 }, (_, at) => at - 1), 1_001 / 3],
])('virality of %s', (_, parents, expected) => {
  if (expected === null) expect(virality(parents)).toBeNull();
  else expect(virality(parents)).toBeCloseTo(expected, 9);
});

test('virality of a million posts in one chain is a third of its length', () => {
  const parents = Int32Array.from({ length: 1_000_000 }, (_, at) => at - 1);
  expect(structuralVirality(subtreeSizes(parents))).toBeCloseTo(1_000_001 / 3, 3);
});

/** Trees of up to 30 posts, numbered by depth, then by id. */
const shape = fc.array(fc.nat(), { maxLength: 29 }).map((picks) => {
  const posts = [{ depth: 0, parent: -1 }];
  for (const pick of picks) {
    const parent = pick % posts.length;
    posts.push({ depth: (posts[parent]?.depth ?? 0) + 1, parent });
  }
  const order = posts
    .map((_, at) => at)
    .sort((a, b) => (posts[a]?.depth ?? 0) - (posts[b]?.depth ?? 0) || a - b);
  return Int32Array.from(order, (at) => order.indexOf(posts[at]?.parent ?? -1));
});

/** Depth-first, by recursion. */
function reading(parents: Int32Array, at = 0): readonly number[] {
  const replies = Array.from(parents.keys()).filter((reply) => parents[reply] === at);
  return [at, ...replies.flatMap((reply) => reading(parents, reply))];
}

const idOf = (at: number) => xKey(String(1_000 + 10 * at));

describe('a tree', () => {
  test('is read depth-first', () => {
    fc.assert(
      fc.property(shape, (parents) => {
        expect(Array.from(readingOrder(readingRanks(parents, subtreeSizes(parents))))).toEqual(
          reading(parents),
        );
      }),
    );
  });

  test('is paged in the same order by any page size, and the cursor of a deleted post keeps its place', () => {
    fc.assert(
      fc.property(shape, fc.constantFrom(1, 2, 7, 23), fc.nat(), (parents, limit, pick) => {
        const ids = Array.from(parents.keys(), idOf);
        const all = reading(parents).map(idOf);
        const pages: string[] = [];
        for (let after: string | null = null; ; ) {
          const page = pageOf({ ids, parents }, { limit, after, before: null, backwards: false });
          pages.push(...page.slice(0, limit).map(({ postId }) => postId));
          const last = page[limit - 1];
          if (page.length <= limit || last === undefined) break;
          after = treeCursor(last);
        }
        expect(pages).toEqual(all);
        // A reply that was added between two others and deleted again: the same posts follow its cursor as followed the
        // reply.
        const parent = pick % ids.length;
        const gone = { postId: xKey(String(1_005 + 10 * (pick % 37))), parentId: idOf(parent) };
        const rest = pageOf(
          { ids, parents },
          { limit: 200, after: treeCursor(gone), before: null, backwards: false },
        );
        const before = pageOf(
          { ids, parents },
          { limit: 200, after: null, before: treeCursor(gone), backwards: false },
        );
        expect([...before, ...rest].map(({ postId }) => postId)).toEqual(all);
        const siblings = rest.filter(({ parentId }) => parentId === gone.parentId);
        expect(siblings.every(({ postId }) => postId > gone.postId)).toBe(true);
      }),
    );
  });
});

test.each<[string, Parameters<typeof computeResponses>[0], ReturnType<typeof computeResponses>]>([
  ['a single post', written([-1], [1], [0]), { opening: 1, first: null, median: null }],
  ['an answer', written([-1, 0], [1, 2], [0, 60]), { opening: 1, first: 60, median: 60 }],
  [
    'a thread of three posts, answered at its second',
    written([-1, 0, 1, 1], [1, 1, 1, 2], [0, 10, 20, 70]),
    { opening: 3, first: 70, median: 60 },
  ],
  [
    'an answer that the author answers: a response, and no part of the opening',
    written([-1, 0, 1], [1, 2, 1], [0, 30, 40]),
    { opening: 1, first: 30, median: 20 },
  ],
  [
    'an answer of which only the day is known',
    written([-1, 0], [1, 2], [0, Number.NaN]),
    { opening: 1, first: null, median: null },
  ],
  ['an answer from before', written([-1, 0], [1, 2], [50, 20]), { opening: 1, first: null, median: null }],
  [
    'an even number of answers',
    written([-1, 0, 0], [1, 2, 3], [0, 10, 25]),
    { opening: 1, first: 10, median: 18 },
  ],
])('response times of %s', (_, given, expected) => {
  expect(computeResponses(given)).toEqual(expected);
});

function written(parents: readonly number[], authors: readonly number[], createdAt: readonly number[]) {
  return {
    parents: Int32Array.from(parents),
    authors: Int32Array.from(authors),
    createdAt: Float64Array.from(createdAt),
  };
}

test('posts in several parts are one tree', async () => {
  const list = (...places: readonly (number | null)[]) =>
    places.map((at) => (at === null ? '' : idOf(at))).join(',');
  const parts = [
    { ids: list(0, 1, 2), parentIds: list(null, 0, 0) },
    { ids: list(3, 4), parentIds: list(1, 3) },
  ];
  expect(await shapeOf(parts)).toEqual({
    ids: [0, 1, 2, 3, 4].map(idOf),
    parents: Int32Array.from([-1, 0, 0, 1, 3]),
  });
});

/** Ids as Postgres sends them. */
const bytesOf = (ids: readonly string[]) => Buffer.from(ids.join('').replaceAll('-', ''), 'hex');

test('each id is found at its place in a list, and other ids are not found', async () => {
  const id = fc.oneof(fc.uuid(), fc.nat({ max: 40 }).map(idOf));
  const lists = fc.tuple(fc.uniqueArray(id, { maxLength: 60 }), fc.array(id, { maxLength: 60 }));
  await fc.assert(
    fc.asyncProperty(lists, async ([ids, others]) => {
      const asked = [...others, ...ids];
      const places = await placesOf(bytesOf(asked), bytesOf(ids));
      expect([...places]).toEqual(asked.map((one) => ids.indexOf(one)));
      expect(ids.map((_, place) => idAt(bytesOf(ids), place))).toEqual(ids);
    }),
  );
});

test('paths are summed from the root down, and only those that end without a reply count', () => {
  const paths = {
    ids: bytesOf([0, 1, 2, 3, 4].map(idOf)),
    parents: Int32Array.from([-1, 0, 0, 1, 1]),
    depths: Int32Array.from([0, 1, 1, 2, 2]),
    engagements: Float64Array.from([5, 10, 8, 1, 1]),
  };
  const chains = [
    { leafId: idOf(3), depth: 2, engagement: 16 },
    { leafId: idOf(4), depth: 2, engagement: 16 },
    { leafId: idOf(2), depth: 1, engagement: 13 },
  ];
  expect(mostEngaging(paths, { minEngagement: 0, first: 10 })).toEqual(chains);
  expect(mostEngaging(paths, { minEngagement: 0, first: 1 })).toEqual(chains.slice(0, 1));
  expect(mostEngaging(paths, { minEngagement: 14, first: 10 })).toEqual(chains.slice(0, 2));
});

test('of many paths the most engaging are found', () => {
  const engagement = (at: number) => (at * 7_919) % 10_007;
  const leaves = Array.from({ length: 5_000 }, (_, at) => at + 1);
  const paths = {
    ids: bytesOf([0, ...leaves].map(idOf)),
    parents: Int32Array.from([-1, ...leaves.map(() => 0)]),
    depths: Int32Array.from([0, ...leaves.map(() => 1)]),
    engagements: Float64Array.from([0, ...leaves.map(engagement)]),
  };
  const expected = [...leaves]
    .sort((a, b) => engagement(b) - engagement(a))
    .slice(0, 7)
    .map(idOf);
  expect(mostEngaging(paths, { minEngagement: 1, first: 7 }).map(({ leafId }) => leafId)).toEqual(expected);
});
