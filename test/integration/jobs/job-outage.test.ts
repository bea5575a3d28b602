import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyStream } from '../../support/verify.ts';
import { openQueue } from '../../../src/jobs/queue.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { must } from '../../../src/shared/errors.ts';
import { afterwards, waitingTest } from '../../support/afterwards.ts';
import { openDetour } from '../../support/detour.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';

/** A store with a worker whose connection to the database can be cut. */
async function openWork() {
  const store = await openStore();
  const { jobs, folder } = await openJobs(store);
  const detour = await openDetour(store.url);
  const db = openAgain(detour.url);
  const queue = openQueue(detour.url, quiet);
  const worker = await startWorker({
    db,
    url: detour.url,
    queue,
    spoolRoot: join(folder, 'spool'),
    fetching: noProviders(db, queue),
    log: quiet,
  });
  afterwards(async () => {
    await worker.close();
    await Promise.all([queue.close(), db.close()]);
    await detour.close();
  });
  const seeding = (posts: number) =>
    jobs.seed({ users: 4, posts, hashtags: 20, seed: 3, endingAt: Date.UTC(2026, 0, 1), demo: false });
  const leaseOf = async (jobId: string): Promise<number> => {
    const [row] = await store.sql`select lease, state from jobs where job_id = ${jobId}`;
    return must(row, 'the test made it').state === 'RUNNING' ? row?.lease : 0;
  };
  return { store, detour, seeding, leaseOf };
}

waitingTest(
  'an import that waits for its stream longer than the limit tries again, and uses up none of its tries',
  async ({ expect }) => {
    const { store, seeding, leaseOf } = await openWork();
    await untilJob(store, await seeding(400), isOver);
    let held = false;
    let release = false;
    const holding = store.sql.begin(async (tx) => {
      await tx`select 1 from streams for update`;
      held = true;
      // An idle transaction would be ended.
      for (; !release; await sleep(200)) await tx`select 1`;
    });
    await expect.poll(() => held).toBe(true);
    const jobId = await seeding(800);
    await expect.poll(() => leaseOf(jobId)).toBeGreaterThan(1);
    release = true;
    await holding;
    expect(await untilJob(store, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', attempts: 1 });
  },
);

waitingTest(
  "connections that are lost again and again use up none of an import's tries",
  async ({ expect }) => {
    const { store, detour, seeding, leaseOf } = await openWork();
    const jobId = await seeding(40_000);
    // More often than a job may fail.
    for (let cut = 0, lease = 0; cut < 6; cut++) {
      await expect.poll(() => leaseOf(jobId), { interval: 10 }).toBeGreaterThan(lease);
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
    });
    const told = new Set(job.events.map(({ message }) => message));
    expect([...told].join('\n')).toMatch(/The database was out of reach|Another worker continued/);
    for (const { id } of await store.sql<{ id: number }[]>`select stream_id as id from streams`) {
      expect(await verifyStream(store.sql, id)).toEqual([]);
    }
  },
);
