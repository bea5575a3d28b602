import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findOrCreateAccount, findOrCreateTopic } from '../../../src/streams/create.ts';
import { fetchQueueName } from '../../../src/jobs/payloads.ts';
import { bull, connection, type JobQueue, openQueue } from '../../../src/jobs/queue.ts';
import { enqueueDue } from '../../../src/fetch/schedule.ts';
import { createFetchService, type FetchService } from '../../../src/fetch/service.ts';
import { startJob } from '../../../src/jobs/lease.ts';
import { pruneJobs } from '../../../src/jobs/store.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { anAccount, aPost, asGiven, savePosts, writeBatch } from '../../support/posts.ts';
import { ableSource } from '../../support/fetching.ts';
import { openDetour } from '../../support/detour.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { tabs } from '../../support/tabs.ts';
import { openJobs, quiet } from '../../support/worker.ts';

const refreshAfterMs = 15 * 60_000;
const db = await openStore();
const { jobs, queue: opened } = await openJobs(db);
/** The messages to the queue, which no caller waits for. */
const handings: Promise<void>[] = [];
const queue: JobQueue = {
  ...opened,
  add: (...job) => {
    const handing = opened.add(...job);
    handings.push(handing);
    return handing;
  },
};
const untilHeard = () => Promise.all(handings.splice(0));
/** The refreshes that queries began, which no caller waits for, either. */
const refreshes: Promise<void>[] = [];
const untilRefreshed = () => Promise.all(refreshes.splice(0));
const settings = {
  providers: (['X_API', 'SOCIALDATA'] as const).map(ableSource),
  refreshAfterMs,
  log: quiet,
};
const fetches = createFetchService(db, queue, settings);
const refreshingBy = ({ refresh }: FetchService) => ({
  afterMs: refreshAfterMs,
  refresh: (...stale: Parameters<FetchService['refresh']>) => void refreshes.push(refresh(...stale)),
});
const app = openApp(db, { jobs, fetches, refreshing: refreshingBy(fetches) });
const fetchQueue = new bull.Queue(fetchQueueName, { connection: connection(db.url) });

/** The store and its queue as another process has them, with its own connections. */
const other = { db: openAgain(db.url), queue: openQueue(db.url, quiet) };

afterAll(async () => {
  await fetchQueue.close();
  await other.queue.close();
  await other.db.close();
});

afterEach(async () => {
  await untilRefreshed();
  await untilHeard();
  await db.sql`truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, known_posts, vacant_posts, post_terms, activity,
    observed_activity, tally_months, tally_totals, jobs, follower_snapshots, stream_providers restart identity`;
  await fetchQueue.obliterate({ force: true });
});

const minute = 60_000;
const day = 86_400_000;
const now = testNow.getTime();
const jobFields = `id kind state provider error { code } stream { title } progress { message waitingUntil }`;
const fetchAccount = (args: string) => ask(app, `mutation { fetchAccount(${args}) { ${jobFields} } }`);
const fetchTopic = (args: string) => ask(app, `mutation { fetchTopic(${args}) { ${jobFields} } }`);
const codeOf = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors?.[0]?.extensions.code;
const rawId = (globalId: string) => Buffer.from(globalId, 'base64').toString().replace(/^\w+:/, '');
const globalId = (type: string, id: number) => Buffer.from(`${type}:${id}`).toString('base64');
const rows = () =>
  db.sql`select job_id, kind, state, open_key, priority, provider, payload, stream_id from jobs order by created_at, open_key`;

