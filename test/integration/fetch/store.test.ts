import { expect, test } from 'vitest';
import type { Change } from '../../../src/db/changes.ts';
import { nameStream, recordDelivery, readCoverage } from '../../../src/fetch/store.ts';
import { startJob } from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

test('setting the stream or the provider of a job notifies its followers', async () => {
  const payload = { source: 'archive', path: '/x', handle: null, uploaded: false } as const;
  const job = must(await startJob(db.sql, await createJob(db.sql, 'X_ARCHIVE', payload)), 'it waits');
  const heard: Change[] = [];
  const stop = db.changeFeed.listen({ onChange: (change) => void heard.push(change) });
  await nameStream(db.sql, job, 7);
  expect(heard).toEqual([{ job: job.jobId }]);
  await db.sql.begin((tx) => recordDelivery(tx, job, 'X_API', []));
  expect(heard).toEqual([{ job: job.jobId }, { job: job.jobId }]);
  stop();
});

test("before the first fetch the known range goes from the first own post to the last, without others' replies", async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [
    aPost(account, { platformId: '1000', own: false }),
    aPost(account, { platformId: '2000' }),
    aPost(account, { platformId: '3000' }),
    aPost(account, { platformId: '4000', own: false }),
  ]);
  expect(await readCoverage(db.sql, streamId)).toEqual([['2000', '3000']]);
});
