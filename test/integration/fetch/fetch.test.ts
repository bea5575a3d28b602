import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import type { FetchProviderName } from '../../../src/providers/fetch-provider.ts';
import { type XPost, xTimeOf } from '../../support/fake-x-world.ts';
import {
  circuit,
  configOf,
  fetchingOf,
  fetchService,
  lark,
  recentPosts,
  startServices,
} from '../../support/fetching.ts';
import { openStore } from '../../support/store.ts';
import { isOver, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { join } from 'node:path';
import { tweet, writeArchive } from '../../support/x-archive.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const fetches = fetchService(db, queue);
const world = recentPosts(150);
const services = await startServices({ users: [lark], posts: world }, { windowMs: 2_000 });

let stopWorker: (() => Promise<void>) | null = null;

/** Starts a worker that has these providers. */
async function work(
  names: readonly FetchProviderName[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot: join(folder, 'spool'),
    log: quiet,
    fetching: fetchingOf(db, queue, configOf(services, names, environment)),
  });
  stopWorker = () => worker.close();
}

type Asked = Partial<{ full: boolean; limit: number; handle: string; provider: FetchProviderName }>;

const fetching = ({ handle = 'lark', full = false, limit, provider }: Asked = {}) =>
  fetches.fetch({
    target: { kind: 'account', handle },
    full,
    limit: limit ?? null,
    provider: provider ?? null,
  });

const done = async (jobId: Promise<string>) => untilJob(db, await jobId, isOver);

const idsOf = (posts: readonly XPost[]) => posts.map(({ id }) => id).sort();

async function storedIds(own = true): Promise<readonly string[]> {
  const rows = await db.sql<{ key: string }[]>`select post_id as key from posts where own = ${own}`;
  return rows.map(({ key }) => BigInt(`0x${key.replaceAll('-', '')}`).toString()).sort();
}

/** Makes everything look as if it had happened half an hour earlier. */
async function turnBack(): Promise<void> {
  // By way of UTC: a cluster refuses the sum of an instant and an interval, which depends on the zone of the session.
  const earlier = (column: string) =>
    db.sql`(${db.sql(column)} at time zone 'UTC' - interval '30 minutes') at time zone 'UTC'`;
  await db.sql`update posts set observed_at = ${earlier('observed_at')}`;
  await db.sql`update observed_activity set bucket = ${earlier('bucket')}`;
  await db.sql`
    update jobs set created_at = ${earlier('created_at')}, started_at = ${earlier('started_at')},
      finished_at = ${earlier('finished_at')}`;
}

async function expectWhole(): Promise<void> {
  for (const { stream_id } of await db.sql`select stream_id from streams`) {
    expect(await verifyStream(db.sql, stream_id)).toEqual([]);
  }
}

beforeEach(() => {
  services.setPosts(world);
  services.setUsers([lark]);
  services.xApi.requests.length = 0;
});
afterEach(async () => {
  await stopWorker?.();
  stopWorker = null;
  services.xApi.faults.clear();
  services.socialData.faults.length = 0;
  services.xWeb.faults.length = 0;
  await emptyStore();
});

const emptyStore = () => db.sql`
  truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, known_posts, vacant_posts, post_terms, activity, observed_activity,
    tally_months, tally_totals, jobs, follower_snapshots, stream_providers, spending, charged_posts
  restart identity`;