describe('requesting an account', () => {
  test('queues one job with the request', async () => {
    const { data } = await fetchAccount('handle: " @NASA ", full: true, provider: X_API, limit: 500');
    expect(data.fetchAccount).toMatchObject({
      kind: 'FETCH',
      state: 'QUEUED',
      provider: 'X_API',
      error: null,
      stream: null,
      progress: { message: 'Waiting for a worker', waitingUntil: null },
    });
    expect(await rows()).toMatchObject([
      {
        job_id: rawId(data.fetchAccount.id),
        open_key: 'account:nasa',
        priority: 1,
        payload: {
          source: 'fetch',
          target: { kind: 'account', handle: 'NASA', streamId: null },
          full: true,
          provider: 'X_API',
          limit: 500,
        },
      },
    ]);
    await untilHeard();
    expect((await fetchQueue.getJob(rawId(data.fetchAccount.id)))?.priority).toBe(1);
  });

  test('fifty times at once creates one job, and everybody gets it', async () => {
    const spellings = ['nasa', 'NASA', '@nasa', ' Nasa'];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => fetchAccount(`handle: "${spellings[at % 4]}"`)),
    );
    const ids = new Set(answers.map(({ data }) => data.fetchAccount.id));
    expect(ids.size).toBe(1);
    expect(await rows()).toHaveLength(1);
    await untilHeard();
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
  });

  test('fifty times at once from two processes creates one job for a known account', async () => {
    const account = anAccount();
    const streamId = await findOrCreateAccount(db.sql, account);
    const others = createFetchService(other.db, other.queue, settings);
    const request = {
      target: { kind: 'account', handle: account.handle },
      full: false,
      provider: null,
      limit: null,
    } as const;
    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? fetches : others).fetch(request)),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await rows()).toMatchObject([
      { open_key: `stream:${streamId}`, stream_id: streamId, payload: { target: { streamId } } },
    ]);
  });

  test('returns the job that created the stream while that job runs', async () => {
    const account = anAccount();
    const first = await fetchAccount(`handle: "${account.handle}"`);
    await startJob(db.sql, rawId(first.data.fetchAccount.id));
    await findOrCreateAccount(db.sql, account);
    const second = await fetchAccount(`handle: "${account.handle}"`);
    expect(second.data.fetchAccount).toMatchObject({ id: first.data.fetchAccount.id, state: 'RUNNING' });
    expect(await rows()).toHaveLength(1);
  });

  test('creates another job when the previous one has ended', async () => {
    const first = await fetchAccount('handle: "nasa"');
    await jobs.cancel(rawId(first.data.fetchAccount.id));
    const second = await fetchAccount('handle: "nasa"');
    expect(second.data.fetchAccount.id).not.toBe(first.data.fetchAccount.id);
    expect(second.data.fetchAccount.state).toBe('QUEUED');
  });

  test.each([
    '',
    ' ',
    '@',
    'two words',
    'twenty_one_characters',
    '@@nasa',
    '../nasa',
    'nаsa', // a Cyrillic а
    'ｎａｓａ',
    'nasa\u200b',
    'na-sa',
    '%00',
  ])('refuses %j, which cannot be a handle on X', async (handle) => {
    const answer = await ask(app, 'mutation ($h: String!) { fetchAccount(handle: $h) { id } }', {
      h: handle,
    });
    expect(codeOf(answer)).toBe('BAD_INPUT');
    expect(await rows()).toHaveLength(0);
  });

  test.each([
    ['limit: 0', 'BAD_INPUT', /1 to 100000/],
    ['limit: -5', 'BAD_INPUT', /1 to 100000/],
    ['limit: 100001', 'BAD_INPUT', /1 to 100000/],
    ['provider: X_ARCHIVE', 'BAD_INPUT', /X_API, SOCIALDATA, X_SCRAPER/],
    ['provider: X_SCRAPER', 'PROVIDER_NOT_CONFIGURED', /X_SCRAPER=on/],
  ])('refuses %s with %s', async (args, code, message) => {
    const answer = await fetchAccount(`handle: "nasa", ${args}`);
    expect(codeOf(answer)).toBe(code);
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(await rows()).toHaveLength(0);
  });

  test('says what to set when no provider is configured', async () => {
    const bare = openApp(db, { fetches: createFetchService(db, queue, { ...settings, providers: [] }) });
    const answer = await ask(bare, 'mutation { fetchAccount(handle: "nasa") { id } }');
    expect(codeOf(answer)).toBe('PROVIDER_NOT_CONFIGURED');
    expect(answer.errors?.[0]?.message).toMatch(/X_BEARER_TOKEN.*SOCIALDATA_API_KEY.*X_SCRAPER=on/);
  });
});

