import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { verifyStream } from '../../src/ingest/write/recount.ts';
import { openQueue } from '../../src/jobs/queue.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { must } from '../../src/shared/errors.ts';
import { afterwards } from '../support/afterwards.ts';
import { openDetour } from '../support/detour.ts';
import { patienceMs } from '../support/patience.ts';
import { openStore } from '../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../support/worker.ts';

const store = await openStore();
const { jobs, folder } = await openJobs(store);

/** A worker whose way to the database can be cut. */
async function work() {
  const detour = await openDetour(store.url);
  const db = openDatabase(detour.url);
  const queue = openQueue(detour.url, quiet);
  const worker = await startWorker({
    db,
    url: detour.url,
    queue,
    spoolRoot: join(folder, 'spool'),
    chain: noProviders(db),
    log: quiet,
  });
  afterwards(async () => {
    await worker.close();
    await Promise.all([queue.close(), db.close()]);
    await detour.close();
  });
  return detour;
}

const leaseOf = async (jobId: string): Promise<number> => {
  const [row] = await store.sql`select lease, state from jobs where job_id = ${jobId}`;
  return must(row, 'the test made it').state === 'RUNNING' ? row?.lease : 0;
};

test('connections that are lost again and again cost an import nothing', async () => {
  const detour = await work();
  const jobId = await jobs.seed({
    users: 4,
    posts: 40_000,
    hashtags: 20,
    seed: 3,
    endingAt: Date.UTC(2026, 0, 1),
    demo: false,
  });
  // More often than a job may fail.
  for (let cut = 0, lease = 0; cut < 6; cut++) {
    await expect.poll(() => leaseOf(jobId), { timeout: patienceMs, interval: 10 }).toBeGreaterThan(lease);
    lease = await leaseOf(jobId);
    await detour.close();
    await detour.open();
  }
  const job = await untilJob(store, jobId, isOver);
  expect(job).toMatchObject({
    state: 'SUCCEEDED',
    errorCode: null,
    attempts: 1,
    fetched: 40_000,
    inserted: 40_000,
  });
  for (const { id } of await store.sql<{ id: number }[]>`select stream_id as id from streams`) {
    expect(await verifyStream(store.sql, id)).toEqual([]);
  }
}, 300_000);
