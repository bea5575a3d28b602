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
const perUser = 800;
/** Pages of a hundred, after one request for the profile. */
const requestsOfOne = 1 + perUser / 100;
const kills = 20;
// Some more than there are kills: between two jobs of one worker none is under way.
const users: XUser[] = Array.from({ length: kills + 10 }, (_, at) => ({
  id: String(500 + at),
  handle: `user${at}`,
}));
const services = await startServices({
  users,
  posts: users.flatMap(({ id }, at) => postsOf(id, perUser, { newestAt: newestAt - at * 1_000 })),
});
const program = new URL('../../../src/worker.ts', import.meta.url).pathname;
let worker: ChildProcess | null = null;
afterAll(() => void worker?.kill('SIGKILL'));

/** How long there has been a worker that takes jobs, all of them together. */
const lives = { endedMs: 0, begunAt: 0 };
const livedMs = (): number => lives.endedMs + Date.now() - lives.begunAt;

function killWorker(): void {
  worker?.kill('SIGKILL');
  lives.endedMs = livedMs();
}

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

/** How long jobs of killed workers are left by one that could take them. */
function watchTakeovers() {
  const waiting = new Map<string, { attempts: number; since: number }>();
  const took: number[] = [];
  const look = async () => {
    const open = new Map((await rows()).map((row) => [row.id, row]));
    for (const [id, { attempts, since }] of waiting) {
      if ((open.get(id)?.attempts ?? Number.POSITIVE_INFINITY) <= attempts) continue;
      took.push(livedMs() - since);
      waiting.delete(id);
    }
  };
  return {
    took,
    look,
    /** Notes those that were under way as just interrupted. */
    interrupted(running: readonly Row[]) {
      for (const { id, attempts } of running) {
        // Those that nobody has taken up since the last kill still look as if they were under way.
        if (waiting.get(id)?.attempts !== attempts) waiting.set(id, { attempts, since: lives.endedMs });
      }
    },
    allTaken: () => waiting.size === 0,
  };
}

test('workers killed at random moments lose no post and double none', async () => {
  const takeovers = watchTakeovers();
  const moments: number[] = [];
  const ids: string[] = [];
  let killed = 0;
  for (const { handle } of users) {
    if (killed === kills) break;
    const target = { kind: 'account', handle } as const;
    ids.push(await jobs.fetch({ target, full: true, limit: null, provider: null }));
    // No answer after so many, and fewer than it takes: a fetch is under way still, however late its worker is killed.
    const answers = 1 + (killed % (requestsOfOne - 1));
    services.xApi.requests.length = 0;
    services.xApi.faults.push({ kind: 'none', times: answers }, { kind: 'hang', times: 1_000 });
    await startWorker();
    await expect.poll(() => services.xApi.requests.length, { interval: 5 }).toBeGreaterThanOrEqual(answers);
    await sleep(Math.random() * 60);
    await takeovers.look();
    killWorker();
    services.xApi.faults.clear();
    const running = (await rows()).filter(({ state }) => state === 'RUNNING');
    takeovers.interrupted(running);
    moments.push(...running.map(({ fetched }) => fetched));
    if (running.length > 0) killed += 1;
  }
  expect(killed).toBe(kills);
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
