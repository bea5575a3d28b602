import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nowAndThen } from '../../../src/metrics/now-and-then.ts';

test('many requests reach the source once', async () => {
  let asked = 0;
  const look = nowAndThen(async () => ++asked, { everyMs: 60_000 });
  expect(await Promise.all([look(), look()])).toEqual([1, 1]);
  expect(await look()).toBe(1);
});

test('the source is asked again when the time is over', async () => {
  let asked = 0;
  const look = nowAndThen(async () => ++asked, { everyMs: 0 });
  expect(await look()).toBe(1);
  await sleep(2);
  expect(await look()).toBe(2);
});

test('a source that fails has no value', async () => {
  const look = nowAndThen(() => Promise.reject(new Error('away')));
  expect(await look()).toBeNull();
});

test('a source that is slow is not waited for, nor asked a second time meanwhile', async () => {
  let asked = 0;
  let answer: (value: string) => void = () => {};
  const ask = () => {
    asked += 1;
    return new Promise<string>((resolve) => {
      answer = resolve;
    });
  };
  const look = nowAndThen(ask, { everyMs: 60_000, patienceMs: 5 });
  expect([await look(), await look()]).toEqual([null, null]);
  answer('late');
  await expect.poll(look).toBe('late');
  expect(asked).toBe(1);
});
