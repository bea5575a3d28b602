import { beforeEach, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { planFreshPosts } from '../../../src/jobs/import-fresh.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { dayMs, hourMs } from '../../../src/shared/instant.ts';
import { afterwards } from '../../support/afterwards.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const endingAt = Date.UTC(2026, 4, 1);

beforeEach(async () => {
  await db.sql`truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, post_terms, activity,
    observed_activity, tally_months, tally_totals, jobs, follower_snapshots, stream_providers, known_posts restart identity`;
});

/** Makes a worker run the job, and returns how it ended. */
async function doJob(jobId: string) {
  const fetching = noProviders(db, queue);
  const worker = await startWorker({ db, url: db.url, queue, spoolRoot: folder, fetching, log: quiet });
  afterwards(() => worker.close());
  const job = await untilJob(db, jobId, isOver);
  await worker.close();
  return job;
}

const seed = (demo: boolean) =>
  jobs.seed({ users: 12, posts: 600, hashtags: 50, seed: 5, endingAt, demo }).then(doJob);

const streams = () => db.sql`
  select s.stream_id as id, s.latest_post_at as latest, a.handle, a.platform_id as "platformId", a.followers::int,
    a.description, p.posts
  from streams s join accounts a using (stream_id)
    join (select stream_id, count(*)::int as posts from posts group by stream_id) p using (stream_id)
  order by s.stream_id`;

test.each([false, true])('made-up accounts post so many more, up to now (the demo: %s)', async (demo) => {
  await seed(demo);
  const before = await streams();
  const now = endingAt + 3 * dayMs + 5 * hourMs;
  const job = await doJob(await jobs.refresh({ posts: 250, now }));
  expect(job).toMatchObject({ state: 'SUCCEEDED', inserted: 250, fetched: 250, kind: 'IMPORT' });
  const after = await streams();
  expect(after).toHaveLength(before.length);
  const sum = (rows: typeof before) => rows.reduce((all, row) => all + row.posts, 0);
  expect(sum(after) - sum(before)).toBe(250);
  // Their profiles stay the same.
  const who = ({ handle, platformId, followers, description }: (typeof before)[number]) => [
    handle,
    platformId,
    followers,
    description,
  ];
  expect(after.map(who)).toEqual(before.map(who));
  const [newest] = await db.sql`select max(created_at) as at, min(created_at) as first from posts
    where created_at > ${new Date(endingAt)}`;
  expect(newest?.at.getTime()).toBeLessThanOrEqual(now);
  expect(newest?.at.getTime()).toBeGreaterThan(now - 6 * hourMs);
  for (const { id } of after) expect(await verifyStream(db.sql, id)).toEqual([]);
  const authors =
    await db.sql`select count(distinct author_id)::int as authors, stream_id from posts where own group by stream_id`;
  expect(new Set(authors.map((row) => row.authors))).toEqual(new Set([1]));
});

test('a second request at once adds other posts', async () => {
  await seed(true);
  const now = endingAt + hourMs;
  await doJob(await jobs.refresh({ posts: 60, now }));
  expect(await doJob(await jobs.refresh({ posts: 60, now: now + 1_000 }))).toMatchObject({ inserted: 60 });
});

test('a job that is done twice adds nothing', async () => {
  await seed(true);
  const jobId = await jobs.refresh({ posts: 60, now: endingAt + dayMs });
  await doJob(jobId);
  await db.sql`update jobs set state = 'FAILED', cursor = null, fetched = 0, inserted = 0 where job_id = ${jobId}`;
  await jobs.retry(jobId);
  expect(await doJob(jobId)).toMatchObject({ state: 'SUCCEEDED', fetched: 60, inserted: 0 });
});

test('a job that was interrupted continues from its cursor', async () => {
  await seed(true);
  const plan = await planFreshPosts(db.sql, { posts: 90, now: endingAt + dayMs });
  const jobId = await createJob(db.sql, 'SYNTHETIC', plan);
  await db.sql`update jobs set cursor = '1:0' where job_id = ${jobId}`;
  const job = await doJob(jobId);
  expect(job.state).toBe('SUCCEEDED');
  expect(job.inserted).toBeLessThan(90);
  expect(job.inserted).toBeGreaterThan(0);
});

test('an account that was deleted meanwhile is skipped', async () => {
  await seed(true);
  const jobId = await jobs.refresh({ posts: 90, now: endingAt + dayMs });
  await db.sql`delete from accounts where stream_id = 1`;
  const job = await doJob(jobId);
  expect(job.state).toBe('SUCCEEDED');
  expect(job.inserted).toBeLessThan(90);
});

test('real accounts are not changed, and without made-up ones the error says how to create some', async () => {
  const real = anAccount();
  await savePosts(db, real, [aPost(real)]);
  await expect(jobs.refresh({ posts: 5, now: endingAt })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'There are no made-up accounts: larkstat seed makes some',
  });
  await seed(true);
  await doJob(await jobs.refresh({ posts: 30, now: endingAt + dayMs }));
  const [row] = await db.sql`select count(*)::int as posts from posts p join accounts a using (stream_id)
    where a.handle = ${real.handle}`;
  expect(row?.posts).toBe(1);
});

test('more posts than the days have room for are refused', async () => {
  await seed(true);
  await expect(jobs.refresh({ posts: 10_000_000, now: endingAt + dayMs })).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
});