describe('a fetch', () => {
  test.each(['X_API', 'SOCIALDATA', 'X_SCRAPER'] as const)('brings every post by %s', async (name) => {
    await work([name]);
    const job = await done(fetching({ full: true }));
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      kind: 'FETCH',
      provider: name,
      inserted: 150,
      total: 150,
    });
    expect(await storedIds()).toEqual(idsOf(world));
    await expectWhole();
    const [row] = await db.sql`select followers::int from follower_snapshots limit 1`;
    expect(row?.followers).toBeGreaterThan(0);
  });

  test('requests only newer posts the next time', async () => {
    await work(['X_API']);
    services.setPosts(world.slice(20));
    await done(fetching({ full: true }));
    services.setPosts(world);
    services.xApi.requests.length = 0;
    const job = await done(fetching());
    expect(job).toMatchObject({ state: 'SUCCEEDED', inserted: 20 });
    const timelines = services.xApi.requests.filter(({ path }) => path.endsWith('/tweets'));
    expect(timelines[0]?.query.since_id).toBe(world[20]?.id);
    expect(await storedIds()).toEqual(idsOf(world));
    await expectWhole();
  });

  test('of an unknown account brings no more than the limit', async () => {
    await work(['X_API']);
    const job = await done(fetching({ limit: 30 }));
    expect(job.inserted).toBe(30);
    expect(await storedIds()).toEqual(idsOf(world.slice(0, 30)));
    const all = await done(fetching({ full: true }));
    expect(all).toMatchObject({ state: 'SUCCEEDED', inserted: 120 });
    expect(await storedIds()).toEqual(idsOf(world));
  });

  test('fetches what an interrupted one left out, and nothing twice', async () => {
    await work(['X_API']);
    services.setPosts(world.slice(100));
    await done(fetching({ full: true }));
    services.setPosts(world);
    await done(fetching({ limit: 10 }));
    services.xApi.requests.length = 0;
    await done(fetching());
    expect(await storedIds()).toEqual(idsOf(world));
    const asked = services.xApi.requests.filter(({ path }) => path.endsWith('/tweets'));
    expect(
      asked.some(({ query }) => query.until_id === world[9]?.id && query.since_id === world[100]?.id),
    ).toBe(true);
    await expectWhole();
  });

  test('shows a new like in the history', async () => {
    await work(['X_API']);
    await done(fetching({ full: true }));
    await turnBack();
    services.setPosts(world.map((post) => ({ ...post, metrics: { ...post.metrics, likes: 1_000 } })));
    await done(fetching());
    const [row] = await db.sql`select count(*)::int as posts from posts where likes = 1000`;
    expect(row?.posts).toBeGreaterThan(0);
    const [past] = await db.sql`select count(*)::int as posts from metric_history`;
    expect(past?.posts).toBe(row?.posts);
    await expectWhole();
  });

  test('removes posts that the platform reports as deleted, with their counts', async () => {
    await work(['X_API']);
    await done(fetching({ full: true }));
    await turnBack();
    services.setPosts(world.map((post, at) => (at === 3 ? { ...post, gone: 'deleted' } : post)));
    await done(fetching());
    expect(await storedIds()).toEqual(idsOf(world.filter((_, at) => at !== 3)));
    await expectWhole();
  });

  test('follows a renamed account by its id', async () => {
    await work(['X_API']);
    services.setPosts(world.slice(5));
    await done(fetching({ full: true }));
    services.setPosts(world);
    services.setUsers([{ ...lark, handle: 'skylark' }]);
    await done(fetching({ handle: 'lark' }));
    const rows = await db.sql`select handle from accounts`;
    expect(rows).toEqual([{ handle: 'skylark' }]);
    expect(await storedIds()).toEqual(idsOf(world));
  });

  test('runs by itself when the stream is tracked', async () => {
    await work(['X_API']);
    services.setPosts(world.slice(7));
    await done(fetching({ full: true }));
    services.setPosts(world);
    await db.sql`update streams set track_every_ms = 3600000, track_next_at = now() - interval '1 second'`;
    await expect.poll(storedIds, { interval: 200 }).toEqual(idsOf(world));
    const [job] = await db.sql`select priority, kind from jobs order by created_at desc limit 1`;
    expect(job).toEqual({ priority: 10, kind: 'FETCH' });
    const [stream] = await db.sql`select track_next_at > now() as later from streams`;
    expect(stream?.later).toBe(true);
  });

  test('of a topic brings its matches', async () => {
    await work(['X_API']);
    const job = await done(
      fetches.fetch({
        target: { kind: 'topic', query: 'post' },
        full: false,
        limit: null,
        provider: null,
      }),
    );
    expect(job).toMatchObject({ state: 'SUCCEEDED', inserted: 150 });
    await expectWhole();
  });

  test('brings replies by others in recent conversations', async () => {
    const root = { ...(world[0] as XPost), metrics: { ...world[0]?.metrics, replies: 2 } };
    const other = { id: '77', handle: 'guest' };
    const replies = recentPosts(2, 1_000).map((post, at) => ({
      ...post,
      id: (BigInt(root.id) + BigInt(at + 1) * 4_194_304_000n).toString(),
      authorId: other.id,
      text: `@lark reply ${at}`,
      metrics: { likes: 0 },
      conversationId: root.id,
      replyTo: { postId: root.id, authorId: lark.id },
    }));
    services.setUsers([lark, other]);
    services.setPosts([...replies, root, ...world.slice(1)]);
    await work(['X_API']);
    await done(fetching({ full: true }));
    expect(await storedIds(false)).toEqual(idsOf(replies));
    expect(await storedIds()).toEqual(idsOf(world));
    await expectWhole();
  });

  test('requests only new replies of a conversation, however deep it is', async () => {
    const root = { ...(world[0] as XPost), metrics: { ...world[0]?.metrics, replies: 9 } };
    const other = { id: '77', handle: 'guest' };
    const reply = (at: number, by: string, to: string): XPost => ({
      ...root,
      id: replyId(root, at),
      authorId: by,
      text: `reply ${at}`,
      metrics: { likes: 0 },
      conversationId: root.id,
      replyTo: { postId: to, authorId: other.id },
    });
    const talk = [
      // The account's own post is the newest: its timeline brings it, and says nothing about earlier posts of others.
      reply(4, lark.id, replyId(root, 3)),
      reply(3, other.id, replyId(root, 2)),
      reply(2, lark.id, replyId(root, 1)),
      reply(1, other.id, root.id),
    ];
    const latest = reply(5, other.id, replyId(root, 3));
    services.setUsers([lark, other]);
    services.setPosts([...talk, root, ...world.slice(1)]);
    await work(['X_API']);
    await done(fetching({ full: true }));
    await done(fetching());
    services.setPosts([latest, ...talk, root, ...world.slice(1)]);
    await done(fetching());
    expect(
      services.xApi.requests
        .filter(({ query }) => query.query === `conversation_id:${root.id}`)
        .map(({ query }) => query.since_id),
    ).toEqual([root.id, replyId(root, 4), replyId(root, 4)]);
    expect(await storedIds(false)).toEqual([1, 3, 5].map((at) => replyId(root, at)));
    await expectWhole();
  });
});

