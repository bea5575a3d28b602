import { describe, expect, test } from 'vitest';
import { ingest, type Written } from '../../../src/streams/ingest.ts';
import { verifyStream } from '../../support/verify.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import type { AccountProfile, NormalisedPost, Page } from '../../../src/shared/post.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

/** Pages of this many posts each, in order of time. */
function pagesOf(account: AccountProfile, ...sizes: readonly number[]): Page<NormalisedPost>[] {
  return sizes.map((size, page) => ({
    account,
    posts: Array.from({ length: size }, () => ({ ...aPost(account), entities: null })),
    rejected: [],
    cursor: `after ${page}`,
    total: null,
  }));
}

describe('writing pages to the store', () => {
  /** Ingests pages and reports each post that is read; `onWritten` may keep a page's transaction open. */
  async function run(
    account: AccountProfile,
    pages: AsyncIterable<Page<NormalisedPost>> | Iterable<Page<NormalisedPost>>,
    hooks: {
      readonly read?: (post: NormalisedPost) => NormalisedPost;
      readonly onWritten?: (written: Written) => Promise<void>;
    } = {},
  ) {
    const streamId = await findOrCreateAccount(db.sql, account);
    const read: string[] = [];
    const ended = ingest(db.sql, {
      streamId,
      platform: 'X',
      provider: 'X_ARCHIVE',
      pages,
      read: (post) => {
        read.push(post.platformId);
        return hooks.read?.(post) ?? post;
      },
      now: () => observed,
      onWritten: async (_tx, written) => hooks.onWritten?.(written),
    });
    ended.catch(() => {});
    return { streamId, read, ended };
  }

  test('pages are written in order, each in its own transaction', async () => {
    const account = anAccount();
    const written: string[] = [];
    const { streamId, ended } = await run(account, pagesOf(account, 3, 400, 0, 2), {
      onWritten: async ({ cursor, posts, inserted }) =>
        void written.push(`${cursor}: ${inserted} of ${posts}`),
    });
    await ended;
    expect(written).toEqual(['after 0: 3 of 3', 'after 1: 400 of 400', 'after 2: 0 of 0', 'after 3: 2 of 2']);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('rows of the next page are prepared while a page is being written, and only once', async () => {
    const account = anAccount();
    const pages = pagesOf(account, 60, 60, 60);
    const all = pages.flatMap((page) => page.posts.map((post) => post.platformId));
    const { read, ended } = await run(account, pages, {
      onWritten: async ({ cursor }) => {
        if (cursor === 'after 0') await expect.poll(() => read.length).toBe(120);
      },
    });
    await ended;
    expect(read).toEqual(all);
  });

  test('posts that somebody else stores between two pages are merged, even when their rows were prepared', async () => {
    const account = anAccount();
    const pages = pagesOf(account, 2, 60);
    const others = (pages[1]?.posts ?? []).slice(0, 2).map((post) =>
      aPost(account, {
        platformId: post.platformId,
        metrics: { ...post.metrics, likes: 7 },
        hashtags: ['elsewhere'],
        observedAt: observed + 1,
      }),
    );
    let other: Promise<unknown> = Promise.resolve();
    const { streamId, read, ended } = await run(account, pages, {
      onWritten: async ({ cursor }) => {
        if (cursor !== 'after 0') return;
        await expect.poll(() => read.length).toBe(62);
        const batch = { account, posts: others, read: asGiven, collectedAt: observed };
        other = writeBatch(db.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
        // It waits for the stream, as the first in the queue.
        await expect
          .poll(
            () => db.sql`
              select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
          .toHaveLength(1);
      },
    });
    await ended;
    // Not at the same time: it only begins meanwhile.
    await other;
    const rows =
      await db.sql`select likes::int, hashtags from posts where stream_id = ${streamId} order by post_id`;
    expect(rows.map((row) => row.likes)).toEqual([null, null, 7, 7, ...Array(58).fill(null)]);
    expect(rows.map((row) => row.hashtags)).toEqual([
      [],
      [],
      ['elsewhere'],
      ['elsewhere'],
      ...Array(58).fill([]),
    ]);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test.each([0, 1_500])(
    'an unreadable post, %i into a page, does not undo the pages before',
    async (place) => {
      const account = anAccount();
      const pages = pagesOf(account, 10, 2_000, 10);
      const broken = pages[1]?.posts[place];
      const { streamId, ended } = await run(account, pages, {
        read: (post) => {
          if (post === broken) throw new Error('not a post');
          return post;
        },
      });
      await expect(ended).rejects.toThrow('not a post');
      const [row] = await db.sql`select count(*)::int as posts from posts where stream_id = ${streamId}`;
      expect(row?.posts).toBe(10);
      expect(await verifyStream(db.sql, streamId)).toEqual([]);
    },
  );

  test('an unreadable page does not undo those before, and the provider is closed', async () => {
    const account = anAccount();
    let closed = false;
    async function* cutOff() {
      try {
        yield* pagesOf(account, 10, 10);
        throw new Error('the line went dead');
      } finally {
        closed = true;
      }
    }
    const { streamId, ended } = await run(account, cutOff());
    await expect(ended).rejects.toThrow('the line went dead');
    expect(closed).toBe(true);
    const [row] = await db.sql`select count(*)::int as posts from posts where stream_id = ${streamId}`;
    expect(row?.posts).toBe(20);
  });

  test('a page that cannot be written ends it: nothing of the next page is stored, and the provider is closed', async () => {
    const account = anAccount();
    let closed = false;
    function* pages() {
      try {
        yield* pagesOf(account, 10, 10, 10);
      } finally {
        closed = true;
      }
    }
    const { streamId, ended } = await run(account, pages(), {
      onWritten: async ({ cursor }) => {
        if (cursor === 'after 1') throw new Error('the disk is full');
      },
    });
    await expect(ended).rejects.toThrow('the disk is full');
    expect(closed).toBe(true);
    const [row] = await db.sql`select count(*)::int as posts from posts where stream_id = ${streamId}`;
    expect(row?.posts).toBe(10);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });
});
