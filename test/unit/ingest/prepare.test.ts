import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { deliver, prepareAhead } from '../../../src/ingest/write/batch.ts';
import { Incoming } from '../../../src/ingest/write/incoming.ts';
import { prepare } from '../../../src/ingest/write/prepare.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { aPost, anAccount, asGiven } from '../../support/posts.ts';

const source = { streamId: 1, platform: 'X', provider: 'X_ARCHIVE' } as const;
const options = { streamId: 1, collectedAt: 0, doubles: new Set<string>() };
const posts = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    aPost(anAccount(), { hashtags: at % 3 === 0 ? ['three'] : [], raw: `{"at":${at}}` }),
  );
const incomingOf = (all: readonly EnrichedPost[], read = asGiven) =>
  Incoming.of(source, { posts: all, read });

test.each([5, 2_000])(
  '%i posts prepared twice are the same, and the first stays as it was',
  async (count) => {
    const incoming = incomingOf(posts(count));
    const first = await prepare(incoming, options);
    const before = JSON.stringify([first.posts, first.provenance]);
    const second = await prepare(incoming, options);
    incoming.release();
    expect(JSON.stringify([first.posts, first.provenance])).toBe(before);
    expect(second).toEqual(first);
    expect(first.posts.count).toBe(count);
    expect(first.changes.arrivals.arrived).toBe(count);
    expect(first.known.added).toHaveLength(count);
  },
);

test('posts that the stream has are left out', async () => {
  const incoming = incomingOf(posts(100));
  const stored = new Set(incoming.ids.slice(0, 40));
  const { posts: made, known, changes } = await prepare(incoming, { ...options, stored });
  expect([made.count, known.added.length, changes.arrivals.arrived]).toEqual([60, 60, 60]);
});

test.each([5, 2_000])('one unreadable post of %i fails it', async (count) => {
  let read = 0;
  const fails = (post: EnrichedPost) => {
    if (++read === count) throw new Error('unreadable');
    return post;
  };
  await expect(prepare(incomingOf(posts(count), fails), options)).rejects.toThrow('unreadable');
});

test('what is prepared ahead fails when it is dropped, and reads no more posts', async () => {
  let read = 0;
  const counting = (post: EnrichedPost) => {
    read++;
    return post;
  };
  const batch = { account: null, posts: posts(2_000), read: counting, collectedAt: 0 };
  const ahead = prepareAhead({ ...deliver(source, batch), doubles: new Set() });
  ahead?.drop();
  await expect(ahead?.prepared).rejects.toThrow('aborted');
  const atDrop = read;
  await setImmediate();
  expect(read).toBe(atDrop);
  expect(read).toBeLessThan(2_000);
});
