import { openAsBlob } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { nameDeployment } from '../../src/db/migrate.ts';
import { migrateQueue, openQueue } from '../../src/jobs/queue.ts';
import { createJobService } from '../../src/jobs/service.ts';
import { openRedisCarrier } from '../../src/platform/redis-carrier.ts';
import { afterwards } from '../support/afterwards.ts';
import { type Balancer, openBalancer } from '../support/balancer.ts';
import { aFollowedStream, isAscending } from '../support/followed-stream.ts';
import { fakeBucket, fakeCredentials, startFakeS3 } from '../support/fake-s3.ts';
import { quietPort } from '../support/quiet-port.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { aMachine, type Running, runServer, runWorker } from '../support/servers.ts';
import { openStore } from '../support/store.ts';
import { isOver, quiet, untilJob } from '../support/worker.ts';
import { tweet, writeArchive } from '../support/x-archive.ts';

/** Two servers, each with its own port, on one Postgres and one Redis, and a process of the test on the same. */
async function aDeployment() {
  const store = await openStore();
  const redis = await startRedis();
  const prefix = await nameDeployment(store.url);
  await migrateQueue(store.url);
  const db = openDatabase(store.url, { carrier: openRedisCarrier(redis.url, prefix, quiet) });
  const queue = openQueue(store.url, quiet, { url: redis.url, prefix });
  afterwards(async () => {
    await queue.close();
    await db.close();
  });
  const env = {
    DATABASE_URL: store.url,
    REDIS_URL: redis.url,
    QUEUE_URL: redis.url,
    LOG_LEVEL: 'error',
    DRAIN_DELAY_SECONDS: '3',
  };
  const ports = [await quietPort(), await quietPort()];
  const serve = async (port: number, args: readonly string[] = [], more = {}) =>
    runServer({
      args: ['--no-worker', ...args],
      env: { ...env, PORT: `${port}`, LARKSTAT_DATA: await aMachine(), ...more },
    });
  const work = async () => runWorker({ env: { ...env, LARKSTAT_DATA: await aMachine() } });
  return { db, jobs: createJobService(db, queue), ports, serve, work };
}

type Deployment = Awaited<ReturnType<typeof aDeployment>>;

/** Followed at the server that the balancer picks. */
const aStreamOf = ({ db }: Deployment, balancer: Balancer) => aFollowedStream(db, () => balancer.pick());

/** The uploads that two machines share, as environment variables, and how many uploads are there. */
const sharings = {
  async folder() {
    const folder = await aMachine();
    const env = { UPLOADS_URL: pathToFileURL(folder).href };
    return { env, count: async () => (await readdir(folder)).length };
  },
  async bucket() {
    const { url, objects } = await startFakeS3();
    const env = {
      UPLOADS_URL: `s3://${fakeBucket}/uploads`,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: fakeCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fakeCredentials.secretAccessKey,
    };
    return { env, count: async () => objects.size };
  },
};

test.each(['folder', 'bucket'] as const)(
  'an upload is imported by a worker of another machine, by way of a %s that both know',
  async (kind) => {
    const store = await openStore();
    const shared = await sharings[kind]();
    const env = { DATABASE_URL: store.url, LOG_LEVEL: 'error', ...shared.env };
    const { url } = await runServer({
      args: ['--no-worker'],
      env: { ...env, LARKSTAT_DATA: await aMachine() },
    });
    const archive = join(await aMachine(), 'archive.zip');
    await writeArchive(archive, { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) }, [
      tweet({ at: Date.UTC(2020, 0, 1), text: 'Hello' }),
    ]);
    const form = new FormData();
    const query = 'mutation ($file: File!) { importFile(file: $file) { id } }';
    form.set('operations', JSON.stringify({ query, variables: { file: null } }));
    form.set('map', JSON.stringify({ 0: ['variables.file'] }));
    form.set('0', await openAsBlob(archive), 'archive.zip');
    expect(await (await fetch(url, { method: 'POST', body: form })).json()).toMatchObject({
      data: { importFile: {} },
    });
    expect(await shared.count()).toBe(1);
    await runWorker({ env: { ...env, LARKSTAT_DATA: await aMachine() } });
    const [job] = await store.sql<{ id: string }[]>`select job_id as id from jobs`;
    expect(await untilJob(store, job?.id ?? '', isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 1 });
    await expect.poll(shared.count).toBe(0);
  },
);

