import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { listBusyConversations, listForRefresh } from '../../../src/fetch/refresh.ts';
import { type EnrichedPost, type PostKind, unknownMetrics } from '../../../src/shared/post.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
let statements = 0;
const counting = postgres(db.url, { max: 1, onnotice: () => {}, debug: () => statements++ });
afterAll(() => counting.end());

const now = Date.UTC(2026, 5, 15, 12);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A post of this age that was last seen this long ago. */
function aged(ageMs: number, seenMs: number, overrides: Partial<EnrichedPost> = {}): EnrichedPost {
  return aPost(account, { createdAt: now - ageMs, observedAt: now - seenMs, ...overrides });
}
const account = anAccount();

async function aStream(posts: readonly EnrichedPost[]): Promise<number> {
  const owner = anAccount();
  if (posts.length === 0) return findOrCreateAccount(db.sql, owner);
  return (await savePosts(db, owner, posts)).streamId;
}

/** Records a fetch of the stream that began this long ago. */
async function fetched(streamId: number, agoMs: number, state = 'SUCCEEDED', kind = 'FETCH'): Promise<void> {
  const at = new Date(now - agoMs).toISOString();
  await db.sql`
    insert into jobs (job_id, kind, state, stream_id, payload, created_at, started_at, finished_at)
    values (${randomUUID()}, ${kind}, ${state}, ${streamId}, '{}', ${at}, ${at}, ${at})`;
}

const listDue = async (sql: typeof db.sql, streamId: number, choice: { now: number; limit: number }) => {
  const found = await listForRefresh(sql, streamId, { ...choice, which: 'DUE', after: null, begunAt: now });
  return found.map(({ id }) => id);
};
const due = (streamId: number, limit = 1_000) => listDue(db.sql, streamId, { now, limit });
const ids = (posts: readonly EnrichedPost[]) => posts.map((post) => post.platformId);

/**
 * Milliseconds between two refreshes of the figures of a post of this age; null when another refresh is not worth it.
 */
function refreshedEvery(ageMs: number): number | null {
  if (ageMs < day) return 15 * minute;
  if (ageMs < 7 * day) return 6 * hour;
  if (ageMs < 30 * day) return day;
  return ageMs < 365 * day ? 30 * day : null;
}

describe('posts that are due', () => {
  test.each<[string, number, number, boolean]>([
    ['ahead of our clock, and not seen since', -minute, minute, false],
    ['young, seen in this quarter of its hours', 50 * minute, 4 * minute, false],
    ['young, seen in the quarter before', 50 * minute, 6 * minute, true],
    ['of yesterday, seen since its last 6 hours began', 31 * hour, hour, false],
    ['of yesterday, seen before that', 31 * hour, 2 * hour, true],
    ['of two weeks ago, seen today', 14 * day + 2 * hour, hour, false],
    ['of two weeks ago, seen before its day began', 14 * day + 2 * hour, 3 * hour, true],
    ['of spring, seen this month', 70 * day, 9 * day, false],
    ['of spring, seen last month', 70 * day, 11 * day, true],
    ['almost a day old, seen in the quarter of an hour before', day - 1, 20 * minute, true],
    ['a little over a day old, seen in these 6 hours', day + 20 * minute, 10 * minute, false],
    ['almost a week old, seen in the 6 hours before', 7 * day - 1, 7 * hour, true],
    ['a little over a week old, seen in this day of its life', 7 * day + 7 * hour, 6.5 * hour, false],
    ['almost 30 days old, seen in the day before', 30 * day - 1, 2 * day, true],
    ['a little over 30 days old, seen in these 30 days', 30 * day + 25 * hour, 2 * hour, false],
    ['almost a year old, seen in the 30 days before', 365 * day - 1, 6 * day, true],
    ['a year old, seen as long ago', 365 * day, 6 * day, false],
    ['older than a year, never seen since', 366 * day, 366 * day, false],
  ])('%s', async (_, ageMs, seenMs, expected) => {
    const post = aged(ageMs, seenMs);
    expect(await due(await aStream([post]))).toEqual(expected ? [post.platformId] : []);
  });

  test('are chosen by the same rule in SQL', async () => {
    const ageOf = fc.oneof(fc.nat(2 * day), fc.nat(60 * day), fc.nat(400 * day));
    const facts = fc.record({ age: ageOf, seen: fc.nat(10_000).map((share) => share / 10_000) });
    const lastFetch = fc.option(ageOf, { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(facts, { maxLength: 20 }), lastFetch, async (drawn, last) => {
        const posts = drawn.map(({ age, seen }) => aged(age, Math.floor(age * seen)));
        const streamId = await aStream(posts);
        if (last !== null) await fetched(streamId, last);
        const expected = posts.filter(({ createdAt, observedAt }) => {
          const every = refreshedEvery(now - createdAt);
          if (every === null) return false;
          const slot = createdAt + Math.floor((now - createdAt) / every) * every;
          return slot > observedAt && (last === null || slot > now - last);
        });
        expect([...(await due(streamId))].sort()).toEqual([...ids(expected)].sort());
      }),
      { numRuns: 25 },
    );
  });

  test('come newest first, at most as many as requested', async () => {
    const posts = [3, 1, 5, 2, 4].map((days) => aged(days * day + hour, 3 * hour));
    const streamId = await aStream(posts);
    const [three, one, , two] = ids(posts);
    expect(await due(streamId, 3)).toEqual([one, two, three]);
    expect(await due(streamId, 0)).toEqual([]);
  });

  test('are own posts with figures of their own', async () => {
    const old = [3 * day + hour, 3 * hour] as const;
    const kinds: PostKind[] = ['ORIGINAL', 'REPLY', 'QUOTE', 'REPOST'];
    const posts = kinds.map((kind) => aged(...old, { kind }));
    const streamId = await aStream([...posts, aged(...old, { own: false })]);
    expect([...(await due(streamId))].sort()).toEqual(ids(posts.slice(0, 3)).sort());
  });

  test('are not due again before their time when nothing had changed', async () => {
    const posts = [50 * minute, 31 * hour, 14 * day, 70 * day].map((age) => aged(age, age));
    const streamId = await aStream(posts);
    expect(await due(streamId)).toEqual(ids(posts));
    await fetched(streamId, 0);
    expect(await due(streamId)).toEqual([]);
    const later = (ms: number) => listDue(db.sql, streamId, { now: now + ms, limit: 10 });
    expect(await later(10 * minute)).toEqual(ids(posts.slice(0, 1)));
    expect(await later(6 * hour)).toEqual(ids(posts.slice(0, 2)));
    expect(await later(21 * day)).toHaveLength(4);
  });

  test('after a failed fetch its posts are still due', async () => {
    const post = aged(50 * minute, 40 * minute);
    const streamId = await aStream([post]);
    await fetched(streamId, minute, 'FAILED');
    await fetched(streamId, minute, 'RUNNING');
    await fetched(streamId, minute, 'SUCCEEDED', 'IMPORT');
    expect(await due(streamId)).toEqual([post.platformId]);
    await fetched(await aStream([]), 0);
    expect(await due(streamId)).toEqual([post.platformId]);
    await fetched(streamId, minute);
    expect(await due(streamId)).toEqual([]);
  });
});

