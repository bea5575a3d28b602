import { expect, test } from 'vitest';
import { shareKnown } from '../../../src/stats/known/compute.ts';

const counts = new Map([
  ['POSTS', 8],
  ['LIKES', 6],
]);

test.each([
  ['a part of the posts knows it', 'LIKES', 0.75],
  ['no post knows it', 'REPLIES', 0],
  ['every post is a post', 'POSTS', 1],
  ['every post has an author', 'AUTHORS', 1],
] as const)('the share of posts that know a figure, when %s', (_name, metric, share) => {
  expect(shareKnown(counts, metric)).toBe(share);
});

test('without posts the share is null', () => {
  expect(shareKnown(new Map(), 'POSTS')).toBeNull();
  expect(shareKnown(new Map(), 'LIKES')).toBeNull();
});
