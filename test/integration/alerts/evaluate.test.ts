import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Burst } from '../../../src/alerts/burst.ts';
import { updateAlert } from '../../../src/alerts/update.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { xKey } from '../../../src/shared/post-key.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/shared/instant.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { noteFollowers } from '../../../src/streams/followers.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { clock, evaluator, eventsOf, makeAlert, postsOf, rules, noon } from './support.ts';

clock.ms = noon;

const db = await openStore();

beforeEach(async () => {
  await db.sql`
    truncate alerts, alert_targets, alert_events, alert_deliveries, alert_posts, alert_streams, streams, accounts, posts,
      post_terms, follower_snapshots, known_posts, vacant_posts, activity, observed_activity, tally_months, tally_totals,
      metric_history, authors, stream_providers`;
});

const ofX = (post: EnrichedPost) => xKey(post.platformId);
const fresh = (account: ReturnType<typeof anAccount>, more: Partial<EnrichedPost> = {}) =>
  aPost(account, { createdAt: clock.ms, observedAt: clock.ms, ...more });
const resume = (alertId: number, paused: boolean) =>
  updateAlert({ db, rules, now: new Date(clock.ms) }, alertId, { paused });

describe('a saved search', () => {
  const search = { posts: { search: 'harbour' } };

  test('reports each new matching post once, and nothing that was there before', async () => {
    const account = anAccount();
    await savePosts(db, account, [fresh(account, { text: 'an old harbour' })]);
    const evaluate = evaluator(db);
    const { alertId } = await makeAlert(db, search);
    await evaluate();
    expect(await eventsOf(db, alertId)).toEqual([]);
    const post = fresh(account, { text: 'the harbour at dawn' });
    const { streamId } = await savePosts(db, account, [post, fresh(account, { text: 'the sea' })]);
    expect(await evaluate()).toBe(1);
    expect(await eventsOf(db, alertId)).toMatchObject([
      { posts: 1, measured: 1, streamId, number: 1, summary: '1 post matches "harbour"' },
    ]);
    expect(await postsOf(db, alertId)).toEqual([[ofX(post)]]);
    clock.ms += hourMs;
    await savePosts(db, account, [
      { ...post, metrics: { ...unknownMetrics, likes: 9 }, observedAt: clock.ms },
    ]);
    expect(await evaluate()).toBe(0);
  });

  test('collects matches while it cools down, and reports them together', async () => {
    const account = anAccount();
    const evaluate = evaluator(db);
    const { alertId } = await makeAlert(db, search);
    const posts = [1, 2, 3].map((n) => fresh(account, { text: `harbour ${n}` }));
    for (const post of posts) {
      await savePosts(db, account, [post]);
      await evaluate();
      clock.ms += minuteMs;
    }
    expect(await postsOf(db, alertId)).toEqual([[ofX(posts[0] as EnrichedPost)]]);
    clock.ms += hourMs;
    await evaluate();
    expect((await postsOf(db, alertId))[1]).toEqual(posts.slice(1).map(ofX).sort());
    expect(await evaluate()).toBe(0);
  });

  test('does not report imported old posts', async () => {
    const account = anAccount();
    const { alertId } = await makeAlert(db, search);
    await savePosts(db, account, [
      fresh(account, { text: 'harbour', createdAt: clock.ms - 8 * dayMs }),
      fresh(account, { text: 'harbour', createdAt: clock.ms - 6 * dayMs }),
    ]);
    await evaluator(db)();
    expect(await eventsOf(db, alertId)).toMatchObject([{ posts: 1 }]);
  });

  test('reports a post that several streams have once', async () => {
    const [one, other] = [anAccount(), anAccount()];
    const { alertId } = await makeAlert(db, search, { cooldownMs: minuteMs });
    const evaluate = evaluator(db);
    const post = fresh(one, { text: 'harbour' });
    await savePosts(db, one, [post]);
    await evaluate();
    clock.ms += hourMs;
    await savePosts(db, other, [post]);
    await evaluate();
    expect(await postsOf(db, alertId)).toEqual([[ofX(post)]]);
  });

  test('reports a hundred posts at most', async () => {
    const account = anAccount();
    const { alertId } = await makeAlert(db, search);
    const posts = Array.from({ length: 150 }, (_, at) => fresh(account, { text: `harbour ${at}` }));
    await savePosts(db, account, posts);
    await evaluator(db)();
    expect(await eventsOf(db, alertId)).toMatchObject([
      { posts: 100, summary: '100 posts or more match "harbour"' },
    ]);
  });

  test('that is paused reports nothing that comes meanwhile, not even after it is resumed', async () => {
    const account = anAccount();
    const evaluate = evaluator(db);
    const { alertId } = await makeAlert(db, search);
    await resume(alertId, true);
    await savePosts(db, account, [fresh(account, { text: 'harbour' })]);
    await evaluate();
    await resume(alertId, false);
    await evaluate();
    expect(await eventsOf(db, alertId)).toEqual([]);
    await savePosts(db, account, [fresh(account, { text: 'harbour' })]);
    await evaluate();
    expect(await eventsOf(db, alertId)).toHaveLength(1);
  });

  test('reports exactly the posts that a plain check finds, in whatever order they come', async () => {
    const words = fc.constantFrom('harbour', 'sea', 'gull');
    const aBatch = fc.record({
      stream: fc.nat(2),
      posts: fc.array(fc.record({ word: words, ageDays: fc.constantFrom(0, 3, 9), again: fc.boolean() }), {
        maxLength: 6,
      }),
      minutesLater: fc.constantFrom(0, 1, 45),
      looks: fc.boolean(),
    });
    const scenario = fc.record({
      batches: fc.array(aBatch, { maxLength: 12 }),
      scoped: fc.boolean(),
      cooldownMs: fc.constantFrom(minuteMs, hourMs),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ batches, scoped, cooldownMs }) => {
        const accounts = [anAccount(), anAccount(), anAccount()];
        const ids: number[] = [];
        for (const account of accounts) {
          const { streamId } = await savePosts(db, account, [fresh(account, { text: 'harbour' })]);
          ids.push(streamId);
        }
        const streams = scoped ? ids.slice(0, 2) : ids;
        const { alertId } = await makeAlert(db, search, { cooldownMs, streams });
        const evaluate = evaluator(db);
        const expected = new Set<string>();
        const all: EnrichedPost[] = [];
        for (const { stream, posts, minutesLater, looks } of batches) {
          const account = accounts[stream] as (typeof accounts)[number];
          const batch = posts.map(({ word, ageDays, again }) => {
            const repeated = again ? all.at(-1) : undefined;
            if (repeated !== undefined) return repeated;
            const post = fresh(account, { text: `a ${word}`, createdAt: clock.ms - ageDays * dayMs });
            all.push(post);
            return post;
          });
          await savePosts(db, account, [...new Set(batch)]);
          if (streams.includes(ids[stream] as number)) {
            for (const post of batch) {
              if (post.text === 'a harbour' && post.createdAt >= clock.ms - 7 * dayMs)
                expected.add(ofX(post));
            }
          }
          if (looks) await evaluate();
          clock.ms += minutesLater * minuteMs;
        }
        await evaluate();
        clock.ms += hourMs;
        await evaluate();
        const told = (await postsOf(db, alertId)).flat();
        expect(told.toSorted()).toEqual([...expected].sort());
        const events = await eventsOf(db, alertId);
        expect(events.map(({ posts }) => posts)).toEqual(
          (await postsOf(db, alertId)).map((posts) => posts.length),
        );
        await db.sql`delete from alerts where alert_id = ${alertId}`;
      }),
      { numRuns: 40 },
    );
  });
});