describe('requesting a topic', () => {
  test('is the same whatever its case and spaces', async () => {
    const first = await fetchTopic('query: "  Climate   Change "');
    const second = await fetchTopic('query: "climate change"');
    expect(first.data.fetchTopic).toMatchObject({ kind: 'FETCH', state: 'QUEUED', provider: null });
    expect(second.data.fetchTopic.id).toBe(first.data.fetchTopic.id);
    expect(await rows()).toMatchObject([
      {
        open_key: 'topic:climate change',
        payload: { target: { kind: 'topic', query: 'Climate Change' }, full: false },
      },
    ]);
  });

  test('that exists creates a job of its stream', async () => {
    const streamId = await findOrCreateTopic(db.sql, 'Climate Change');
    const { data } = await fetchTopic('query: "climate change", provider: SOCIALDATA, limit: 100000');
    expect(data.fetchTopic).toMatchObject({ provider: 'SOCIALDATA', stream: { title: 'Climate Change' } });
    expect(await rows()).toMatchObject([{ open_key: `stream:${streamId}`, stream_id: streamId }]);
  });

  test.each([
    ['nothing', '', 'BAD_INPUT'],
    ['spaces', ' \n\t ', 'BAD_INPUT'],
    ['600 letters', 'x'.repeat(600), 'BAD_INPUT'],
    ['513 letters', 'x'.repeat(513), 'BAD_INPUT'],
    ['a control character', 'nul \u0000 inside', 'BAD_INPUT'],
    ['512 letters', 'x'.repeat(512), undefined],
    ['512 pictures of two units each', '😀'.repeat(512), undefined],
    ['a letter between 600 spaces', `${' '.repeat(300)}x${' '.repeat(300)}`, undefined],
  ])('of %s gets the documented answer', async (_, query, code) => {
    const answer = await ask(app, 'mutation ($q: String!) { fetchTopic(query: $q) { id } }', { q: query });
    expect(codeOf(answer)).toBe(code);
    expect(await rows()).toHaveLength(code === undefined ? 1 : 0);
  });
});

