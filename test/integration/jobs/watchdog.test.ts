import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterwards, waitingTest } from '../../support/afterwards.ts';
import { workerProgram } from '../../support/program.ts';
import { openStore } from '../../support/store.ts';
import { isOver, openJobs, untilJob } from '../../support/worker.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';

const poison = 'for ever and ever';

/** A store, and workers of it that are ended when they hang for this long. */
async function openWork(stallMs: number) {
  const db = await openStore();
  const { jobs, folder } = await openJobs(db);
  // Parsing the poison never ends: it stands for any input that takes quadratic time.
  const trap = join(folder, 'trap.mjs');
  await writeFile(
    trap,
    `const parse = JSON.parse;
    JSON.parse = (text, ...more) => {
      while (String(text).includes('${poison}'));
      return parse(text, ...more);
    };`,
  );
  async function forkWorker(): Promise<ChildProcess> {
    const child = fork(workerProgram, {
      env: {
        ...process.env,
        DATABASE_URL: db.url,
        LARKSTAT_DATA: folder,
        LOG_LEVEL: 'silent',
        WORKER_STALL_MS: String(stallMs),
        NODE_OPTIONS: `--import ${pathToFileURL(trap).href}`,
      },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    afterwards(() => child.kill('SIGKILL'));
    await once(child, 'message');
    return child;
  }
  async function importing(handle: string, text: string): Promise<string> {
    const path = join(folder, `${handle}.zip`);
    const owner = { id: '4242', handle, displayName: handle, joinedAt: new Date(0) };
    await writeArchive(path, owner, [tweet({ at: Date.UTC(2020, 0, 1), text })]);
    return jobs.importArchive({ path, handle, uploaded: false });
  }
  return { db, forkWorker, importing };
}

waitingTest(
  'a worker that hangs is ended, its job says so and fails after a few times, and other jobs continue',
  async ({ expect }) => {
    const { db, forkWorker, importing } = await openWork(3_000);
    const poisoned = await importing('lark', poison);
    const child = await forkWorker();
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    // By then its output has arrived, too.
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    const stood = /the worker stood still for 3 s( \(last: .+\))?; it was ended/;
    expect(said).toMatch(stood);
    expect((await untilJob(db, poisoned, () => true)).message).toMatch(stood);

    // The last try that it has.
    await db.sql`update jobs set failures = 4 where job_id = ${poisoned}`;
    const other = await importing('wren', 'hello');
    await forkWorker();
    const job = await untilJob(db, poisoned, isOver);
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL' });
    expect(job.errorMessage).toMatch(/^The job failed 5 times without getting any further\. The last time: /);
    expect(job.errorMessage).toMatch(stood);
    expect(await untilJob(db, other, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 1 });
  },
);

waitingTest(
  'a worker that was stopped and continues is not treated as one that hangs',
  async ({ expect }) => {
    const { db, forkWorker, importing } = await openWork(5_000);
    const child = await forkWorker();
    child.kill('SIGSTOP');
    const stoppedAt = performance.now();
    const longer = () => performance.now() - stoppedAt;
    await expect.poll(longer).toBeGreaterThan(8_000);
    child.kill('SIGCONT');
    const jobId = await importing('kite', 'hello');
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED' });
    expect(child.signalCode).toBeNull();
  },
);
