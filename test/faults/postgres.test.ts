import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { afterwards } from '../support/afterwards.ts';
import { ask, type Outcome, tally } from '../support/asked.ts';
import { type Load, startLoad } from '../support/load.ts';
import { startPostgres } from '../support/own-postgres.ts';
import { aMachine, runServer } from '../support/servers.ts';
import { aWrittenStream, expectNoneHung, faultSeconds, mixed, slowest, tell } from './support.ts';

const postgres = await startPostgres();
const db = openDatabase(postgres.url, { poolSize: 2 });
afterwards(() => db.close());
const stream = await aWrittenStream(db);
const server = await runServer({
  args: ['--no-worker'],
  env: { DATABASE_URL: postgres.url, LARKSTAT_DATA: await aMachine() },
});

/** More than the pool has connections, all at the same time. */
async function isWhole(): Promise<boolean> {
  const asked = Array.from({ length: 40 }, () =>
    ask(server.url, new Agent(), { kind: 'whole', query: mixed(stream)(2 * next++ + 1).query }),
  );
  return (await Promise.all(asked)).every(({ code }) => code === 'OK');
}
let next = 1_000_000;

/** A load whose cached queries are cached by now. */
async function underLoad(): Promise<Load> {
  const load = startLoad(server.url, { questions: mixed(stream) });
  await expect.poll(() => load.outcomes.filter(({ cache }) => cache === 'hit').length).toBeGreaterThan(10);
  return load;
}

/** Cached answers are still sent; other requests report that the store is unavailable, and when to try again. */
function expectTypedErrors(outcomes: readonly Outcome[]): void {
  const failed = outcomes.filter(({ code }) => code !== 'OK');
  expect(failed.filter(({ kind }) => kind === 'kept')).toEqual([]);
  for (const { code, status, retryAfter } of failed) {
    expect({ code, status }).toEqual({ code: 'STORE_UNAVAILABLE', status: 503 });
    expect(Number(retryAfter)).toBeGreaterThan(0);
  }
  expectNoneHung(outcomes);
}

async function expectBack(load: Load, begun: number): Promise<void> {
  const ended = Date.now();
  await expect.poll(isWhole, { interval: 50 }).toBe(true);
  const whole = Date.now();
  // From now on nothing fails.
  await sleep(1_000);
  const outcomes = await load.stop();
  tell(
    `${JSON.stringify(tally(outcomes))}, the slowest ${slowest(outcomes)} ms, whole after ${whole - ended} ms`,
  );
  expectTypedErrors(outcomes);
  const failed = outcomes.filter(({ code }) => code !== 'OK');
  expect(failed.filter(({ at, ms }) => at + ms < begun || at > whole)).toEqual([]);
}

test('while Postgres restarts, cached answers are served, and all other requests get Retry-After', async () => {
  const load = await underLoad();
  const begun = Date.now();
  await postgres.stop();
  await sleep(faultSeconds * 1_000);
  await postgres.start();
  await expectBack(load, begun);
  expect(load.outcomes.some(({ code }) => code === 'STORE_UNAVAILABLE')).toBe(true);
});

test('connections that are cut at random fail only their own requests, with a typed error', async () => {
  const load = await underLoad();
  const begun = Date.now();
  let cut = 0;
  for (const end = begun + faultSeconds * 1_000; Date.now() < end; await sleep(200))
    cut += await postgres.cut(0.3);
  expect(cut).toBeGreaterThan(0);
  tell(`${cut} connections were cut`);
  await expectBack(load, begun);
});
