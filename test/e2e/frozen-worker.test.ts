import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { must } from '../../src/shared/errors.ts';
import { patienceMs } from '../support/patience.ts';
import { program } from '../support/program.ts';
import { openStore } from '../support/store.ts';
import { isOver, openJobs, untilJob } from '../support/worker.ts';
import { tweet, writeArchive } from '../support/x-archive.ts';

const db = await openStore();
const { jobs, folder } = await openJobs(db);
let command: ChildProcess;
let frozen: number | undefined;
afterEach(async () => {
  if (command.exitCode === null && command.signalCode === null) {
    command.kill('SIGTERM');
    await once(command, 'exit');
  }
  if (frozen !== undefined && jobProcesses().includes(frozen)) process.kill(frozen, 'SIGKILL');
});

/** The command's children. */
function jobProcesses(): readonly number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = listed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, parent]) => (parent === command.pid && pid ? [pid] : []));
}

test('a frozen job process is replaced by its parent, and its jobs continue', async () => {
  command = spawn(process.execPath, [program, 'worker', '--json'], {
    env: { ...process.env, DATABASE_URL: db.url, LARKSTAT_DATA: folder, LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(must(command.stdout, 'it is a pipe'), 'data');
  [frozen] = jobProcesses();
  process.kill(must(frozen, 'it takes jobs'), 'SIGSTOP');
  const path = join(folder, 'lark.zip');
  const owner = { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) };
  await writeArchive(path, owner, [tweet({ at: Date.UTC(2020, 0, 1), text: 'hello' })]);
  const jobId = await jobs.importArchive({ path, handle: null, uploaded: false });
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 1 });
  await expect.poll(jobProcesses, { timeout: patienceMs }).not.toContain(frozen);
}, 240_000);
