import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { revive } from '../../../src/db/revive.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-revive-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

let running: boolean;
let leaving: boolean;
let starts: number;
let told: string[];

beforeEach(() => {
  running = false;
  leaving = false;
  starts = 0;
  told = [];
});

const start = async () => {
  starts++;
  running = true;
};
/** One process, beside others with the same folder. */
const enter = (how: () => Promise<void> = start) =>
  revive({
    lockPath: join(folder, 'postgres.lock'),
    isRunning: async () => running,
    start: how,
    isLeaving: () => leaving,
    log: pino({}, { write: (line) => void told.push((JSON.parse(line) as { msg: string }).msg) }),
  });

test('of several processes that lost their cluster one starts it', async () => {
  const all = [enter(), enter(), enter()];
  await Promise.all(all.map((one) => one.onLost()));
  for (const one of all) one.onBack();
  expect(starts).toBe(1);
  expect(told).toEqual(['the embedded Postgres is gone; starting it again', 'the embedded Postgres is back']);
});

test('a process that is leaving does not start it again', async () => {
  leaving = true;
  await enter().onLost();
  expect(starts).toBe(0);
  expect(told).toEqual([]);
});

test('after a lost connection alone nothing is started or reported', async () => {
  running = true;
  const one = enter();
  await one.onLost();
  one.onBack();
  expect(starts).toBe(0);
  expect(told).toEqual([]);
});

test('a start that fails is tried again after growing pauses, and after the next death after a short one', async () => {
  const one = enter(async () => {
    await start();
    running = starts % 3 === 0;
    if (!running) throw new Error('not yet');
  });
  for (let death = 0; death < 2; death++) {
    for (let times = 0; times < 3; times++) await one.onLost();
    one.onBack();
    running = false;
  }
  const once = [
    'the embedded Postgres is gone; starting it again',
    'the embedded Postgres did not start; trying again in 0.2 s',
    'the embedded Postgres did not start; trying again in 0.4 s',
    'the embedded Postgres is back',
  ];
  expect(told).toEqual([...once, ...once]);
});
