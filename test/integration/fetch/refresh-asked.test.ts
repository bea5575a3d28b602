import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import type { FetchProviderName } from '../../../src/providers/fetch-provider.ts';
import type { Refresh } from '../../../src/shared/refresh.ts';
import { postsOf, type XPost } from '../../support/fake-x-world.ts';
import { fetchingOf, configOf, fetchService, lark, startServices } from '../../support/fetching.ts';
import { openStore } from '../../support/store.ts';
import { isOver, openJobs, quiet, untilJob } from '../../support/worker.ts';

const db = await openStore();
const { queue, folder } = await openJobs(db);
const fetches = fetchService(db, queue);
const day = 86_400_000;
const newestAt = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
/** Ten a day for the last month, and as many that are more than a year old: 600. */
const world: readonly XPost[] = [
  ...postsOf(lark.id, 300, { newestAt, everyMs: day / 10 }),
  ...postsOf(lark.id, 300, { newestAt: newestAt - 400 * day, everyMs: day / 10 }),
];
const services = await startServices({ users: [lark], posts: world });

let stopWorker: (() => Promise<void>) | null = null;
async function work(
  names: readonly FetchProviderName[] = ['X_API'],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  await stopWorker?.();
  const fetching = fetchingOf(db, queue, configOf(services, names, environment));
  const spoolRoot = join(folder, 'spool');
  const worker = await startWorker({ db, url: db.url, queue, spoolRoot, log: quiet, fetching });
  stopWorker = async () => {
    stopWorker = null;
    await worker.close();
  };
}

const fetching = (refresh: Refresh = 'DUE', more: { full?: boolean; limit?: number } = {}) =>
  fetches.fetch({
    target: { kind: 'account', handle: 'lark' },
    full: more.full ?? false,
    limit: more.limit ?? null,
    provider: null,
    refresh,
  });
const done = async (jobId: Promise<string>) => untilJob(db, await jobId, isOver);

/** Everything is stored, and was read a moment ago: nothing is due. */
async function collect(posts: readonly XPost[] = world): Promise<void> {
  services.setPosts(posts);
  await work();
  await done(fetching('DUE', { full: true }));
  services.xApi.requests.length = 0;
  await db.sql`truncate spending, charged_posts`;
}

const liked = (posts: readonly XPost[]) => posts.map((post) => ({ ...post, metrics: { likes: 1_000 } }));
const countLiked = async () =>
  (await db.sql`select count(*)::int as posts from posts where likes = 1000`)[0]?.posts;
const countStored = async () => (await db.sql`select count(*)::int as posts from posts`)[0]?.posts;
const lookedUp = () =>
  services.xApi.requests
    .filter(({ path, query }) => path.endsWith('/2/tweets') && query.ids !== undefined)
    .map(({ query }) => query.ids?.split(',') ?? []);

async function expectWhole(): Promise<void> {
  for (const { stream_id } of await db.sql`select stream_id from streams`) {
    expect(await verifyStream(db.sql, stream_id)).toEqual([]);
  }
}

beforeEach(() => {
  services.xApi.requests.length = 0;
});
afterEach(async () => {
  await stopWorker?.();
  services.xApi.faults.clear();
  await db.sql`
    truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, known_posts, vacant_posts, post_terms, activity, observed_activity,
      tally_months, tally_totals, jobs, follower_snapshots, stream_providers, spending, charged_posts
    restart identity`;
});

