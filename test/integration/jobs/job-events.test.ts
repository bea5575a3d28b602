import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJob } from '../../../src/entities/job/query.ts';
import {
  countFailure,
  countPage,
  failJob,
  finishJob,
  recordStandstill,
  putBack,
  type RunningJob,
  startJob,
  reportProgress,
} from '../../../src/jobs/lease.ts';
import { cancelJob, createJob, reviveJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { jobGlobalId } from '../../../src/cli/output.ts';
import { ask, openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const payload = { source: 'archive', path: '/x', handle: null, uploaded: false } as const;
const newJob = () => createJob(db.sql, 'X_ARCHIVE', payload);
const takeUp = async (jobId: string) => must(await startJob(db.sql, jobId), 'it waits');

async function eventsOf(jobId: string) {
  return must(await findJob(db, jobId), 'the test made it').events;
}
const messagesOf = async (jobId: string) => (await eventsOf(jobId)).map(({ message }) => message);

const page = { streamId: 7, cursor: '1', message: 'Writing', fetched: 1, inserted: 1, updated: 0, total: 9 };
const count = (job: RunningJob, event: Parameters<typeof countPage>[1]['event'] = null) =>
  db.sql.begin((tx) => countPage(tx, { ...page, job, postsPerSecond: 1, recentPostsPerSecond: 1, event }));

describe('the events of a job', () => {
  test('are none while it goes on as it should', async () => {
    const jobId = await newJob();
    const first = await takeUp(jobId);
    await reportProgress(db.sql, first, 'Reading', 9);
    await count(first);
    await putBack(db.sql, first, { message: 'Waiting for its turn' });
    const second = await takeUp(jobId);
    await count(second);
    await finishJob(db.sql, second, 'Done');
    expect(await eventsOf(jobId)).toEqual([]);
  });

  test('name providers, waits, restarts, failures and what people asked, in order', async () => {
    const jobId = await newJob();
    let job = await takeUp(jobId);
    await count(job, { message: 'SOCIALDATA took over', provider: 'SOCIALDATA' });
    await putBack(db.sql, job, { event: { message: 'Waiting for a rate limit' } });
    job = await takeUp(jobId);
    job = await takeUp(jobId);
    await recordStandstill(db.sql, job, 'the worker stood still');
    await countFailure(db.sql, job, 5);
    job = await takeUp(jobId);
    await failJob(db.sql, job, { code: 'INTERNAL', message: 'no more', retryAt: null });
    await reviveJob(db.sql, jobId);
    await cancelJob(db.sql, jobId);
    expect(await messagesOf(jobId)).toEqual([
      'SOCIALDATA took over',
      'Waiting for a rate limit',
      'Another worker continued: the one before had ended or was out of reach',
      'the worker stood still',
      'An unexpected error: the log has more',
      'Failed: no more',
      'Tried again on request',
      'Cancelled',
    ]);
    const events = await eventsOf(jobId);
    expect(events.map(({ provider }) => provider)).toEqual(['SOCIALDATA', ...Array(7).fill(null)]);
    const times = events.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('are as before when the worker that reports one has lost the job', async () => {
    const jobId = await newJob();
    const job = await takeUp(jobId);
    await cancelJob(db.sql, jobId);
    await putBack(db.sql, job, { event: { message: 'late' } });
    await failJob(db.sql, job, { code: 'INTERNAL', message: 'late', retryAt: null });
    expect(await messagesOf(jobId)).toEqual(['Cancelled']);
  });

  test('are the newest 100 in order, however many there were', async () => {
    const event = fc.record({ message: fc.constantFrom('a', 'b', 'c'), once: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 130, size: 'max' }), async (events) => {
        const jobId = await newJob();
        const job = await takeUp(jobId);
        const expected: string[] = [];
        for (const one of events) {
          await count(job, one);
          if (!one.once || expected.at(-1) !== one.message) expected.push(one.message);
        }
        expect(await messagesOf(jobId)).toEqual(expected.slice(-100));
      }),
      {
        numRuns: 6,
        examples: [[Array.from({ length: 230 }, (_, at) => ({ message: `${at}`, once: true }))]],
      },
    );
  });
});

test('the API shows what happened to a job', async () => {
  const jobId = await newJob();
  await count(await takeUp(jobId), { message: 'SOCIALDATA took over: …', provider: 'SOCIALDATA' });
  await cancelJob(db.sql, jobId);
  const { data } = await ask(
    openApp(db),
    'query ($id: ID!) { job(id: $id) { events { at message provider } } }',
    {
      id: jobGlobalId(jobId),
    },
  );
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(data.job.events).toEqual([
    { at, message: 'SOCIALDATA took over: …', provider: 'SOCIALDATA' },
    { at, message: 'Cancelled', provider: null },
  ]);
});
