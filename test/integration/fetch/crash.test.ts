import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { verifyStream } from '../../../src/ingest/write/recount.ts';
import { postsOf, type XUser } from '../../support/fake-x-world.ts';
import { environmentOf, fetchService, startServices } from '../../support/fetching.ts';
import { openStore } from '../../support/store.ts';
import { isOver, openJobs, untilJob } from '../../support/worker.ts';

const db = await openStore();
const { queue, folder } = await openJobs(db);
const jobs = fetchService(db, queue);
const newestAt = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
const users: XUser[] = Array.from({ length: 10 }, (_, at) => ({ id: String(500 + at), handle: `user${at}` }));
const perUser = 2_400;
const services = await startServices({
  users,
  posts: users.flatMap(({ id }, at) => postsOf(id, perUser, { newestAt: newestAt - at * 1_000 })),
});
const program = new URL('../../../src/worker.ts', import.meta.url).pathname;
let worker: ChildProcess | null = null;
afterAll(() => void worker?.kill('SIGKILL'));

async function startWorker(): Promise<void> {
  worker = fork(program, {
    env: {
      ...process.env,
      DATABASE_URL: db.url,
      LARKSTAT_DATA: folder,
      LOG_LEVEL: 'silent',
      ...environmentOf(services, ['X_API']),
    },
    execArgv: ['--import', 'tsx'],
  });
  await new Promise((ready) => worker?.once('message', ready));
}

const states = async () =>
  db.sql<{ id: string; state: string; attempts: number }[]>`select job_id as id, state, attempts from jobs`;

test('workers killed at random moments lose no post and double none', async () => {
  const ids = await Promise.all(
    users.map(({ handle }) =>
      jobs.fetch({
        target: { kind: 'account', handle },
        full: true,
        limit: null,
        provider: null,
      }),
    ),
  );
  let interrupted = 0;
  for (let kills = 0; kills < 8 && interrupted < 20; kills++) {
    await startWorker();
    await sleep(50 + Math.random() * 600);
    worker?.kill('SIGKILL');
    const killedAt = Date.now();
    const running = (await states()).filter(({ state }) => state === 'RUNNING');
    interrupted += running.length;
    await startWorker();
    // Each is taken up by the next worker, and goes on.
    for (const { id, attempts } of running) {
      await untilJob(db, id, (job) => job.attempts > attempts || isOver(job));
    }
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    worker?.kill('SIGKILL');
  }
  await startWorker();
  for (const id of ids) expect(await untilJob(db, id, isOver)).toMatchObject({ state: 'SUCCEEDED' });
  expect(interrupted).toBeGreaterThanOrEqual(20);
  const [row] = await db.sql`select count(*)::int as posts, count(distinct post_id)::int as ids from posts`;
  expect(row).toEqual({ posts: users.length * perUser, ids: users.length * perUser });
  for (const { stream_id } of await db.sql`select stream_id from streams`) {
    expect(await verifyStream(db.sql, stream_id)).toEqual([]);
  }
}, 300_000);
