import { expect, test } from 'vitest';
import { jobGlobalId } from '../../../src/cli/output.ts';
import { countPage, finishJob, putBack, startJob } from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { ask, openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

test('the remaining time of a job is shown from its first page on, while a worker runs it', async () => {
  const jobId = await createJob(db.sql, 'X_ARCHIVE', {
    source: 'archive',
    path: '/x',
    handle: null,
    uploaded: false,
  });
  const takeUp = async () => must(await startJob(db.sql, jobId), 'it is not over');
  const remaining = async () => {
    const query = 'query ($id: ID!) { job(id: $id) { progress { remainingSeconds } } }';
    return (await ask(app, query, { id: jobGlobalId(jobId) })).data.job.progress.remainingSeconds;
  };
  const page = { streamId: 7, cursor: '1', message: 'Writing', fetched: 10, inserted: 10, updated: 0 };
  const count = (job: Awaited<ReturnType<typeof takeUp>>) =>
    db.sql.begin((tx) =>
      countPage(tx, { ...page, job, total: 100, postsPerSecond: 1, recentPostsPerSecond: 5 }),
    );
  expect(await remaining()).toBeNull();
  const first = await takeUp();
  expect(await remaining()).toBeNull();
  await count(first);
  // At the recent speed, not at the average.
  expect(await remaining()).toBe(18);
  await putBack(db.sql, first);
  expect(await remaining()).toBeNull();
  const second = await takeUp();
  expect(await remaining()).toBeNull();
  await count(second);
  expect(await remaining()).toBe(16);
  await finishJob(db.sql, second, 'Done');
  expect(await remaining()).toBeNull();
});
