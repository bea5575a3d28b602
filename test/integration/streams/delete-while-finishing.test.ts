import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { finishJob, startJob } from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { onOneNode } from '../../support/on-one-node.ts';

const db = await openStore();

/** Resolves when this many transactions wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  for (;;) {
    const waiting =
      await db.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    if (waiting.length >= count) return;
    await sleep(10);
  }
}

onOneNode('a job that ends while its stream is deleted waits for it, and is gone with it', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const jobId = await createJob(db.sql, 'X_ARCHIVE', {
    source: 'archive',
    path: '/x',
    handle: null,
    uploaded: false,
  });
  const job = must(await startJob(db.sql, jobId), 'it waits');
  await db.sql`update jobs set stream_id = ${streamId} where job_id = ${jobId}`;
  let deleting: Promise<unknown> = Promise.resolve();
  let finishing: Promise<number | null> = Promise.resolve(null);
  // Stops the deletion after it has locked the stream, and before it reaches the stream's jobs.
  await db.sql.begin(async (tx) => {
    await tx`select from posts where stream_id = ${streamId} for update`;
    deleting = deleteStreamRows(db.sql, streamId);
    await untilWaiting(1);
    finishing = finishJob(db.sql, job, 'Done');
    await untilWaiting(2);
  });
  await deleting;
  expect(await finishing).toBeNull();
  expect(await db.sql`select from jobs`).toEqual([]);
});
