import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openChanges } from '../../../src/changes.ts';
import type { Change } from '../../../src/db/changes.ts';
import { announce } from '../../../src/db/change-feed.ts';
import type { Database } from '../../../src/db/client.ts';
import { ofAllJobs, ofStream } from '../../../src/graphql/changes.ts';
import type { Subscription } from '../../../src/platform/pubsub.ts';
import { openRedisCarrier } from '../../../src/platform/redis-carrier.ts';
import { must } from '../../../src/shared/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { hasRedis, redisOutages, startRedis, type TestRedis } from '../../support/redis.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { quiet } from '../../support/worker.ts';

const store = await openStore();

/** A process whose notifications are sent by Redis. */
function openProcess(redis: TestRedis, prefix = 'test'): Database {
  const carrier = openRedisCarrier(redis.url, prefix, quiet);
  const db = openAgain(store.url, { poolSize: 1, carrier });
  afterwards(() => db.close());
  return db;
}

/** Such a process with its subscribers. */
async function openFollowing(redis: TestRedis) {
  const db = openProcess(redis);
  const { changes, close } = await openChanges(db);
  afterwards(close);
  return { changeFeed: db.changeFeed, changes };
}

async function hear(db: Database): Promise<Change[]> {
  const heard: Change[] = [];
  db.changeFeed.listen({ onChange: (change) => void heard.push(change) });
  await db.changeFeed.receive();
  await db.changeFeed.join('streams');
  return heard;
}

const channels = async ({ client }: TestRedis): Promise<readonly string[]> =>
  (await client.pubsub('CHANNELS', '*')) as readonly string[];

const subscribers = async ({ client }: TestRedis, channel: string): Promise<unknown> =>
  (await client.pubsub('NUMSUB', channel))[1];

test.skipIf(!hasRedis)('Redis sends changes only to the other processes of the deployment', async () => {
  const redis = await startRedis();
  const [one, other, stranger] = [openProcess(redis), openProcess(redis), openProcess(redis, 'elsewhere')];
  const [here, there, elsewhere] = [await hear(one), await hear(other), await hear(stranger)];
  await one.sql.begin(async (tx) => announce(tx, { stream: 7, version: 1 }));
  announce(other.sql, { stream: 8, version: null }, { registry: 2 });
  const eight = [{ stream: 8, version: null }, { registry: 2 }];
  await expect.poll(() => here).toEqual([{ stream: 7, version: 1 }, ...eight]);
  await expect.poll(() => there).toEqual([...eight, { stream: 7, version: 1 }]);
  announce(stranger.sql, { registry: 3 });
  await expect.poll(() => elsewhere).toEqual([{ registry: 3 }]);
  expect([here.length, there.length]).toEqual([3, 3]);
});

test.skipIf(!hasRedis)('ten thousand subscribers come and go, and no subscription is left', async () => {
  const redis = await startRedis();
  const { changes } = await openFollowing(redis);
  for (let round = 0; round < 10; round++) {
    const subscriptions = await Promise.all(
      Array.from({ length: 1_000 }, (_, at) => changes.subscribe(at % 2 === 0 ? ofStream(at) : ofAllJobs)),
    );
    expect(await channels(redis)).toHaveLength(2);
    expect(await subscribers(redis, 'test:streams')).toBe(1);
    await Promise.all(subscriptions.map((subscription) => subscription.return()));
  }
  await expect.poll(() => channels(redis)).toEqual([]);
  expect(await redis.client.pubsub('NUMPAT')).toBe(0);
  const clients = String(await redis.client.client('LIST'));
  expect(clients).not.toMatch(/ p?sub=[1-9]/);
  expect(changes.count()).toBe(0);
});

test.skipIf(!hasRedis)(
  'a topic that is followed and left at once ends in the last requested state',
  async () => {
    const redis = await startRedis();
    const [{ changes }, { changeFeed }] = [await openFollowing(redis), await openFollowing(redis)];
    for (let round = 0; round < 20; round++) {
      const leaving = await changes.subscribe(ofAllJobs);
      void leaving.return();
      const staying = await changes.subscribe(ofAllJobs);
      changeFeed.publish([{ job: String(round) }]);
      expect((await staying.next()).value?.messages).toEqual([{ id: String(round) }]);
      await staying.return();
    }
    await expect.poll(() => channels(redis)).toEqual([]);
  },
);

/** Waits until a subscriber is told to read again; a notification may arrive a moment before. */
async function untilLost(subscription: Subscription): Promise<void> {
  for (let lost = false; !lost; ) lost = must((await subscription.next()).value, 'it is open').lost;
}

test.skipIf(!hasRedis).each(redisOutages)(
  'when Redis %s, subscribers learn so afterwards, and receive changes again',
  async (_, begin, end) => {
    const redis = await startRedis();
    const [{ changes, changeFeed: hearing }, { changeFeed }] = [
      await openFollowing(redis),
      await openFollowing(redis),
    ];
    const told = await changes.subscribe(ofStream(7));
    await begin(redis);
    await expect.poll(() => hearing.isReceiving()).toBe(false);
    changeFeed.publish([{ stream: 7, version: 1 }]);
    // Subscribers that begin meanwhile do not wait for Redis, and are told as well.
    const late = await changes.subscribe(ofAllJobs);
    const left = await changes.subscribe(ofAllJobs);
    await left.return();
    await end(redis);
    await untilLost(told);
    await untilLost(late);
    expect(hearing.isReceiving()).toBe(true);
    expect([...(await channels(redis))].sort()).toEqual(['test:jobs', 'test:streams']);
    // The other process may reconnect later than this one.
    const heard = told.next();
    for (let version = 2; (await Promise.race([heard, sleep(20)])) === undefined; version++) {
      changeFeed.publish([{ stream: 7, version }]);
    }
    expect((await heard).value).toMatchObject({ messages: [{ id: '7' }], lost: false });
  },
);

test.skipIf(!hasRedis)('a flushed Redis changes nothing for subscribers', async () => {
  const redis = await startRedis();
  const [{ changes }, { changeFeed }] = [await openFollowing(redis), await openFollowing(redis)];
  const told = await changes.subscribe(ofStream(7));
  await redis.flushall();
  changeFeed.publish([{ stream: 7, version: 1 }]);
  expect((await told.next()).value).toEqual({ messages: [{ id: '7', version: 1 }], lost: false });
});

test.skipIf(!hasRedis)(
  'a process starts while Redis is unavailable and notifies itself, and the others later',
  async () => {
    const redis = await startRedis();
    await redis.kill();
    const [{ changes, changeFeed }, { changeFeed: other }] = [
      await openFollowing(redis),
      await openFollowing(redis),
    ];
    const told = await changes.subscribe(ofStream(7));
    changeFeed.publish([{ stream: 7, version: 1 }]);
    expect((await told.next()).value).toEqual({ messages: [{ id: '7', version: 1 }], lost: false });
    await redis.restart();
    expect((await told.next()).value?.lost).toBe(true);
    const heard = told.next();
    for (let version = 2; (await Promise.race([heard, sleep(20)])) === undefined; version++) {
      other.publish([{ stream: 7, version }]);
    }
    expect((await heard).value?.lost).toBe(false);
  },
);