describe('busy conversations', () => {
  const busy = async (streamId: number, limit = 10) =>
    (await listBusyConversations(db.sql, streamId, { now, limit })).map(({ id }) => id);
  const replies = (count: number | null): Partial<EnrichedPost> => ({
    metrics: { ...unknownMetrics, replies: count },
  });
  const answer = (to: EnrichedPost, own = false) =>
    aPost(own ? account : anAccount(), {
      own,
      kind: 'REPLY',
      createdAt: to.createdAt + minute,
      replyTo: { postId: to.platformId, authorId: null, handle: null },
    });

  test('come in the order of missing replies', async () => {
    const [five, two, all, more] = [
      aged(day, 0, replies(5)),
      aged(day, 0, replies(2)),
      aged(day, 0, replies(2)),
      aged(day, 0, replies(7)),
    ] as const;
    const answers = [answer(all), answer(all, true), ...[1, 2, 3, 4].map(() => answer(more))];
    const streamId = await aStream([five, two, all, more, ...answers]);
    expect(await busy(streamId)).toEqual(ids([five, more, two]));
    expect(await busy(streamId, 1)).toEqual(ids([five]));
    const [most] = await listBusyConversations(db.sql, streamId, { now, limit: 1 });
    expect(most).toEqual({ id: five.platformId, missing: 5 });
  });

  test('of equal ones the newest comes first', async () => {
    const posts = [3, 1, 2].map((days) => aged(days * day, 0, replies(1)));
    const [three, one, two] = ids(posts);
    expect(await busy(await aStream(posts))).toEqual([one, two, three]);
  });

  test('are of the last 7 days, own, known and no reposts', async () => {
    const posts = [
      aged(7 * day, 0, replies(9)),
      aged(day, 0, { ...replies(9), own: false }),
      aged(day, 0, { ...replies(9), kind: 'REPOST' }),
      aged(day, 0, replies(null)),
      aged(day, 0, replies(0)),
    ];
    const inside = aged(7 * day - 1, 0, { ...replies(9), kind: 'REPLY' });
    expect(await busy(await aStream([...posts, inside]))).toEqual(ids([inside]));
  });

  test('a reply to the same post in another stream does not count', async () => {
    const post = aged(day, 0, replies(1));
    const streamId = await aStream([post]);
    await aStream([post, answer(post)]);
    expect(await busy(streamId)).toEqual(ids([post]));
  });
});

test('choosing takes one statement however many posts there are', async () => {
  for (const size of [1, 60]) {
    const metrics = { ...unknownMetrics, replies: 3 };
    const streamId = await aStream(
      Array.from({ length: size }, () => aged(2 * day + hour, 2 * day, { metrics })),
    );
    for (const list of [listDue, listBusyConversations]) {
      await list(counting, streamId, { now, limit: 100 });
      statements = 0;
      expect(await list(counting, streamId, { now, limit: 100 })).toHaveLength(size);
      expect(statements).toBe(1);
    }
  }
});
