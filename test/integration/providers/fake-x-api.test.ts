import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeXApi, startFakeXApi } from '../../support/fake-x-api.ts';
import { postsOf, xIdAt } from '../../support/fake-x-world.ts';

const now = Date.UTC(2026, 10, 21, 10);
const hour = 3_600_000;
const posts = postsOf('1', 30, { newestAt: now - hour / 2, everyMs: hour });
let fake: FakeXApi;

beforeAll(async () => {
  fake = await startFakeXApi({
    users: [
      { id: '1', handle: 'ada' },
      { id: '2', handle: 'bob', state: 'suspended' },
    ],
    posts: [...posts, { id: xIdAt(now - 1_000), authorId: '1', text: '', repostOf: posts[0]?.id ?? '' }],
    limits: { post: 1 },
    windowMs: 5_000,
    now: () => now,
  });
});
afterAll(() => fake.close());

type Answer = {
  readonly data?: Record<string, unknown>[];
  readonly errors?: { readonly parameters?: object; readonly title?: string }[];
  readonly meta: Record<string, string | number>;
};

async function get(path: string, token = fake.token) {
  const response = await fetch(`${fake.url}/2/${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

describe('the stand-in for the X API', () => {
  test.each([
    ['users/1/tweets?max_results=4', 'max_results'],
    ['users/1/tweets?max_results=101', 'max_results'],
    ['users/1/tweets?next_token=a', 'next_token'],
    ['users/1/tweets?pagination_token=a', 'pagination_token'],
    ['users/1/tweets?tweet.fields=likes', 'tweet.fields'],
    ['users/1/tweets?post.fields=author_id', 'post.fields'],
    ['users/1/tweets?start_time=today', 'start_time'],
    ['tweets/search/recent', 'query'],
    ['tweets/search/recent?query=a&max_results=5', 'max_results'],
    [`tweets/search/recent?query=a&until_id=${xIdAt(now - 200 * hour)}`, 'until_id'],
    [`tweets?ids=${Array.from({ length: 101 }, (_, id) => id + 1).join(',')}`, 'ids'],
    ['tweets?ids=NA', 'ids'],
  ])('refuses %s', async (path, parameter) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(Object.keys(body.errors?.[0]?.parameters ?? {})).toEqual([parameter]);
  });

  test('returns only the requested fields', async () => {
    const { body } = await get('users/1/tweets?max_results=5');
    expect(Object.keys(body.data?.[0] ?? {}).sort()).toEqual(['edit_history_tweet_ids', 'id', 'text']);
    const renamed = await get('users/1/tweets?max_results=5&post.fields=public_metrics');
    expect(Object.keys(renamed.body.data?.[0]?.public_metrics ?? {})).toContain('repost_count');
  });

  test('can go back a page and forward again', async () => {
    const first = await get('users/1/tweets?max_results=10');
    expect(first.body.meta).not.toHaveProperty('previous_token');
    const second = await get(`users/1/tweets?max_results=10&pagination_token=${first.body.meta.next_token}`);
    const back = await get(
      `users/1/tweets?max_results=10&pagination_token=${second.body.meta.previous_token}`,
    );
    expect(back.body.data).toEqual(first.body.data);
  });

  test('accepts a page token only with the parameters for which it was issued', async () => {
    const { body } = await get('users/1/tweets?max_results=10');
    const other = await get(`users/1/tweets?since_id=5&pagination_token=${body.meta.next_token}`);
    expect(other.status).toBe(400);
  });

  test('leaves reposts out of searches, and out of timelines on request', async () => {
    const found = await get('tweets/search/recent?query=from:ada&max_results=100');
    expect(found.body.meta.result_count).toBe(30);
    expect((await get('users/1/tweets?max_results=100')).body.meta.result_count).toBe(31);
    expect((await get('users/1/tweets?max_results=100&exclude=retweets')).body.meta.result_count).toBe(30);
  });

  test('counts the matches of a search', async () => {
    const { body } = await get('tweets/counts/recent?query=post&granularity=day');
    expect(body.meta.total_tweet_count).toBe(30);
    const sum = body.data?.reduce((total, { tweet_count }) => total + Number(tweet_count), 0);
    expect(sum).toBe(30);
  });

  test('finds users by names and ids, and reports suspended and missing ones', async () => {
    const { body } = await get('users/by?usernames=ADA,bob,eve');
    expect(body.data).toEqual([{ id: '1', name: 'ada', username: 'ada' }]);
    expect(body.errors?.map(({ title }) => title)).toEqual(['Forbidden', 'Not Found Error']);
    expect((await get('users?ids=1')).body.data).toHaveLength(1);
  });

  test('checks the token and counts down to a refusal', async () => {
    expect((await get('users/1', 'wrong')).status).toBe(401);
    const path = `tweets/${posts[0]?.id}`;
    expect((await get(path)).headers.get('x-rate-limit-remaining')).toBe('0');
    const refused = await get(path);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-rate-limit-reset')).toBe(String((now + 5_000) / 1_000));
  });
});