/** The id of a reply this many seconds after a post. */
const replyId = (root: XPost, seconds: number) =>
  (BigInt(root.id) + BigInt(seconds) * 4_194_304_000n).toString();

describe('a fetch whose provider fails', () => {
  test('is continued by the next provider at the same place', async () => {
    await work(['X_API', 'SOCIALDATA']);
    // The profile and the first page are fine; the token is revoked then.
    services.xApi.faults.push(
      { kind: 'none', times: 2 },
      { kind: 'answer', status: 401, body: { title: 'Unauthorized', status: 401 }, times: 100 },
    );
    const job = await done(fetching({ full: true }));
    expect(job).toMatchObject({ state: 'SUCCEEDED', provider: 'SOCIALDATA' });
    expect(job.message).toContain('X_API');
    expect(job.events).toEqual([
      {
        at: expect.any(String),
        message: expect.stringMatching(/^SOCIALDATA took over: X_API stopped: ./),
        provider: 'SOCIALDATA',
      },
    ]);
    expect(await storedIds()).toEqual(idsOf(world));
    await expectWhole();
  });

  test('waits for a rate limit when no other provider can continue, and says so', async () => {
    await stopWorker?.();
    const limited = await startServices(
      { users: [lark], posts: world },
      // Counted from the first request: writing its page takes a while, depending on the machine.
      { windowMs: 8_000, timelineLimit: 1 },
    );
    const worker = await startWorker({
      db,
      url: db.url,
      queue,
      spoolRoot: join(folder, 'spool'),
      log: quiet,
      fetching: fetchingOf(db, queue, configOf(limited, ['X_API'])),
    });
    stopWorker = () => worker.close();
    const jobId = await fetching({ full: true });
    const waiting = await untilJob(db, jobId, (job) => job.waitingUntil !== null);
    expect(waiting.waitingUntil?.getTime()).toBeGreaterThan(Date.now() - 1_000);
    expect(waiting.message).toContain('rate limit');
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'SUCCEEDED', waitingUntil: null });
    // Reported each time that it waits, with the end of the wait.
    expect(job.events.length).toBeGreaterThan(0);
    for (const { message } of job.events) expect(message).toMatch(/^Waiting for a rate limit: .*T.*Z$/);
    expect(await storedIds()).toEqual(idsOf(world));
  });

  test.each([
    [
      'a 429 with a reset far away',
      {
        kind: 'answer',
        status: 429,
        body: {},
        headers: {
          'x-rate-limit-limit': '900',
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': String(Math.ceil(Date.now() / 1_000) + 900),
        },
        times: 100,
      },
    ],
    ['a 429 without a reset', { kind: 'answer', status: 429, body: {}, times: 100 }],
    ['a page of HTML', { kind: 'html', times: 100 }],
    ['an answer cut off in the middle', { kind: 'cut', times: 100 }],
    ['an answer that is no JSON', { kind: 'malformed', times: 100 }],
    ['a request that hangs', { kind: 'hang', times: 100 }],
    ['an empty success', { kind: 'answer', status: 200, body: { meta: { result_count: 0 } }, times: 100 }],
  ] as const)('survives %s', async (_, fault) => {
    await work(['X_API', 'SOCIALDATA'], fault.kind === 'hang' ? { PROVIDER_TIMEOUT_MS: '300' } : {});
    services.xApi.faults.push({ kind: 'none' }, fault);
    const job = await done(fetching({ full: true }));
    expect(job.state).toBe('SUCCEEDED');
    expect(job.message).toContain('X_API stopped');
    expect(await db.sql`select distinct provider from posts`).toEqual([{ provider: 'SOCIALDATA' }]);
    expect(await storedIds()).toEqual(idsOf(world));
    await expectWhole();
  });

  test('continues after five errors of the server', async () => {
    await work(['X_API']);
    services.xApi.faults.push(
      { kind: 'none', times: 2 },
      { kind: 'answer', status: 500, body: 'oops', times: 5 },
    );
    const job = await done(fetching({ full: true }));
    expect(job).toMatchObject({ state: 'SUCCEEDED', provider: 'X_API', inserted: 150 });
  });

  test.each([
    { kind: 'same-cursor', what: 'the same cursor for ever' },
    { kind: 'same-page', what: 'a page repeated' },
    { kind: 'upside-down', what: 'posts out of order' },
    { kind: 'swapped-pages', what: 'pages out of order' },
  ] as const)('is not misled by $what', async ({ kind }) => {
    await work(['SOCIALDATA', 'X_API']);
    services.socialData.faults.push({ kind, times: 1_000 });
    const job = await done(fetching({ full: true }));
    expect(job.state).toBe('SUCCEEDED');
    expect(await storedIds()).toEqual(idsOf(world));
    await expectWhole();
  });

  test('fails with the error of each when all are down, and old posts stay', async () => {
    await work(['X_API', 'SOCIALDATA']);
    await done(fetching({ full: true }));
    services.xApi.faults.push({ kind: 'answer', status: 503, body: 'down', times: 1_000 });
    services.socialData.faults.push({ kind: 'html', status: 502, times: 1_000 });
    const job = await done(fetching());
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'PROVIDER_UNAVAILABLE' });
    expect(job.errorMessage).toContain('X_API');
    expect(job.errorMessage).toContain('SOCIALDATA');
    expect(job.events.map(({ message }) => message)).toEqual([`Failed: ${job.errorMessage}`]);
    expect((await storedIds()).length).toBe(150);
  });

  test('uses a provider again when its circuit has closed', async () => {
    await work(['X_API']);
    services.xApi.faults.push({ kind: 'answer', status: 401, body: {}, times: 3 });
    for (let at = 0; at < 3; at++) expect((await done(fetching())).state).toBe('FAILED');
    expect((await done(fetching())).errorMessage).toContain('is not asked for a minute');
    const { now } = Date;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + circuit.openMs);
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await done(fetching())).state).toBe('SUCCEEDED');
  });
});