describe('a topic', () => {
  const author = anAccount();
  async function collected(query: string) {
    const streamId = await findOrCreateTopic(db.sql, query);
    const [one, two] = [anAccount(), anAccount()];
    const posts = [
      aPost(one, { hashtags: ['sea'], text: 'the sea is rising' }),
      aPost(one, { text: 'rising again' }),
      aPost(two, { text: 'not here' }),
    ];
    const source = { streamId, platform: 'X', provider: 'SOCIALDATA' } as const;
    await writeBatch(db.sql, source, { account: null, posts, read: asGiven, collectedAt: now });
    return { streamId, authors: [one.handle, two.handle] };
  }

  test('is a stream like any other, with its matches as its own posts', async () => {
    const { authors, streamId } = await collected('Sea Level');
    const { data, errors } = await ask(
      app,
      `{ topic(query: " SEA  level ") {
        __typename id platform title query tracking { every }
        freshness { stale coverage version earliestPostAt }
        jobs { totalCount }
        posts(orderBy: OLDEST) { totalCount nodes { text author { handle } stream { __typename id title } } }
        stats { totals { posts authors } topAuthors { author { handle } posts } followers { values }
          topTerms(kind: HASHTAG) { term count } providers { provider posts } }
      } }`,
    );
    expect(errors).toBeUndefined();
    const id = globalId('Topic', streamId);
    expect(data.topic).toMatchObject({
      __typename: 'Topic',
      id,
      platform: 'X',
      title: 'Sea Level',
      query: 'Sea Level',
      tracking: null,
      freshness: { stale: true, coverage: null, version: 1, earliestPostAt: '2025-01-01T00:00:00.000Z' },
      jobs: { totalCount: 0 },
      stats: {
        totals: { posts: 3, authors: 2 },
        topAuthors: [
          { author: { handle: authors[0] }, posts: 2 },
          { author: { handle: authors[1] }, posts: 1 },
        ],
        followers: { values: [] },
        topTerms: [{ term: 'sea', count: 1 }],
        providers: [{ provider: 'SOCIALDATA', posts: 3 }],
      },
    });
    expect(data.topic.posts.totalCount).toBe(3);
    expect(data.topic.posts.nodes[0].stream).toEqual({ __typename: 'Topic', id, title: 'Sea Level' });
  });

  test('is found by its id, in the list of streams and by its title', async () => {
    const { streamId } = await collected('Sea Level');
    await findOrCreateAccount(db.sql, author);
    const id = globalId('Topic', streamId);
    const { data, errors } = await ask(
      app,
      `query ($id: ID!) {
        node(id: $id) { __typename ... on Topic { query } }
        streams { totalCount nodes { __typename title ... on Account { handle } } }
        search: streams(search: "LEVEL") { nodes { title } totalCount }
        posts(filter: { streams: [$id], search: "rising" }) { totalCount }
      }`,
      { id },
    );
    expect(errors).toBeUndefined();
    expect(data.node).toEqual({ __typename: 'Topic', query: 'Sea Level' });
    expect(data.streams).toEqual({
      totalCount: 2,
      nodes: [
        { __typename: 'Topic', title: 'Sea Level' },
        { __typename: 'Account', title: `@${author.handle}`, handle: author.handle },
      ],
    });
    expect(data.search).toEqual({ totalCount: 1, nodes: [{ title: 'Sea Level' }] });
    expect(data.posts.totalCount).toBe(2);
  });

  test('has no id of an account, and an account has no id of a topic', async () => {
    const { streamId } = await collected('Sea Level');
    const wrong = globalId('Account', streamId);
    const { data } = await ask(app, '{ topic(query: "nothing of it") { id } }');
    expect(data.topic).toBeNull();
    expect((await ask(app, `{ node(id: "${wrong}") { id } }`)).data.node).toBeNull();
    const deleted = await ask(app, `mutation { deleteStream(id: "${wrong}") }`);
    expect(codeOf(deleted)).toBe('NOT_FOUND');
  });

  test('is created once, and named as it was first written', async () => {
    const ids = await Promise.all(
      ['Sea Level', 'sea level', 'SEA LEVEL'].map((query) => findOrCreateTopic(db.sql, query)),
    );
    expect(new Set(ids).size).toBe(1);
    await findOrCreateTopic(db.sql, 'sEA lEVEL');
    const [row] = await db.sql`select title, identity, kind from streams`;
    expect(row?.identity).toBe('sea level');
    expect(row?.title).not.toBe('sEA lEVEL');
  });

  test('is deleted with everything that was collected, and its jobs', async () => {
    const { streamId } = await collected('Sea Level');
    await fetchTopic('query: "sea level"');
    const id = globalId('Topic', streamId);
    expect((await ask(app, `mutation { deleteStream(id: "${id}") }`)).data.deleteStream).toBe(id);
    for (const table of ['streams', 'posts', 'authors', 'jobs', 'post_terms', 'activity', 'tally_totals']) {
      expect([table, (await db.sql`select count(*)::int as left from ${db.sql(table)}`)[0]?.left]).toEqual([
        table,
        0,
      ]);
    }
  });

  test.each([
    'streams(first: $n) { totalCount nodes { __typename id title freshness { stale coverage } tracking { every nextAt } } }',
    'posts(first: $n) { nodes { text author { handle } stream { title ... on Topic { query } } } }',
    'jobs(first: $n) { nodes { kind stream { title ... on Topic { query } } progress { waitingUntil } } }',
  ])('among twelve costs no more statements than among two: %s', async (list) => {
    let statements = 0;
    const counted = openAgain(db.url, { onStatement: () => statements++ });
    const countedApp = openApp(counted, { jobs, fetches });
    for (let at = 0; at < 6; at++) {
      await collected(`topic ${at}`);
      const account = anAccount({ reportedPosts: 10 });
      await savePosts(db, account, [aPost(account)]);
      await fetchTopic(`query: "topic ${at}"`);
      await fetchAccount(`handle: "${account.handle}"`);
    }
    const count = async (first: number) => {
      statements = 0;
      const { errors, data } = await ask(countedApp, `query ($n: Int) { list: ${list} }`, { n: first });
      expect(errors).toBeUndefined();
      expect(data.list.nodes).toHaveLength(first);
      return statements;
    };
    const two = await count(2);
    expect(two).toBeLessThan(5);
    expect(await count(12)).toBe(two);
    await counted.close();
  });
});

