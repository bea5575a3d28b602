import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import {
  countPage,
  failJob,
  finishJob,
  type RunningJob,
  startJob,
  reportProgress,
} from '../../../src/jobs/lease.ts';
import { cancelJob, createJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { eventually, followSse, followWs, globalId, serveLive, untilListening } from './support.ts';

const db = await openStore();
const live = await serveLive(db);
beforeEach(() => untilListening(live, 0));

type Told = { readonly state: string; readonly progress: { readonly message: string } };
type Progress = { readonly jobProgress: Told };
type Changed = { readonly jobChanged: Told & { readonly id: string } };

const progress = 'subscription ($id: ID!) { jobProgress(id: $id) { state progress { message } } }';
const changed = 'subscription { jobChanged { id state progress { message } } }';
const idOf = (job: Pick<RunningJob, 'jobId'>) => globalId('Job', job.jobId);

async function aJob(): Promise<RunningJob> {
  const jobId = await createJob(db.sql, 'SYNTHETIC', {
    source: 'synthetic',
    users: 1,
    posts: 1,
    hashtags: 1,
    seed: 1,
    endingAt: 0,
    demo: false,
  });
  return must(await startJob(db.sql, jobId), 'nobody else takes it');
}
const messages = (events: readonly Progress[]) => events.map((event) => event.jobProgress.progress.message);

test.each([
  ['server-sent events', followSse],
  ['a WebSocket', followWs],
])('progress over %s comes at once, at each change, and ends with the job', async (_, followBy) => {
  const job = await aJob();
  const heard = followBy<Progress>(live, { query: progress, variables: { id: idOf(job) } });
  await heard.until((events) => messages(events).includes('Starting'));
  await reportProgress(db.sql, job, 'half way', null);
  await heard.until((events) => messages(events).includes('half way'));
  await finishJob(db.sql, job, 'Done');
  const events = await heard.untilCompleted();
  expect(events.at(-1)?.jobProgress).toEqual({ state: 'SUCCEEDED', progress: { message: 'Done' } });
  expect(heard.errors).toEqual([]);
  await untilListening(live, 0);
});

test('a job that is over comes once', async () => {
  const job = await aJob();
  await failJob(db.sql, job, { code: 'BAD_INPUT', message: 'no', retryAt: null });
  const heard = followSse<Progress>(live, { query: progress, variables: { id: idOf(job) } });
  expect(await heard.untilCompleted()).toEqual([
    { jobProgress: { state: 'FAILED', progress: { message: 'Failed' } } },
  ]);
});

test.each([
  ['server-sent events', followSse],
  ['a WebSocket', followWs],
])('an unknown job is NOT_FOUND over %s', async (_, followBy) => {
  const id = globalId('Job', '00000000-0000-4000-8000-000000000000');
  const heard = followBy(live, { query: progress, variables: { id } });
  await heard.untilCompleted();
  expect(heard.errors).toEqual([
    expect.objectContaining({ message: 'No such job', extensions: { code: 'NOT_FOUND' } }),
  ]);
  expect(heard.events).toEqual([]);
});

const tenthsSince = (begun: number): number => (performance.now() - begun) / 100;

test('a job that changes faster is reported ten times a second, its last state always', async () => {
  const job = await aJob();
  const heard = followWs<Progress>(live, { query: progress, variables: { id: idOf(job) } });
  await heard.until((events) => events.length >= 1);
  const begun = performance.now();
  for (let step = 0; step <= 50 || heard.events.length <= 5; step++) {
    await reportProgress(db.sql, job, `step ${step}`, null);
  }
  await finishJob(db.sql, job, 'Done');
  const events = await heard.untilCompleted();
  expect(events.length).toBeLessThanOrEqual(tenthsSince(begun) + 2);
  expect(messages(events).at(-1)).toBe('Done');
});

test('a job deleted with its stream completes', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const job = await aJob();
  const page = { cursor: 'x', message: 'Writing', fetched: 1, inserted: 1, updated: 0, total: 2 };
  await db.sql.begin((tx) =>
    countPage(tx, { ...page, job, streamId, postsPerSecond: 1, recentPostsPerSecond: 1 }),
  );
  const heard = followSse<Progress>(live, { query: progress, variables: { id: idOf(job) } });
  await heard.until((events) => events.length >= 1);
  await deleteStreamRows(db.sql, streamId);
  await heard.untilCompleted();
  expect(heard.errors).toEqual([]);
});