describe('likes', () => {
  const condition = { likes: { timesNormal: 5, minLikes: 50, within: 2 * dayMs } };
  const liked = (account: ReturnType<typeof anAccount>, likes: number, more: Partial<EnrichedPost> = {}) =>
    fresh(account, { metrics: { ...unknownMetrics, likes }, ...more });

  test('of a post that go far beyond the normal are reported once, however far they rise', async () => {
    const account = anAccount();
    const usual = Array.from({ length: 20 }, (_, at) =>
      liked(account, 10 + at, { createdAt: clock.ms - 3 * dayMs + at * minuteMs }),
    );
    const post = liked(account, 90);
    const { streamId } = await savePosts(db, account, [...usual, post]);
    const evaluate = evaluator(db);
    const { alertId } = await makeAlert(db, condition, { streams: [streamId], cooldownMs: minuteMs });
    expect(await evaluate()).toBe(0);
    const rise = async (likes: number) => {
      clock.ms += hourMs;
      await savePosts(db, account, [
        { ...post, metrics: { ...unknownMetrics, likes }, observedAt: clock.ms },
      ]);
      return evaluate();
    };
    // The median of 10 to 29 is 19.5.
    expect(await rise(97)).toBe(0);
    expect(await rise(98)).toBe(1);
    expect(await rise(1_000)).toBe(0);
    expect(await eventsOf(db, alertId)).toMatchObject([
      {
        measured: 98 / 19.5,
        threshold: 5,
        posts: 1,
        streamId,
        summary: 'A post has 5 times the likes that are normal for its account',
      },
    ]);
    expect(await postsOf(db, alertId)).toEqual([[ofX(post)]]);
  });
});