describe('tracking', () => {
  const trackBy = (served: typeof app, id: string, every: string) =>
    ask(
      served,
      'mutation ($id: ID!, $every: Duration!) { track(stream: $id, every: $every) { title tracking { every nextAt } } }',
      { id, every },
    );
  const track = (id: string, every: string) => trackBy(app, id, every);
  const untrack = (id: string) =>
    ask(app, 'mutation ($id: ID!) { untrack(stream: $id) { title tracking { every } } }', { id });
  const nextAt = async () => (await db.sql`select track_next_at as at from streams`)[0]?.at as Date | null;

  test('begins one interval from now, and stops on request', async () => {
    const id = globalId('Topic', await findOrCreateTopic(db.sql, 'Sea Level'));
    expect((await track(id, 'PT1H')).data.track).toEqual({
      title: 'Sea Level',
      tracking: { every: 'PT1H', nextAt: new Date(now + 60 * minute).toISOString() },
    });
    const stopped = { data: { untrack: { title: 'Sea Level', tracking: null } } };
    expect(await untrack(id)).toEqual(stopped);
    expect(await nextAt()).toBeNull();
    expect(await untrack(id)).toEqual(stopped);
  });

  test.each([
    ['is left out', 'track(stream: $id)'],
    ['is null', 'track(stream: $id, every: null)'],
  ])('whose interval %s is BAD_INPUT', async (_, field) => {
    const id = globalId('Topic', await findOrCreateTopic(db.sql, 'Sea Level'));
    const answer = await ask(app, `mutation ($id: ID!) { ${field} { title } }`, { id });
    expect(codeOf(answer)).toBe('BAD_INPUT');
  });

  const guest = {
    name: 'X_SCRAPER',
    obstacle: (kind: string) => (kind === 'timeline' ? null : 'set cookies'),
  } as const;

  test.each([
    ['an account', 'Account', [], /set X_BEARER_TOKEN, or SOCIALDATA_API_KEY, or X_SCRAPER=on/],
    ['a topic', 'Topic', [], /set X_BEARER_TOKEN/],
    ['a topic by who searches nothing', 'Topic', [guest], /X_SCRAPER: set cookies; set X_BEARER_TOKEN/],
  ] as const)('%s that no provider could serve is refused', async (_, type, providers, message) => {
    const served = openApp(db, { fetches: createFetchService(db, queue, { ...settings, providers }) });
    const streamId =
      type === 'Account'
        ? (await savePosts(db, anAccount(), [])).streamId
        : await findOrCreateTopic(db.sql, 'Sea Level');
    const answer = await trackBy(served, globalId(type, streamId), 'PT1H');
    expect(codeOf(answer)).toBe('PROVIDER_NOT_CONFIGURED');
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(await nextAt()).toBeNull();
  });

  test('an account can be tracked with a provider that cannot search', async () => {
    const served = openApp(db, {
      fetches: createFetchService(db, queue, { ...settings, providers: [guest] }),
    });
    const { streamId } = await savePosts(db, anAccount(), []);
    expect((await trackBy(served, globalId('Account', streamId), 'PT1H')).errors).toBeUndefined();
  });

  test('a made-up account is refused until a provider delivers posts of it', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [aPost(account)], { provider: 'SYNTHETIC' });
    const answer = await track(globalId('Account', streamId), 'PT1H');
    expect(codeOf(answer)).toBe('PROVIDER_NOT_CONFIGURED');
    expect(answer.errors?.[0]?.message).toMatch(/is made up/);
    expect(await nextAt()).toBeNull();
    await savePosts(db, account, [aPost(account)], { provider: 'X_API' });
    expect((await track(globalId('Account', streamId), 'PT1H')).errors).toBeUndefined();
  });

  test.each([
    ['PT1M', 'PT1M'],
    ['PT90M', 'PT1H30M'],
    ['P365D', 'P365D'],
    ['P2W', 'P14D'],
    ['PT0.5H', 'PT30M'],
  ])('every %s is shown as %s', async (every, told) => {
    const id = globalId('Account', await findOrCreateAccount(db.sql, anAccount()));
    expect((await track(id, every)).data.track.tracking.every).toBe(told);
  });

  test.each([
    ['PT1S', /PT1M to P365D/],
    ['PT59.999S', /PT1M to P365D/],
    ['P366D', /PT1M to P365D/],
    ['PT0S', /PT1M to P365D/],
    ['-PT1H', /Negative/],
    ['P1M', /days instead of months/],
    ['P1Y', /days instead of months/],
    ['1 hour', /ISO 8601/],
    ['', /ISO 8601/],
    ['P99999999999999999999D', /ISO 8601/],
  ])('every %j is refused', async (every, message) => {
    const id = globalId('Account', await findOrCreateAccount(db.sql, anAccount()));
    const answer = await track(id, every);
    expect(codeOf(answer)).toBe('BAD_INPUT');
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(await nextAt()).toBeNull();
  });

  test('with a new interval never delays a refresh that is due earlier', async () => {
    const id = globalId('Account', await findOrCreateAccount(db.sql, anAccount()));
    await track(id, 'PT1H');
    await track(id, 'P7D');
    expect((await nextAt())?.getTime()).toBe(now + 60 * minute);
    await track(id, 'PT5M');
    expect((await nextAt())?.getTime()).toBe(now + 5 * minute);
  });

  test.each([globalId('Account', 999), globalId('Topic', 1), globalId('Job', 1)])(
    'of a missing stream is NOT_FOUND: %s',
    async (id) => {
      await findOrCreateAccount(db.sql, anAccount());
      expect(codeOf(await track(id, 'PT1H'))).toBe('NOT_FOUND');
      expect(codeOf(await untrack(id))).toBe('NOT_FOUND');
    },
  );
});