/**
 * Follows every job's changes, and returns the states of a job from now on. Changes are sent in the order of their
 * commits, but may be late, and changes that are sent together have no order: a job that changes twice separates them.
 */
async function followChanges() {
  const marker = await aJob();
  const heard = followSse<Changed>(live, { query: changed });
  await untilListening(live, 1);
  for (const message of ['those before are told', 'and have come']) {
    await reportProgress(db.sql, marker, message, null);
    await heard.until((events) => events.some((event) => event.jobChanged.progress.message === message));
  }
  heard.events.length = 0;
  const told = (job: RunningJob) =>
    heard.events.filter((event) => event.jobChanged.id === idOf(job)).map((event) => event.jobChanged);
  return { heard, told };
}

test('every job is reported, each in its newest state', async () => {
  const before = await aJob();
  const { heard, told } = await followChanges();
  const begun = performance.now();
  const [first, second] = [await aJob(), await aJob()];
  for (let step = 0; step < 50; step++) await reportProgress(db.sql, first, `step ${step}`, null);
  await cancelJob(db.sql, second.jobId);
  await heard.until(
    () => told(first).at(-1)?.progress.message === 'step 49' && told(second).at(-1)?.state === 'CANCELLED',
  );
  expect(told(first).length).toBeLessThanOrEqual(tenthsSince(begun) + 2);
  expect(told(before)).toEqual([]);
  heard.stop();
  await untilListening(live, 0);
});

test('a change that is rolled back is not reported', async () => {
  const job = await aJob();
  const { heard, told } = await followChanges();
  const failing = db.sql.begin(async (tx) => {
    await cancelJob(tx, job.jobId);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await reportProgress(db.sql, job, 'after it', null);
  await heard.until(() => told(job).length > 0);
  await sleep(150);
  expect(told(job).map(({ progress }) => progress.message)).toEqual(['after it']);
  heard.stop();
});

test('each event is resolved anew: nothing of the event before is served', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const job = await aJob();
  const page = { cursor: 'x', message: 'Writing', fetched: 1, inserted: 1, updated: 0, total: 2 };
  const count = () =>
    db.sql.begin((tx) =>
      countPage(tx, { ...page, job, streamId, postsPerSecond: 1, recentPostsPerSecond: 1 }),
    );
  await count();
  const heard = followSse<{ jobProgress: { stream: { freshness: { version: number } } } }>(live, {
    query: 'subscription ($id: ID!) { jobProgress(id: $id) { stream { freshness { version } } } }',
    variables: { id: idOf(job) },
  });
  await heard.until((events) => events.length >= 1);
  await savePosts(db, account, [aPost(account)]);
  await count();
  const versions = () => heard.events.map((event) => event.jobProgress.stream.freshness.version);
  await heard.until(() => versions().at(-1) === 2);
  expect(versions()[0]).toBe(1);
  heard.stop();
});

test('changes and an end that were never announced are found, and reported once', async () => {
  const [job, other] = [await aJob(), await aJob()];
  const one = followSse<Progress>(live, { query: progress, variables: { id: idOf(job) } });
  const all = followSse<Changed>(live, { query: changed });
  await untilListening(live, 2);
  await one.until((events) => messages(events).includes('Starting'));
  // As a worker leaves it that dies between its commit and its notification.
  await db.sql`update jobs set message = 'unheard' where job_id = ${job.jobId}`;
  const changes = () =>
    all.events.flatMap(({ jobChanged: { id, progress } }) => (id === idOf(job) ? [progress.message] : []));
  await one.until((events) => messages(events).at(-1) === 'unheard');
  await eventually(() => changes().at(-1) === 'unheard');
  for (let round = 0; round < 3; round++) {
    live.changes.notifyLost();
    await reportProgress(db.sql, other, `round ${round}`, null);
    await eventually(() => all.events.at(-1)?.jobChanged.progress.message === `round ${round}`);
  }
  expect(messages(one.events)).toEqual(['Starting', 'unheard']);
  expect(changes().filter((message) => message === 'unheard')).toHaveLength(1);
  await db.sql`delete from jobs where job_id = ${job.jobId}`;
  await one.untilCompleted();
  expect(one.errors).toEqual([]);
  all.stop();
});
