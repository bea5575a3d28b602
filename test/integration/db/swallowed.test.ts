import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, type ExpectStatic, test } from 'vitest';
import { openChanges } from '../../../src/changes.ts';
import { listen } from '../../../src/db/listen.ts';
import { openQueue } from '../../../src/jobs/queue.ts';
import { openDetour } from '../../support/detour.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { openJobs, quiet } from '../../support/worker.ts';

const store = await openStore();
await openJobs(store);

type Detour = Awaited<ReturnType<typeof openDetour>>;
/** The clients and servers that are closed while the network drops their packets. */
type Closing = { close(): Promise<unknown> };

/** The number of sockets of this process that go through the detour. */
function socketsTo({ port }: Detour): number {
  // Node does not show it elsewhere.
  const { _getActiveHandles } = process as unknown as {
    _getActiveHandles(): readonly { remotePort?: number }[];
  };
  return _getActiveHandles.call(process).filter(({ remotePort }) => remotePort === port).length;
}

const settled = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ended',
    () => 'ended',
  );

/** The connections of each are cut off silently at one stage of their life; returns the work that was running then. */
const stages: Record<
  string,
  (detour: Detour, expect: ExpectStatic) => Promise<Closing & { readonly underWay?: Promise<unknown> }>
> = {
  'a pool whose connections stand idle': async (detour) => {
    const db = openAgain(detour.url, { poolSize: 2 });
    await Promise.all([db.orm.execute(sql`select 1`), db.sql`select 1`]);
    detour.swallow();
    return db;
  },
  'a pool that connects': async (detour) => {
    const db = openAgain(detour.url, { poolSize: 1 });
    detour.swallowAt('');
    const underWay = Promise.allSettled([db.sql`select 1`, db.orm.execute(sql`select 1`)]);
    return { close: db.close, underWay };
  },
  'a pool that asks for its types': async (detour, expect) => {
    const db = openAgain(detour.url, { poolSize: 1 });
    const swallowed = detour.swallowAt('typarray');
    const underWay = Promise.allSettled([
      db.sql`select 1`,
      db.until(new AbortController()).orm.execute(sql`select 1`),
    ]);
    await expect.poll(() => swallowed.count).toBe(2);
    return { close: db.close, underWay };
  },
  'a pool with a statement under way, and others behind it': async (detour, expect) => {
    const db = openAgain(detour.url, { poolSize: 1 });
    const swallowed = detour.swallowAt('lost');
    const ask = async () => db.until(new AbortController()).orm.execute(sql`select 1 as lost`);
    const underWay = Promise.allSettled([ask(), ask(), ask()]);
    await expect.poll(() => swallowed.count).toBe(1);
    return { close: db.close, underWay };
  },
  'a pool with a transaction under way': async (detour, expect) => {
    const db = openAgain(detour.url);
    const swallowed = detour.swallowAt('lost');
    const underWay = db.sql.begin((tx) => tx`select 1 as lost`);
    await expect.poll(() => swallowed.count).toBe(1);
    return { close: db.close, underWay: settled(underWay) };
  },
  'a pool that tells others its news': async (detour, expect) => {
    const db = openAgain(detour.url);
    const swallowed = detour.swallowAt('pg_notify');
    db.changeFeed.publish([{ registry: 1 }]);
    await expect.poll(() => swallowed.count).toBe(1);
    return db;
  },
  'one that hears of changes': async (detour) => {
    const db = openAgain(detour.url);
    const { close } = await openChanges(db);
    detour.swallow();
    return { close: () => Promise.all([close(), db.close()]) };
  },
  'one that begins to hear of changes again': async (detour, expect) => {
    const listening = await listen(detour.url, 'larkstat', {
      onMessage() {},
      onBack() {},
      log: pino({ level: 'silent' }),
    });
    await detour.close();
    await detour.open();
    const swallowed = detour.swallowAt('listen "');
    await expect.poll(() => swallowed.count).toBe(1);
    return listening;
  },
  'a job queue whose connections stand idle': async (detour) => {
    const queue = openQueue(detour.url, quiet);
    await queue.counts();
    detour.swallow();
    return queue;
  },
  'a job queue that connects': async (detour) => {
    detour.swallowAt('');
    return openQueue(detour.url, quiet);
  },
  'a job queue that begins': async (detour, expect) => {
    const swallowed = detour.swallowAt('SELECT');
    const queue = openQueue(detour.url, quiet);
    await expect.poll(() => swallowed.count).toBeGreaterThan(0);
    return queue;
  },
  'a job queue that takes a job': async (detour) => {
    const queue = openQueue(detour.url, quiet);
    await queue.counts();
    detour.swallow();
    const underWay = queue.add('6e9a5a3e-1f9b-4a39-9c50-0a4f3a4c0a11', { kind: 'IMPORT', priority: 1 });
    return { close: queue.close, underWay };
  },
};

describe('while a network drops all packets, closing ends, and leaves no connection and no waiting query:', () => {
  test.concurrent.for(Object.keys(stages))('%s', async (stage, { expect }) => {
    const detour = await openDetour(store.url);
    const closing = await stages[stage]?.(detour, expect);
    detour.swallowAt('');
    await closing?.close();
    // A closed socket is listed until the end of the event loop's turn.
    await nextTurn();
    await nextTurn();
    expect(socketsTo(detour)).toBe(0);
    await closing?.underWay;
    await detour.close();
  });
});