describe('followers', () => {
  test('that are lost are reported once for each account, and again when more go', async () => {
    const [one, other] = [anAccount(), anAccount()];
    const [a, b] = [await savePosts(db, one, []), await savePosts(db, other, [])];
    const read = (streamId: number, followers: number, hoursAgo = 0) =>
      noteFollowers(db.sql, streamId, [
        { observedAt: clock.ms - hoursAgo * hourMs, followers, following: null, reportedPosts: null },
      ]);
    await read(a.streamId, 1_000, 30);
    await read(b.streamId, 500, 30);
    const evaluate = evaluator(db);
    const condition = { followersLost: { percent: 5, within: dayMs } };
    const { alertId } = await makeAlert(db, condition, { cooldownMs: minuteMs });
    expect(await evaluate()).toBe(0);
    await read(a.streamId, 951);
    await read(b.streamId, 476);
    expect(await evaluate()).toBe(0);
    clock.ms += hourMs;
    await read(a.streamId, 950);
    await read(b.streamId, 475);
    expect(await evaluate()).toBe(2);
    expect(await eventsOf(db, alertId)).toMatchObject([
      {
        streamId: a.streamId,
        measured: 5,
        threshold: 5,
        summary: `@${one.handle} lost 50 followers (5 %): 950 of 1,000 are left`,
      },
      { streamId: b.streamId, measured: 5 },
    ]);
    clock.ms += hourMs;
    await read(a.streamId, 945);
    expect(await evaluate()).toBe(0);
    clock.ms += hourMs;
    await read(a.streamId, 902);
    expect(await evaluate()).toBe(1);
  });

  test('that go while it cools down are reported when that is over', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, []);
    const read = (followers: number) =>
      noteFollowers(db.sql, streamId, [
        { observedAt: clock.ms, followers, following: null, reportedPosts: null },
      ]);
    const evaluate = evaluator(db);
    await read(100);
    const { alertId } = await makeAlert(db, { followersLost: { count: 10, within: dayMs } });
    for (const followers of [90, 70]) {
      clock.ms += minuteMs;
      await read(followers);
      await evaluate();
    }
    expect(await eventsOf(db, alertId)).toMatchObject([{ measured: 10 }]);
    clock.ms += hourMs;
    await evaluate();
    expect(await eventsOf(db, alertId)).toMatchObject([{ measured: 10 }, { measured: 20 }]);
  });
});

