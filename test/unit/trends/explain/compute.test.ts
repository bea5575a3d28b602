import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestShares, postsFrom, type Use } from '../../../../src/trends/explain/compute.ts';

const use = (postId: string, parentId: string | null = null, quotedId: string | null = null): Use => ({
  postId,
  parentId,
  quotedId,
});

describe('posts that a post leads to', () => {
  test('are itself, what answers it, and what quotes an answer', () => {
    const counts = postsFrom([use('a'), use('b', 'a'), use('c', null, 'b'), use('d')]);
    expect([...counts]).toEqual([
      ['a', 3],
      ['d', 1],
    ]);
  });

  test('are not counted for a post outside of the window', () => {
    expect([...postsFrom([use('b', 'a'), use('c', 'a')])]).toEqual([
      ['b', 1],
      ['c', 1],
    ]);
  });

  test('sum up to all posts, whatever answers what, in circles too', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const id = fc.option(fc.constantFrom(...ids, 'x'));
    const uses = fc
      .subarray(ids)
      .chain((chosen) =>
        fc.tuple(
          ...chosen.map((postId) => fc.tuple(id, id).map(([parent, quoted]) => use(postId, parent, quoted))),
        ),
      );
    fc.assert(
      fc.property(uses, (given) => {
        const counts = postsFrom(given);
        expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(given.length);
        for (const postId of counts.keys()) expect(given.map((one) => one.postId)).toContain(postId);
      }),
    );
  });

  test('are found along a chain of 100,000 answers', () => {
    const chain = Array.from({ length: 100_000 }, (_, at) => use(`${at}`, at === 0 ? null : `${at - 1}`));
    expect([...postsFrom(chain.toReversed())]).toEqual([['0', 100_000]]);
  });
});

describe('the largest shares', () => {
  test('are the fewest that make more than half', () => {
    const counts = [
      ['a', 2],
      ['b', 5],
      ['c', 3],
      ['d', 1],
    ] as const;
    expect(largestShares(counts, 11, 10)).toEqual([
      { of: 'b', share: 5 / 11 },
      { of: 'c', share: 3 / 11 },
    ]);
  });

  test('are none when everything accounts for one post', () => {
    expect(
      largestShares(
        [
          ['a', 1],
          ['b', 1],
        ],
        2,
        10,
      ),
    ).toEqual([]);
  });
});
