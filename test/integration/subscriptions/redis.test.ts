import { expect, test } from 'vitest';
import { openRedisCarrier } from '../../../src/platform/redis-carrier.ts';
import { afterwards } from '../../support/afterwards.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { hasRedis, redisOutages, startRedis, type TestRedis } from '../../support/redis.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { quiet } from '../../support/worker.ts';
import { eventually, followSse, followWs, globalId, serveLive, untilListening } from './support.ts';

const store = await openStore();

type Updated = { readonly streamUpdated: { readonly freshness: { readonly version: number } } };
type Arrived = { readonly newPosts: { readonly text: string } };

/** Another process, which gets its notifications from Redis. */
function openProcess(redis: TestRedis) {
  const db = openAgain(store.url, { poolSize: 2, carrier: openRedisCarrier(redis.url, 'test', quiet) });
  afterwards(() => db.close());
  return { ...db, url: store.url };
}

const outages = redisOutages.filter(([name]) => name !== 'is stopped');

test.skipIf(!hasRedis).each(outages)(
  'when Redis %s, writes continue, and subscribers of another process miss nothing and get nothing twice',
  async (_, begin, end) => {
    const redis = await startRedis();
    const [writer, reader] = [openProcess(redis), openProcess(redis)];
    const live = await serveLive(reader);
    const account = anAccount();
    const write = (text: string) => savePosts(writer, account, [aPost(account, { text })]);
    const { streamId } = await write('first');
    const variables = { id: globalId('Account', streamId) };
    const updated = followWs<Updated>(live, {
      query: 'subscription ($id: ID!) { streamUpdated(id: $id) { freshness { version } } }',
      variables,
    });
    const arrived = followSse<Arrived>(live, {
      query: 'subscription ($id: ID!) { newPosts(id: $id) { text } }',
      variables,
    });
    await untilListening(live, 2);
    await updated.until((events) => events.length === 1);
    const texts = () => arrived.events.map((event) => event.newPosts.text);
    await write('before');
    await eventually(() => texts().includes('before'));

    await begin(redis);
    await write('during');
    await eventually(() => !reader.changeFeed.isReceiving());
    await write('later');
    await end(redis);
    await eventually(() => texts().includes('later'));
    // The writer may reconnect after the reader.
    await eventually(() => reader.changeFeed.isReceiving());
    await expect
      .poll(() =>
        writer.changeFeed.check().then(
          () => 'back',
          () => 'away',
        ),
      )
      .toBe('back');
    await write('after');
    await eventually(() => texts().includes('after'));
    expect(texts()).toEqual(['before', 'during', 'later', 'after']);

    const [row] = await store.sql<{ version: number }[]>`
      select version::float8 from streams where stream_id = ${streamId}`;
    const versions = () => updated.events.map((event) => event.streamUpdated.freshness.version);
    await eventually(() => versions().at(-1) === row?.version);
    expect(new Set(versions()).size).toBe(versions().length);
    expect([...updated.errors, ...arrived.errors]).toEqual([]);
  },
);

test.skipIf(!hasRedis)('a full Redis still sends notifications', async () => {
  const redis = await startRedis({ maxmemory: '1mb' });
  await expect(
    redis.client.set('key', 'x'.repeat(2_000_000)).then(() => redis.client.set('more', '1')),
  ).rejects.toThrow('OOM');
  const [writer, reader] = [openProcess(redis), openProcess(redis)];
  const live = await serveLive(reader);
  const account = anAccount();
  const { streamId } = await savePosts(writer, account, [aPost(account)]);
  const arrived = followSse<Arrived>(live, {
    query: 'subscription ($id: ID!) { newPosts(id: $id) { text } }',
    variables: { id: globalId('Account', streamId) },
  });
  await untilListening(live, 1);
  await savePosts(writer, account, [aPost(account, { text: 'heard' })]);
  await arrived.until((events) => events.at(-1)?.newPosts.text === 'heard');
});