describe('schedules', () => {
  /** Streams that are refreshed each hour, first at `now`. */
  async function tracked(count: number): Promise<readonly number[]> {
    const ids: number[] = [];
    for (let at = 0; at < count; at++) {
      const streamId =
        at % 2 === 0
          ? await findOrCreateAccount(db.sql, anAccount())
          : await findOrCreateTopic(db.sql, `Topic ${at}`);
      ids.push(streamId);
    }
    await db.sql`update streams set track_every_ms = ${60 * minute}, track_next_at = ${testNow}`;
    return ids;
  }
  const due = (at: number) => enqueueDue({ sql: db.sql, queue, now: at });

  test('queue due refreshes behind the requests of people', async () => {
    const [accountId, topicId] = await tracked(2);
    expect(await due(now - 1)).toEqual([]);
    expect(await due(now)).toHaveLength(2);
    expect(await rows()).toMatchObject([
      {
        open_key: `stream:${accountId}`,
        priority: 10,
        provider: null,
        payload: { target: { kind: 'account', streamId: accountId }, full: false, limit: null },
      },
      {
        open_key: `stream:${topicId}`,
        priority: 10,
        payload: { target: { kind: 'topic', query: 'Topic 1' } },
      },
    ]);
    expect(await due(now)).toEqual([]);
    expect(await queue.counts()).toMatchObject({ waiting: 2 });
  });

  test('that many processes enqueue at once create one job each', async () => {
    const ids = await tracked(40);
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        at % 2 === 0 ? due(now) : enqueueDue({ sql: other.db.sql, queue: other.queue, now }),
      ),
    );
    expect(made.flat()).toHaveLength(40);
    const jobs = await rows();
    expect(jobs.map(({ open_key }) => open_key).sort()).toEqual(ids.map((id) => `stream:${id}`).sort());
  });

  test('skip the runs that were missed', async () => {
    await tracked(1);
    expect(await due(now + 10 * 60 * minute + 7 * minute)).toHaveLength(1);
    const [row] = await db.sql`select track_next_at as at from streams`;
    expect(row?.at).toEqual(new Date(now + 11 * 60 * minute));
    expect(await due(now + 10 * 60 * minute + 8 * minute)).toEqual([]);
  });

  test('create no second job while the first runs', async () => {
    await tracked(1);
    const [first] = await due(now);
    expect(await due(now + 60 * minute)).toEqual([first]);
    expect(await rows()).toHaveLength(1);
  });

  test('skip a stream that is being written to, and take it later', async () => {
    const [streamId = 0] = await tracked(1);
    await other.db.sql.begin(async (tx) => {
      await tx`select 1 from streams where stream_id = ${streamId} for update`;
      expect(await due(now)).toEqual([]);
    });
    expect(await due(now)).toHaveLength(1);
  });

  test("let a person's request replace a waiting refresh", async () => {
    const account = anAccount();
    await findOrCreateAccount(db.sql, account);
    await db.sql`update streams set track_every_ms = ${60 * minute}, track_next_at = ${testNow}`;
    const [scheduled = ''] = await due(now);
    expect((await fetchQueue.getJob(scheduled))?.priority).toBe(10);
    const { data } = await fetchAccount(`handle: "${account.handle}"`);
    expect(rawId(data.fetchAccount.id)).toBe(scheduled);
    expect((await rows())[0]?.priority).toBe(1);
    expect((await fetchQueue.getJob(scheduled))?.priority).toBe(1);
  });

  test("never delay a person's request", async () => {
    const account = anAccount();
    await findOrCreateAccount(db.sql, account);
    await fetchAccount(`handle: "${account.handle}"`);
    await db.sql`update streams set track_every_ms = ${60 * minute}, track_next_at = ${testNow}`;
    await due(now);
    expect(await rows()).toMatchObject([{ priority: 1 }]);
  });
});