describe("a word's rate", () => {
  test('is what a plain count of the window gives, at both ends', async () => {
    const edges = fc.constantFrom(-hourMs - 1, -hourMs, -1, 0);
    const offsets = fc.array(fc.oneof(edges, fc.integer({ min: -3_700_000, max: 60_000 })), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(offsets, fc.integer({ min: 1, max: 8 }), async (posted, minPosts) => {
        const account = anAccount();
        clock.ms = Math.floor(clock.ms / minuteMs) * minuteMs + dayMs + 12_345;
        const end = Math.floor(clock.ms / minuteMs) * minuteMs;
        const posts = posted.map((offset) =>
          fresh(account, { text: 'the harbour', createdAt: end + offset }),
        );
        const { streamId } = await savePosts(db, account, [
          ...posts,
          fresh(account, { text: 'the harbour', kind: 'REPOST' }),
        ]);
        const condition = { wordRate: { word: 'harbour', window: hourMs, minPosts } };
        const { alertId } = await makeAlert(db, condition, { streams: [streamId] });
        await evaluator(db)();
        const count = posted.filter((offset) => offset >= -hourMs && offset < 0).length;
        expect(await eventsOf(db, alertId)).toMatchObject(
          count >= minPosts ? [{ measured: count, threshold: minPosts }] : [],
        );
        await db.sql`delete from alerts where alert_id = ${alertId}`;
      }),
      { numRuns: 25 },
    );
  });

  test('is compared with what is usual, and looked at each minute', async () => {
    const account = anAccount();
    const past = Array.from({ length: 7 * 24 }, (_, at) =>
      fresh(account, { text: 'harbour', createdAt: clock.ms - hourMs - (at + 0.5) * hourMs }),
    );
    // Without it, the known past begins with the first of these.
    const older = fresh(account, { text: 'the sea', createdAt: clock.ms - 30 * dayMs });
    const { streamId } = await savePosts(db, account, [...past, older]);
    const evaluate = evaluator(db);
    const condition = { wordRate: { word: 'Harbour', window: hourMs, minPosts: 2, timesUsual: 4 } };
    const { alertId } = await makeAlert(db, condition, { streams: [streamId] });
    await evaluate();
    const add = async (count: number) => {
      await savePosts(
        db,
        account,
        Array.from({ length: count }, () => fresh(account, { text: 'harbour' })),
      );
      clock.ms += minuteMs;
      await evaluate();
    };
    await add(3);
    expect(await eventsOf(db, alertId)).toEqual([]);
    await add(1);
    expect(await eventsOf(db, alertId)).toMatchObject([
      {
        measured: 4,
        threshold: expect.closeTo(4, 1),
        summary: '4 posts use "Harbour" within PT1H; 1 is usual',
      },
    ]);
    await add(10);
    expect(await eventsOf(db, alertId)).toHaveLength(1);
    clock.ms += hourMs - minuteMs;
    await evaluate();
    expect(await eventsOf(db, alertId)).toHaveLength(2);
  });
});

describe('a burst', () => {
  const condition = { burst: { hashtag: '#Sea', window: hourMs, minScore: 3, minPosts: 10 } };

  test.each<[Burst, number]>([
    [{ posts: 10, authors: 8, score: 3 }, 1],
    [{ posts: 9, authors: 8, score: 9 }, 0],
    [{ posts: 10, authors: 8, score: 2.9 }, 0],
    [{ posts: 10, authors: 8, score: null }, 0],
  ])('of %j fires %j times', async (burst, events) => {
    const asked: unknown[] = [];
    const { alertId } = await makeAlert(db, condition);
    const evaluate = evaluator(db, async (_db, question) => {
      asked.push(question);
      return burst;
    });
    await evaluate();
    const to = Math.floor(clock.ms / minuteMs) * minuteMs;
    expect(asked).toEqual([{ tag: 'sea', from: to - hourMs, to, streams: null }]);
    expect(await eventsOf(db, alertId)).toHaveLength(events);
  });

  test('that goes on fires once until it has cooled down', async () => {
    const { alertId } = await makeAlert(db, condition, { cooldownMs: 5 * minuteMs });
    const evaluate = evaluator(db, async () => ({ posts: 40, authors: 30, score: 6 }));
    for (let minute = 0; minute < 12; minute++) {
      await evaluate();
      clock.ms += minuteMs;
    }
    expect(await eventsOf(db, alertId)).toHaveLength(3);
  });
});