describe('a requested refresh', () => {
  test('of due posts requests nothing twice within its interval', async () => {
    await collect();
    services.setPosts(liked(world));
    await done(fetching('DUE'));
    expect(lookedUp()).toEqual([]);
    expect(await countLiked()).toBe(0);
  });

  test('of the last 7 days shows a new like at once', async () => {
    await collect();
    services.setPosts(liked(world));
    const job = await done(fetching('RECENT'));
    const recent = world.filter((_, at) => newestAt - (at * day) / 10 > Date.now() - 7 * day && at < 300);
    expect(job).toMatchObject({ state: 'SUCCEEDED', updated: recent.length, fetched: recent.length });
    expect(job.total).toBe(job.fetched);
    expect(await countLiked()).toBe(recent.length);
    await expectWhole();
  });

  test('of all removes a post over a year old that X no longer has, with its counts', async () => {
    await collect();
    const gone = world.map((post, at) =>
      at === 450 || at === 3 ? { ...post, gone: 'deleted' as const } : post,
    );
    services.setPosts(liked(gone));
    const job = await done(fetching('ALL'));
    expect(job).toMatchObject({ state: 'SUCCEEDED', updated: 598, total: 598, fetched: 598 });
    expect(job.message).toContain('2 posts removed that X no longer has');
    expect(await countStored()).toBe(598);
    expect(await countLiked()).toBe(598);
    expect(lookedUp().map((ids) => ids.length)).toEqual([100, 100, 100, 100, 100, 100]);
    await expectWhole();
  });

  test('of all posts does not request what the same job has just fetched', async () => {
    await collect(world.slice(30));
    services.setPosts(liked(world));
    const job = await done(fetching('ALL'));
    expect(job).toMatchObject({ inserted: 30, updated: 570 });
    expect(lookedUp().flat()).toHaveLength(570);
  });

  test('ends at the limit, the newest first', async () => {
    await collect();
    services.setPosts(liked(world));
    await done(fetching('ALL', { limit: 130 }));
    expect(lookedUp().flat()).toEqual(world.slice(0, 130).map(({ id }) => id));
    expect(await countLiked()).toBe(130);
  });

  test('continues where it was interrupted, and pays for nothing twice', async () => {
    await collect();
    services.setPosts(liked(world));
    const ofLookups = '/2/tweets';
    services.xApi.faults.push(
      // The profile and the timeline, then two look-ups are answered.
      { kind: 'none', times: 2 },
      { kind: 'none', of: ofLookups, times: 2 },
      { kind: 'hang', of: ofLookups, times: 1 },
    );
    const jobId = await fetching('ALL');
    await expect.poll(() => lookedUp().length).toBe(3);
    await stopWorker?.();
    services.xApi.faults.clear();
    await work();
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'SUCCEEDED', updated: 600, total: 600 });
    const pages = lookedUp();
    // The third was requested twice, because the first request failed.
    expect(pages).toHaveLength(7);
    expect(new Set(pages.flat()).size).toBe(600);
    expect(pages[3]).toEqual(pages[2]);
    const [paid] = await db.sql`select usd::float8, posts from spending`;
    expect(paid).toEqual({ usd: 0.01 + 600 * 0.005, posts: 600 });
  });

  test('that fails in the middle of a page is charged for what it received, and requests the rest', async () => {
    const posts = world.slice(0, 30);
    services.setPosts(posts);
    await work(['SOCIALDATA']);
    await done(fetching('DUE', { full: true }));
    services.setPosts(liked(posts));
    await db.sql`truncate spending, charged_posts`;
    const failing = posts[10]?.id ?? '';
    services.socialData.requests.length = 0;
    services.socialData.faults.push({ kind: 'html', status: 502, of: `/twitter/tweets/${failing}` });
    const job = await done(fetching('ALL'));
    expect(job).toMatchObject({ state: 'SUCCEEDED', total: job.fetched });
    expect(await countLiked()).toBe(30);
    const asked = services.socialData.requests
      .map(({ path }) => path)
      .filter((path) => path.includes('/tweets/'));
    const delivered = asked.length - 1;
    // Four run at a time: those that ran beside the failed one may be repeated.
    expect(delivered).toBeLessThanOrEqual(30 + 3);
    const others = services.socialData.requests.length - asked.length;
    const [paid] = await db.sql`select usd::float8, posts, requests from spending`;
    // The profile, and the search for new posts, which finds the newest known post.
    expect(paid).toEqual({
      usd: expect.closeTo((1 + 1 + delivered) * 0.0002, 10),
      posts: 1 + delivered,
      requests: others + asked.length,
    });
    await expectWhole();
  });

  test('by a provider that cannot look up posts fetches new ones, and says what it left out', async () => {
    await work(['X_SCRAPER']);
    await done(fetching('DUE', { full: true }));
    const job = await done(fetching('ALL'));
    expect(job).toMatchObject({ state: 'SUCCEEDED' });
    expect(job.message).toContain('figures of earlier posts were left out (X_SCRAPER cannot look up posts');
  });
});

describe('a refresh that is requested while the account is fetched', () => {
  const payloads = () =>
    db.sql`select payload->'full' as full, payload->'limit' as limit, payload->>'refresh' as refresh from jobs`;

  test('becomes part of a job that has not begun', async () => {
    const first = await fetching('RECENT', { limit: 10 });
    expect(await fetching('ALL')).toBe(first);
    expect(await fetching('DUE', { full: true, limit: 5 })).toBe(first);
    // The account was not collected yet: without a limit it would be 200.
    expect(await payloads()).toEqual([{ full: true, limit: null, refresh: 'ALL' }]);
  });

  test('does not change a job that has begun', async () => {
    const first = await fetching('DUE', { limit: 10 });
    await db.sql`update jobs set state = 'RUNNING', cursor = '{}'`;
    expect(await fetching('ALL')).toBe(first);
    await db.sql`update jobs set state = 'QUEUED'`;
    expect(await fetching('ALL', { full: true })).toBe(first);
    expect(await payloads()).toEqual([{ full: false, limit: 10, refresh: 'DUE' }]);
  });

  test('by fifty callers at once covers the largest of their requests', async () => {
    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        fetching((['DUE', 'RECENT', 'ALL'] as const)[at % 3], { full: at === 7, limit: 1 + at }),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await payloads()).toEqual([{ full: true, limit: 50, refresh: 'ALL' }]);
  });
});
