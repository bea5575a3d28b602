import { describe, expect, test } from 'vitest';
import { openSharedAnswers } from '../../../src/http/cache/shared-answers.ts';
import { openRedis, readyOrLate } from '../../../src/platform/redis.ts';
import { afterwards } from '../../support/afterwards.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';
import { quiet } from '../../support/worker.ts';
import { ask } from '../http/support.ts';
import { anAskedAccount, howOf, openCountedStore, postsOf, serveCached } from './support.ts';

const { store, statements } = await openCountedStore();

/** A server with the cache of another process, over the same store and Redis. */
async function serveBy({ url }: TestRedis, prefix = 'larkstat:test') {
  const redis = openRedis(url, { name: 'test', log: quiet });
  afterwards(() => redis.disconnect());
  await readyOrLate(redis);
  return serveCached(store, { shared: openSharedAnswers(redis, { prefix }) });
}

/** Waits until Redis has this many answers: they are sent there in the background. */
const untilKept = (redis: TestRedis, answers: number) =>
  expect.poll(async () => (await redis.client.keys('larkstat:*')).length).toBe(answers);

describe.skipIf(!hasRedis)('answers in Redis', () => {
  test('a second process serves what the first computed, until the stream changes', async () => {
    const redis = await startRedis();
    const [first, second] = [await serveBy(redis), await serveBy(redis)];
    const { query, addPost } = await anAskedAccount(store);
    const made = await ask(first, { query });
    await untilKept(redis, 1);
    statements.length = 0;
    const given = await ask(second, { query });
    expect([howOf(given), given.body]).toEqual(['hit', made.body]);
    expect(statements).toEqual([]);
    await addPost();
    const anew = await ask(second, { query });
    expect([howOf(anew), postsOf(anew)]).toEqual(['miss', 2]);
  });

  test('a second process serves answers over all streams, until one of them changes', async () => {
    const redis = await startRedis();
    const [first, second] = [await serveBy(redis), await serveBy(redis)];
    const { addPost } = await anAskedAccount(store);
    const query = '{ posts(first: 3) { totalCount } }';
    const made = await ask(first, { query });
    await untilKept(redis, 1);
    const given = await ask(second, { query });
    expect([howOf(given), given.body]).toEqual(['hit', made.body]);
    await addPost();
    const anew = await ask(second, { query });
    expect([howOf(anew), anew.body === made.body]).toEqual(['miss', false]);
  });

  test('those of another deployment, or of another version of the program, are not found', async () => {
    const redis = await startRedis();
    const { query } = await anAskedAccount(store);
    await ask(await serveBy(redis), { query });
    await untilKept(redis, 1);
    expect(howOf(await ask(await serveBy(redis, 'larkstat:other'), { query }))).toBe('miss');
  });

  test('something that is not an answer is not served', async () => {
    const redis = await startRedis();
    const { query } = await anAskedAccount(store);
    const right = await ask(await serveBy(redis), { query });
    await untilKept(redis, 1);
    const [key = ''] = await redis.client.keys('larkstat:*');
    const kept = JSON.parse((await redis.client.get(key)) ?? '');
    const wrong = [
      'nonsense',
      '[]',
      JSON.stringify({ ...kept, value: 'x' }),
      JSON.stringify({ ...kept, value: { ...kept.value, streams: [['1', 2]] } }),
      JSON.stringify({ ...kept, value: { ...kept.value, body: 7 } }),
      JSON.stringify({ ...kept, value: { ...kept.value, body: 'x'.repeat(3_000_000) } }),
    ];
    for (const value of wrong) {
      await redis.client.set(key, value);
      const answer = await ask(await serveBy(redis), { query });
      expect([answer.status, howOf(answer), answer.body]).toEqual([200, 'miss', right.body]);
    }
  });

  test.each([
    ['is killed', async (redis: TestRedis) => redis.kill(), async (redis: TestRedis) => redis.restart()],
    [
      'answers nothing',
      async (redis: TestRedis) => redis.pause(),
      async (redis: TestRedis) => redis.resume(),
    ],
  ])('a Redis that %s costs no request, and is used again when it is back', async (_how, away, back) => {
    const redis = await startRedis();
    const server = await serveBy(redis);
    const { query, addPost } = await anAskedAccount(store);
    await ask(server, { query });
    await untilKept(redis, 1);
    await away(redis);
    for (let posts = 2; posts < 8; posts++) {
      await addPost();
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server, { query })));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(answers.map(postsOf)).toEqual(answers.map(() => posts));
    }
    await back(redis);
    await redis.flushall();
    await expect
      .poll(async () => {
        await ask(server, { query: `${query} # ${Math.random()}` });
        return (await redis.client.keys('larkstat:*')).length;
      })
      .toBeGreaterThan(0);
  });

  test('a Redis that is full or was flushed costs no request', async () => {
    const redis = await startRedis({ maxmemory: '1mb' });
    const server = await serveBy(redis);
    const { query } = await anAskedAccount(store);
    for (let number = 0; number < 10; number++) {
      const answer = await ask(server, { query: `${query} # ${number}` });
      expect([answer.status, postsOf(answer)]).toEqual([200, 1]);
    }
    await redis.flushall();
    expect(howOf(await ask(server, { query: `${query} # 0` }))).toBe('hit');
  });
});
