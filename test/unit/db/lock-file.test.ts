import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { lockFile } from '../../../src/db/lock-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-lock-'));
const path = join(folder, 'lock');
/** Linux gives no process a pid this high. */
const nobody = 4_194_305;

beforeEach(() => rm(path, { force: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The largest number of holders of the lock at the same time. */
async function mostAtOnce(waiters: number): Promise<number> {
  let [now, most] = [0, 0];
  const wait = async (_: unknown, at: number) => {
    // Not synchronized: a later one may still be checking when an earlier one holds the lock.
    for (let turn = 0; turn < at; turn++) await setImmediate();
    const unlock = await lockFile(path);
    now += 1;
    most = Math.max(most, now);
    await setImmediate();
    now -= 1;
    await unlock();
  };
  await Promise.all(Array.from({ length: waiters }, wait));
  return most;
}

test.each([
  ['a process that is gone', `${nobody} a-token`],
  ['a process that is gone, as written without a token', String(nobody)],
  ['an earlier process with our pid', `${process.pid} a-token`],
  ['an earlier process with our pid, as written without a token', String(process.pid)],
])('the lock of %s is void at once', async (_, holder) => {
  await writeFile(path, holder);
  const started = performance.now();
  const unlock = await lockFile(path);
  // A valid lock is waited for, a minute and a half.
  expect(performance.now() - started).toBeLessThan(60_000);
  await unlock();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock whose holder died before it wrote its name is void', async () => {
  await writeFile(path, '');
  await (await lockFile(path))();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock held by this process is waited for', async () => {
  expect(await mostAtOnce(5)).toBe(1);
});

test('when many find a dead holder, one has the lock at a time', async () => {
  for (let round = 0; round < 5; round++) {
    await writeFile(path, `${nobody} a-token`);
    expect(await mostAtOnce(6)).toBe(1);
  }
});

test('waiting for a lock can be aborted', async () => {
  await writeFile(path, `${process.ppid} somebody's`);
  const stop = new AbortController();
  const waiting = lockFile(path, stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(await readdir(folder)).toEqual(['lock']);
});
