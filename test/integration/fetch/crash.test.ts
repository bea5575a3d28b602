import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { fetchQueueName } from '../../../src/jobs/payloads.ts';
import { bull, connection } from '../../../src/jobs/queue.ts';
import { must } from '../../../src/shared/errors.ts';
import { postsOf, type XUser } from '../../support/fake-x-world.ts';
import { environmentOf, fetchService, startServices } from '../../support/fetching.ts';
import { openStore } from '../../support/store.ts';
import { isOver, openJobs, untilJob } from '../../support/worker.ts';
import { workerProgram } from '../../support/program.ts';

const db = await openStore();
const { queue, folder } = await openJobs(db);
const fetches = fetchService(db, queue);
const newestAt = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
const perUser = 800;
const pagesPerUser = perUser / 100;
/** Fewer than the times that a job may start: a job that ran at each kill still completes. */
const kills = 18;
const users: XUser[] = Array.from({ length: kills }, (_, at) => ({
  id: String(500 + at),
  handle: `user${at}`,
}));
const services = await startServices({
  users,
  posts: users.flatMap(({ id }, at) => postsOf(id, perUser, { newestAt: newestAt - at * 1_000 })),
});
const fetchQueue = new bull.Queue(fetchQueueName, { connection: connection(db.url) });
let worker: ChildProcess | null = null;
afterAll(async () => {
  worker?.kill('SIGKILL');
  await fetchQueue.close();
});

/** How long there has been a worker that takes jobs, in total. */
const lives = { endedMs: 0, begunAt: 0 };
const livedMs = (): number => lives.endedMs + Date.now() - lives.begunAt;

function killWorker(): void {
  worker?.kill('SIGKILL');
  lives.endedMs = livedMs();
}

async function startWorker(): Promise<void> {
  worker = fork(workerProgram, {
    env: {
      ...process.env,
      DATABASE_URL: db.url,
      LARKSTAT_DATA: folder,
      LOG_LEVEL: 'silent',
      ...environmentOf(services, ['X_API']),
    },
    execArgv: [],
  });
  await new Promise((ready) => worker?.once('message', ready));
  lives.begunAt = Date.now();
}

type Row = {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly fetched: number;
};
const rows = () =>
  db.sql<
    Row[]
  >`select job_id as id, state, attempts, fetched::float8 from jobs where state in ('QUEUED', 'RUNNING')`;

/** How long jobs of killed workers seem to run, for a worker that could take them. */
function watchTakeovers() {
  const waiting = new Map<string, { attempts: number; since: number }>();
  const took: number[] = [];
  const look = async () => {
    const open = new Map((await rows()).map((row) => [row.id, row]));
    for (const [id, { attempts, since }] of waiting) {
      const isBegun = (open.get(id)?.attempts ?? Number.POSITIVE_INFINITY) > attempts;
      // A job that is in the queue again may have others before it.
      if (!isBegun && (await fetchQueue.getJobState(id)) === 'active') continue;
      took.push(livedMs() - since);
      waiting.delete(id);
    }
  };
  return {
    took,
    look,
    /** Records running jobs as just interrupted. */
    interrupted(running: readonly Row[]) {
      for (const { id, attempts } of running) {
        // Jobs that nobody has taken since the last kill still look as if they ran.
        if (waiting.get(id)?.attempts !== attempts) waiting.set(id, { attempts, since: lives.endedMs });
      }
    },
    allTaken: () => waiting.size === 0,
  };
}

test('workers that are killed at random moments lose no post and duplicate none', async () => {
  const takeovers = watchTakeovers();
  const moments: number[] = [];
  const ids: string[] = [];
  for (const [at, { id: userId, handle }] of users.entries()) {
    const target = { kind: 'account', handle } as const;
    const id = await fetches.fetch({ target, full: true, limit: null, provider: null });
    ids.push(id);
    // After this many pages X does not answer: the fetch is still running, however late its worker is killed.
    const answers = 1 + (at % (pagesPerUser - 1));
    const of = `/users/${userId}/tweets`;
    services.xApi.faults.push({ kind: 'none', of, times: answers }, { kind: 'hang', of, times: 1_000 });
    const asked = () => services.xApi.requests.filter(({ path }) => path.includes(of)).length;
    await startWorker();
    for (; asked() < answers; await sleep(5)) await takeovers.look();
    await sleep(Math.random() * 60);
    killWorker();
    services.xApi.faults.clear();
    const running = (await rows()).filter(({ state }) => state === 'RUNNING');
    takeovers.interrupted(running);
    moments.push(
      must(
        running.find((row) => row.id === id),
        'it cannot end',
      ).fetched,
    );
  }
  // In the middle, and not all at one place.
  expect(new Set(moments.filter((fetched) => fetched > 0)).size).toBeGreaterThanOrEqual(5);

  await startWorker();
  for (; !takeovers.allTaken(); await sleep(50)) await takeovers.look();
  expect(Math.max(...takeovers.took)).toBeLessThan(30_000);
  for (const id of ids) {
    expect(await untilJob(db, id, isOver)).toMatchObject({ state: 'SUCCEEDED', errorMessage: null });
  }
  const [row] = await db.sql`select count(*)::int as posts, count(distinct post_id)::int as ids from posts`;
  expect(row).toEqual({ posts: ids.length * perUser, ids: ids.length * perUser });
  for (const { stream_id } of await db.sql`select stream_id from streams`) {
    expect(await verifyStream(db.sql, stream_id)).toEqual([]);
  }
}, 900_000);
