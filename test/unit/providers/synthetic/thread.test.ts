import { expect, test } from 'vitest';
import { demoOptions } from '../../../../src/providers/synthetic/demo.ts';
import { must } from '../../../../src/shared/errors.ts';
import type { NormalisedPost } from '../../../../src/shared/post.ts';
import { allPosts, defaults, endingAt } from './sample.ts';

const posts = allPosts(defaults);
const byId = new Map(posts.map((post) => [post.platformId, post]));

function parentOf(post: NormalisedPost): NormalisedPost | null {
  const id = post.replyTo?.postId;
  return id === undefined || id === null ? null : must(byId.get(id), `post ${id} is in the data`);
}

function depthOf(post: NormalisedPost): number {
  let depth = 0;
  for (let parent = parentOf(post); parent !== null; parent = parentOf(parent)) depth += 1;
  return depth;
}

test('threads are exactly twelve replies deep at most', () => {
  expect(Math.max(...posts.map(depthOf))).toBe(12);
});

test('threads of a dense account are no deeper', () => {
  const dense = allPosts({ ...defaults, users: 2, posts: 20_000 });
  for (const post of dense) byId.set(post.platformId, post);
  expect(Math.max(...dense.map(depthOf))).toBe(12);
});

test('replies, quotes and reposts refer to earlier posts in the data', () => {
  let references = 0;
  for (const post of posts) {
    const id = post.replyTo?.postId ?? post.repostOf?.postId ?? post.quoteOf;
    if (id === null || id === undefined) continue;
    const target = must(byId.get(id), `post ${id} is in the data`);
    expect(target.createdAt).toBeLessThan(post.createdAt);
    expect(target.kind).not.toBe('REPOST');
    if (post.replyTo !== null) {
      expect(post.replyTo).toMatchObject({
        handle: target.author.handle,
        authorId: target.author.platformId,
      });
    }
    references += 1;
  }
  expect(references).toBeGreaterThan(2_000);
});

test('two users answer each other in turn in deep threads', () => {
  const deepest = must(
    posts.find((post) => depthOf(post) === 12),
    'the test above found one',
  );
  const handles: string[] = [];
  for (let post: NormalisedPost | null = deepest; post !== null; post = parentOf(post))
    handles.push(post.author.handle);
  const turns = handles.filter((handle, n) => n > 0 && handle !== handles[n - 1]).length;
  expect(turns).toBeGreaterThan(5);
});

test('a repost has the text of its target and no figures', () => {
  const reposts = posts.filter((post) => post.kind === 'REPOST');
  expect(reposts.length).toBeGreaterThan(300);
  for (const post of reposts) {
    const target = byId.get(post.repostOf?.postId ?? '');
    expect(post.text).toBe(`RT @${target?.author.handle}: ${target?.text}`);
    expect(Object.values(post.metrics).every((figure) => figure === null)).toBe(true);
  }
});

test('a single user threads on its own posts and reposts nobody', () => {
  const alone = allPosts({ ...defaults, users: 1, posts: 500 });
  expect(new Set(alone.map((post) => post.kind))).toEqual(new Set(['ORIGINAL', 'REPLY']));
});

test('the demo has every kind of post', () => {
  const kinds = new Set(allPosts(demoOptions(endingAt)).map((post) => post.kind));
  expect([...kinds].sort()).toEqual(['ORIGINAL', 'QUOTE', 'REPLY', 'REPOST']);
});