describe('querying a stream', () => {
  const look = (handle: string) => ask(app, `{ account(handle: "${handle}") { freshness { stale } } }`);
  async function account(fetchedAt: Date | null, everyMs: number | null) {
    const profile = anAccount();
    await findOrCreateAccount(db.sql, profile);
    await db.sql`update streams set fetched_at = ${fetchedAt}, track_every_ms = ${everyMs},
      track_next_at = ${everyMs === null ? null : new Date(now + day)}`;
    return profile.handle;
  }
  const long = new Date(now - refreshAfterMs - 1);

  test('that is tracked and stale fetches it once', async () => {
    const handle = await account(long, day);
    const answers = await Promise.all(Array.from({ length: 10 }, () => look(handle)));
    expect(answers[0]?.data.account.freshness.stale).toBe(true);
    expect(await untilRefreshed()).toHaveLength(10);
    expect(await rows()).toMatchObject([{ kind: 'FETCH', priority: 10, state: 'QUEUED' }]);
  });

  test('works for topics too', async () => {
    await findOrCreateTopic(db.sql, 'Sea Level');
    await db.sql`update streams set track_every_ms = ${day}, track_next_at = ${new Date(now + day)}`;
    await ask(app, '{ topic(query: "sea level") { id } }');
    await untilRefreshed();
    expect(await rows()).toMatchObject([
      { payload: { target: { kind: 'topic', query: 'Sea Level' } }, priority: 10 },
    ]);
  });

  test('does not repeat a fetch that failed within the interval', async () => {
    const handle = await account(long, day);
    await look(handle);
    await untilRefreshed();
    await db.sql`update jobs set state = 'FAILED', created_at = ${new Date(now - minute)}`;
    await look(handle);
    expect(await untilRefreshed()).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
    await db.sql`update jobs set created_at = ${long}`;
    await look(handle);
    await untilRefreshed();
    expect(await rows()).toHaveLength(2);
  });

  test.each([
    ['fresh', new Date(now - refreshAfterMs), day, false],
    ['not tracked', long, null, true],
  ])('that is %s fetches nothing', async (_, fetchedAt, everyMs, stale) => {
    const handle = await account(fetchedAt, everyMs);
    expect((await look(handle)).data.account.freshness.stale).toBe(stale);
    await untilRefreshed();
    expect(await rows()).toHaveLength(0);
  });

  test('is answered even when the queue is unavailable', async () => {
    const handle = await account(long, day);
    const detour = await openDetour(db.url);
    const away = openQueue(detour.url, quiet);
    await detour.close();
    const broken = createFetchService(db, away, settings);
    const brokenApp = openApp(db, { refreshing: refreshingBy(broken) });
    const { data, errors } = await ask(brokenApp, `{ account(handle: "${handle}") { handle } }`);
    expect(errors).toBeUndefined();
    expect(data.account.handle).toBe(handle);
    await expect.poll(rows).toHaveLength(1);
    await away.close();
  });
});