describe.skipIf(!hasRedis)('two servers on one Postgres and one Redis', () => {
  test('and two workers are restarted in turn under load: no request fails, no job is lost or done twice', async () => {
    const deployment = await aDeployment();
    const { db, jobs, ports, serve, work } = deployment;
    const servers = await Promise.all(ports.map((port) => serve(port)));
    const workers: Running[] = await Promise.all([work(), work()]);
    const balancer = openBalancer(servers.map(({ url }) => url));
    for (const { url } of servers) await balancer.noticed(url, true);
    const stream = await aStreamOf(deployment, balancer);
    const followers = [
      ...Array.from({ length: 5 }, stream.bySse),
      ...Array.from({ length: 5 }, stream.byWebSocket),
    ];

    let over = false;
    const failures: string[] = [];
    let answers = 0;
    const client = async () => {
      while (!over) {
        const { status, body } = await balancer
          .ask('{ streams(first: 5) { nodes { title freshness { version } } } }')
          .catch((error: Error) => ({ status: 0, body: error.message }));
        answers++;
        if (status !== 200 || body.includes('"errors"')) failures.push(`${status} ${body}`);
        await sleep(20);
      }
    };
    const jobIds: string[] = [];
    const posts = 200;
    const orders = async () => {
      for (let at = 0; !over; at++) {
        const endingAt = Date.UTC(2026, 5, 1);
        jobIds.push(await jobs.seed({ users: 1, posts, hashtags: 5, seed: at, endingAt, demo: false }));
        await stream.raise();
        await sleep(1_000);
      }
    };
    const load = Promise.all([...Array.from({ length: 4 }, client), orders()]);
    for (const [at, { url, end }] of servers.entries()) {
      expect(await end('SIGTERM')).toBe(0);
      await balancer.noticed(url, false);
      await serve(ports[at] ?? 0);
      await balancer.noticed(url, true);
    }
    for (const worker of workers) {
      const next = await work();
      expect(await worker.end('SIGTERM')).toBe(0);
      afterwards(() => next.end('SIGTERM'));
    }
    over = true;
    await load;
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(20);
    for (const jobId of jobIds) {
      expect(await untilJob(db, jobId, isOver)).toMatchObject({
        state: 'SUCCEEDED',
        fetched: posts,
        inserted: posts,
      });
    }
    const newest = await stream.newest();
    for (const versions of followers) {
      await expect.poll(() => versions.at(-1)).toBe(newest);
      expect(isAscending(versions)).toBe(true);
    }
    expect(stream.failures).toEqual([]);
  });

  test('of which one is killed with 1,000 subscribers: they get the newest state from the other', async () => {
    const deployment = await aDeployment();
    const [first, second] = await Promise.all(deployment.ports.map((port) => deployment.serve(port)));
    if (first === undefined || second === undefined) throw new Error('two were started');
    const balancer = openBalancer([first.url]);
    await balancer.noticed(first.url, true);
    const stream = await aStreamOf(deployment, balancer);
    const followers = Array.from({ length: 1_000 }, stream.bySse);
    await expect.poll(() => followers.filter((versions) => versions.length > 0).length).toBe(1_000);
    const other = openBalancer([second.url]);
    await other.noticed(second.url, true);
    balancer.pick = other.pick;
    await first.end('SIGKILL');
    await stream.raise();
    const newest = await stream.newest();
    await expect.poll(() => followers.filter((versions) => versions.at(-1) === newest).length).toBe(1_000);
    expect(followers.every(isAscending)).toBe(true);
    expect(stream.failures).toEqual([]);
  });

  test('whose processes share one port and are killed in turn: subscribers reconnect and miss no state', async () => {
    const deployment = await aDeployment();
    const server = await deployment.serve(0, ['--processes', '2'], { LOG_LEVEL: 'info' });
    const answering = () => server.logged.filter(({ msg }) => msg === 'this process answers requests');
    const balancer = openBalancer([server.url]);
    await balancer.noticed(server.url, true);
    const stream = await aStreamOf(deployment, balancer);
    const followers = [
      ...Array.from({ length: 10 }, stream.bySse),
      ...Array.from({ length: 10 }, stream.byWebSocket),
    ];
    const allTold = async () => {
      const newest = await stream.newest();
      await expect.poll(() => followers.filter((versions) => versions.at(-1) === newest).length).toBe(20);
    };
    await allTold();
    // Then only processes that were started in place of these can send it.
    for (const [at, { name, pid }] of answering().entries()) {
      process.kill(pid, 'SIGKILL');
      await stream.raise();
      await expect.poll(() => answering().length).toBe(3 + at);
      expect(answering().at(-1)).toMatchObject({ name });
      await stream.raise();
      await allTold();
    }
    expect(followers.every(isAscending)).toBe(true);
    expect(stream.failures).toEqual([]);
  });
});
