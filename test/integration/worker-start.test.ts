import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bull } from '../../src/jobs/queue.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { openStore } from '../support/store.ts';
import { noProviders, openJobs, quiet } from '../support/worker.ts';

const db = await openStore();
const { queue, folder } = await openJobs(db);
const options = { db, url: db.url, queue, chain: noProviders(db), log: quiet };

test('a worker takes no job before whoever starts it can stop it', async () => {
  const { Worker } = bull;
  let taking = 0;
  bull.Worker = new Proxy(Worker, {
    construct(target, args: ConstructorParameters<typeof Worker>) {
      taking++;
      return new target(...args);
    },
  });
  let takingAtLook: number | null = null;
  const sql = new Proxy(db.sql, {
    apply(target, self, args: Parameters<typeof db.sql>) {
      takingAtLook ??= taking;
      return Reflect.apply(target, self, args);
    },
  });
  const worker = await startWorker({ ...options, db: { ...db, sql }, spoolRoot: join(folder, 'spool') });
  await worker.close();
  bull.Worker = Worker;
  expect(taking).toBe(2);
  expect(takingAtLook).toBe(0);
});
