import { setTimeout as sleep } from 'node:timers/promises';
import { openQueue } from '../src/jobs/queue.ts';
import { createFetchService } from '../src/fetch/service.ts';
import { createJobService } from '../src/jobs/service.ts';
import { createLogger } from '../src/platform/logger.ts';
import { count, type Finding, type Run } from './support/finding.ts';
import { largeStore } from './support/large-store.ts';
import { p99Finding } from './support/p99-finding.ts';
import { time } from './support/timings.ts';

/** Limit for 99 of 100, in milliseconds. */
const target = 5;
const runs = 1_000;
const warmUps = 500;
/** Milliseconds between two jobs, so that the queue has processed one before the next arrives. */
const pause = 5;

/** Accepting jobs one after the other in a store of 1,000,000 posts. No worker runs. */
export async function enqueueing(run: Run): Promise<readonly Finding[]> {
  const { store, large } = await largeStore(run);
  const log = createLogger('error', 'bench');
  const queue = openQueue(store.url, log);
  const { sql } = store.db;
  try {
    const jobs = createJobService(store.db, queue);
    const fetching = createFetchService(store.db, queue, {
      providers: [{ name: 'X_API', obstacle: () => null }],
      refreshAfterMs: 900_000,
      log,
    });
    const file = { path: '/nowhere.zip', handle: null, uploaded: false };
    const paced = { runs, warmUps, before: () => sleep(pause) };
    const imports = await time(() => jobs.importArchive(file), paced);
    const fetches = await time((n) => fetching.fetch(fetchOf(`user_${n}`)), paced);
    await sql`create table bench_jobs (id bigint generated always as identity primary key, payload jsonb not null)`;
    const floor = await time(() => sql`insert into bench_jobs (payload) values (${sql.json(file)})`, paced);
    await sql`drop table bench_jobs`;
    const measured = { part: 'enqueue', size: `${count(large.posts)} posts`, floor, target };
    return [
      p99Finding({ ...measured, what: 'enqueueing an import', ours: imports }),
      p99Finding({ ...measured, what: 'enqueueing a fetch', ours: fetches }),
    ];
  } finally {
    await queue.close();
  }
}

const fetchOf = (handle: string) => ({
  target: { kind: 'account' as const, handle },
  full: false,
  limit: null,
  provider: null,
});