describe('an account', () => {
  test.each([
    ['suspended', [{ ...lark, state: 'suspended' as const }], 'ACCOUNT_SUSPENDED'],
    ['protected', [{ ...lark, state: 'protected' as const }], 'ACCOUNT_PROTECTED'],
    ['unknown', [], 'NOT_FOUND'],
  ] as const)('that is %s fails for good, whoever is asked', async (_, users, code) => {
    services.setUsers(users);
    await work(['X_API', 'SOCIALDATA']);
    const job = await done(fetching());
    expect(job).toMatchObject({ state: 'FAILED', errorCode: code, attempts: 1 });
  });
});

describe('an archive imported while its account is fetched', () => {
  const archive = join(folder, 'lark.zip');
  const importing = () => jobs.importArchive({ path: archive, handle: null, uploaded: false });

  /** Everything that people see of the posts, whichever provider delivered them in whatever order. */
  async function endState() {
    return db.sql`
      select post_id, text, kind, own, created_at, likes, reposts, replies, quotes, impressions, hashtags, words
      from posts order by post_id`;
  }

  test('gives the same result in any order', async () => {
    await writeArchive(
      archive,
      { id: lark.id, handle: lark.handle, displayName: 'Lark', joinedAt: new Date(Date.UTC(2012, 0, 1)) },
      world.slice(40).map(({ id, text }) => tweet({ id, at: xTimeOf(id), text, likes: 1, reposts: 1 })),
      { generatedAt: new Date(Date.now() - 30 * 60_000) },
    );
    const ends: unknown[] = [];
    for (const order of ['fetch first', 'archive first', 'at once'] as const) {
      await work(['X_API']);
      if (order === 'fetch first') await done(fetching({ full: true }));
      const imported = importing();
      if (order === 'archive first') await done(imported);
      const fetched = fetching({ full: true });
      expect((await done(imported)).state).toBe('SUCCEEDED');
      expect((await done(fetched)).state).toBe('SUCCEEDED');
      await expectWhole();
      ends.push(await endState());
      await stopWorker?.();
      await emptyStore();
    }
    expect((ends[0] as unknown[]).length).toBe(150);
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  });
});

describe('budgets', () => {
  test('refuse requests beyond them', async () => {
    await work(['X_API'], { X_API_BUDGET_USD: '0' });
    const job = await done(fetching());
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BUDGET_EXCEEDED' });
    expect(services.xApi.requests).toEqual([]);
  });

  test('make the fetch continue with a provider that has budget left', async () => {
    await work(['X_API', 'SOCIALDATA'], { X_API_BUDGET_USD: '0.6' });
    const job = await done(fetching({ full: true }));
    expect(job).toMatchObject({ state: 'SUCCEEDED', provider: 'SOCIALDATA' });
    const [row] = await db.sql`select usd::float8 from spending where provider = 'X_API'`;
    expect(row?.usd).toBeLessThanOrEqual(0.6);
    expect(await storedIds()).toEqual(idsOf(world));
  });
});