describe('several workers', () => {
  test('fire each event once', async () => {
    const account = anAccount();
    const workers = [1, 2, 3].map(() => evaluator(db, async () => ({ posts: 40, authors: 30, score: 6 })));
    const search = await makeAlert(db, { posts: { search: 'harbour' } }, { cooldownMs: minuteMs });
    const burst = await makeAlert(db, {
      burst: { hashtag: 'sea', window: hourMs, minScore: 3, minPosts: 10 },
    });
    const all: string[] = [];
    for (let round = 0; round < 10; round++) {
      const posts = [1, 2].map((n) => fresh(account, { text: `harbour ${round} ${n}` }));
      all.push(...posts.map(ofX));
      await savePosts(db, account, posts);
      await Promise.all(workers.map((work) => work()));
      clock.ms += 2 * minuteMs;
    }
    await Promise.all(workers.map((work) => work()));
    const told = (await postsOf(db, search.alertId)).flat();
    expect(told.toSorted()).toEqual(all.toSorted());
    expect(await eventsOf(db, burst.alertId)).toHaveLength(1);
  });

  test('evaluate an alert one at a time: whoever comes meanwhile goes on to others', async () => {
    const burst = { posts: 40, authors: 30, score: 6 };
    let isMeasuring = false;
    let goOn: () => void = () => {};
    const slow = evaluator(db, async () => {
      isMeasuring = true;
      await new Promise<void>((done) => {
        goOn = done;
      });
      return burst;
    });
    const { alertId } = await makeAlert(db, {
      burst: { hashtag: 'sea', window: hourMs, minScore: 3, minPosts: 10 },
    });
    const other = await makeAlert(db, { posts: { search: 'harbour' } });
    const first = slow();
    await expect.poll(() => isMeasuring).toBe(true);
    const account = anAccount();
    await savePosts(db, account, [fresh(account, { text: 'harbour' })]);
    // Another window, and so another cause.
    clock.ms += minuteMs;
    expect(await evaluator(db, async () => burst)()).toBe(1);
    expect(await eventsOf(db, other.alertId)).toHaveLength(1);
    goOn();
    await first;
    expect(await eventsOf(db, alertId)).toHaveLength(1);
  });
});

describe('an evaluation that fails', () => {
  test('is reported, tried again after a minute, and loses nothing', async () => {
    const account = anAccount();
    let isBroken = true;
    const evaluate = evaluator(db, async () => {
      if (isBroken) throw new Error('no trends now');
      return { posts: 40, authors: 30, score: 6 };
    });
    const { alertId } = await makeAlert(db, {
      burst: { hashtag: 'sea', window: hourMs, minScore: 3, minPosts: 10 },
    });
    const other = await makeAlert(db, { posts: { search: 'harbour' } });
    await savePosts(db, account, [fresh(account, { text: 'harbour' })]);
    await evaluate();
    const [row] =
      await db.sql`select error, error_at is not null as told from alerts where alert_id = ${alertId}`;
    expect(row).toEqual({ error: 'no trends now', told: true });
    expect(await eventsOf(db, other.alertId)).toHaveLength(1);
    isBroken = false;
    await evaluate();
    expect(await eventsOf(db, alertId)).toEqual([]);
    clock.ms += minuteMs;
    await evaluate();
    expect(await eventsOf(db, alertId)).toHaveLength(1);
    expect((await db.sql`select error from alerts where alert_id = ${alertId}`)[0]).toEqual({ error: null });
  });
});