describe('jobs', () => {
  const retry = (id: string) => ask(app, `mutation { retryJob(id: "${id}") { state } }`);

  test('are not retried while another one fetches the same', async () => {
    const first = (await fetchAccount('handle: "nasa"')).data.fetchAccount.id;
    await jobs.cancel(rawId(first));
    const second = (await fetchAccount('handle: "nasa"')).data.fetchAccount.id;
    const answer = await retry(first);
    expect(codeOf(answer)).toBe('BAD_INPUT');
    expect(answer.errors?.[0]?.message).toMatch(/Another job is under way/);
    await jobs.cancel(rawId(second));
    expect((await retry(first)).data.retryJob.state).toBe('QUEUED');
    expect((await fetchQueue.getJob(rawId(first)))?.priority).toBe(1);
  });

  test('that created a stream are not retried while that stream is fetched', async () => {
    const account = anAccount();
    const first = (await fetchAccount(`handle: "${account.handle}"`)).data.fetchAccount.id;
    const streamId = await findOrCreateAccount(db.sql, account);
    await db.sql`update jobs set stream_id = ${streamId}, state = 'FAILED'`;
    await fetchAccount(`handle: "${account.handle}"`);
    expect(codeOf(await retry(first))).toBe('BAD_INPUT');
  });

  test('say until when they wait for a provider, while they wait', async () => {
    const { id } = (await fetchAccount('handle: "nasa"')).data.fetchAccount;
    const until = new Date(now + minute);
    await db.sql`update jobs set waiting_until = ${until}`;
    const asked = `{ job(id: "${id}") { kind progress { waitingUntil } } }`;
    expect((await ask(app, asked)).data.job).toEqual({
      kind: 'FETCH',
      progress: { waitingUntil: until.toISOString() },
    });
    await jobs.cancel(rawId(id));
    expect((await ask(app, asked)).data.job.progress.waitingUntil).toBeNull();
  });

  test('that ended are kept for 30 days, others until they end', async () => {
    for (const handle of ['old', 'young', 'open']) await fetchAccount(`handle: "${handle}"`);
    const ended = (key: string, at: number) =>
      db.sql`update jobs set state = 'SUCCEEDED', finished_at = ${new Date(at)} where open_key = ${key}`;
    await ended('account:old', now - 30 * day);
    await ended('account:young', now - 30 * day + 1);
    await db.sql`update jobs set created_at = ${new Date(now - 90 * day)} where open_key = 'account:open'`;
    expect(await pruneJobs(db.sql, now)).toBe(1);
    expect((await rows()).map((row) => row.open_key).sort()).toEqual(['account:open', 'account:young']);
  });
});

describe('the named operations about fetching', () => {
  const folder = new URL('../../../schema/operations/', import.meta.url);
  // Operations that need posts with hashtags, or other services, are tested with the whole program in the end-to-end
  // tests; those that need a chat, in `twitch/operations.test.ts`.
  const aboutStats =
    /^(\d\d-|dashboard|subscription-|fetch-quote|create-alert|explain-trend|export-stream|hashtag\.|channel|chat|moments)/;
  const named = readdirSync(folder).filter((name) => name.endsWith('.graphql') && !aboutStats.test(name));

  test.each(named)('%s answers without an error', async (name) => {
    const account = anAccount({ handle: 'harbour_ledger' });
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    const topicId = await findOrCreateTopic(db.sql, 'climate change');
    const document = readFileSync(new URL(name, folder), 'utf8');
    expect([streamId, topicId]).toEqual([1, 2]);
    const stream = globalId('Account', streamId);
    const tab = tabs.find(({ operation }) => `${operation}.graphql` === name);
    const { data, errors } = await ask(app, document, tab?.variables ?? { stream, login: 'forsen' });
    expect(errors).toBeUndefined();
    expect(Object.values(data).every((value) => value !== null)).toBe(true);
  });
});
