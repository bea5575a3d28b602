import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSpending } from '../../../src/fetch/spending.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import type { FetchProviderName } from '../../../src/providers/fetch-provider.ts';
import type { FetchRequest } from '../../../src/fetch/service.ts';
import {
  fetchingOf,
  configOf,
  fetchService,
  lark,
  recentPosts,
  startServices,
} from '../../support/fetching.ts';
import { onOneNode } from '../../support/on-one-node.ts';
import { openStore } from '../../support/store.ts';
import { isOver, openJobs, quiet, untilJob } from '../../support/worker.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const fetches = fetchService(db, queue);
const world = recentPosts(450);
const services = await startServices({ users: [lark], posts: world });

let stopWorker: (() => Promise<void>) | null = null;
async function work(
  names: readonly FetchProviderName[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await stopWorker?.();
  const fetching = fetchingOf(db, queue, configOf(services, names, environment));
  const spoolRoot = join(folder, 'spool');
  const worker = await startWorker({ db, url: db.url, queue, spoolRoot, log: quiet, fetching });
  stopWorker = async () => {
    stopWorker = null;
    await worker.close();
  };
}

const account = { kind: 'account', handle: 'lark' } as const;
const topic = { kind: 'topic', query: 'post' } as const;
const fetching = (asked: Partial<FetchRequest>) =>
  fetches.fetch({ target: account, full: false, limit: null, provider: null, ...asked });
const done = async (jobId: Promise<string>) => untilJob(db, await jobId, isOver);
const lookedUp = () =>
  services.xApi.requests
    .filter(({ path, query }) => path.endsWith('/2/tweets') && query.ids !== undefined)
    .map(({ query }) => query.ids?.split(',') ?? []);

/** The numbers of rows in all tables that a fetch writes. */
async function written() {
  const [row] = await db.sql`
    select (select count(*) from streams)::int as streams, (select count(*) from accounts)::int as accounts,
      (select count(*) from posts)::int as posts, (select count(*) from raw_payloads)::int as payloads,
      (select count(*) from follower_snapshots)::int as snapshots`;
  return row;
}
const nothing = { streams: 0, accounts: 0, posts: 0, payloads: 0, snapshots: 0 };
const spent = async (provider = 'X_API') => {
  const [row] = await db.sql`select usd::float8, posts from spending where provider = ${provider}`;
  return row ?? null;
};

beforeEach(() => {
  services.xApi.requests.length = 0;
});
afterEach(async () => {
  await stopWorker?.();
  services.xApi.faults.clear();
  await db.sql`
    truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, known_posts, vacant_posts, post_terms, activity, observed_activity,
      tally_months, tally_totals, jobs, follower_snapshots, stream_providers, spending, charged_posts
    restart identity`;
});

describe('a fetch that the budget does not allow', () => {
  test.each<[string, string, Partial<FetchRequest>, RegExp]>([
    [
      'a first fetch',
      '0.6',
      {},
      /this fetch could cost 1\.00: set a lower limit, or raise X_API_BUDGET_USD, or/,
    ],
    ['all of an account', '2', { full: true }, /cost 2\.25/],
    ['as many as the limit says', '1', { full: true, limit: 250 }, /cost 1\.25/],
    ['a topic', '0.99', { target: topic }, /cost 1\.00/],
    ['a topic that not one page is paid for', '0.01', { target: topic, limit: 1 }, /cost/],
  ])('writes nothing: %s', async (_, budget, asked, message) => {
    await work(['X_API'], { X_API_BUDGET_USD: budget });
    const job = await done(fetching(asked));
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BUDGET_EXCEEDED', streamId: null, fetched: 0 });
    expect(job.errorMessage).toMatch(message);
    expect(await written()).toEqual(nothing);
    // Only the profile was requested: it has the number of posts.
    expect(services.xApi.requests).toHaveLength(asked.target === topic ? 0 : 1);
    expect((await spent())?.posts ?? 0).toBe(0);
  });

  test('changes nothing of an account that is known', async () => {
    await work(['X_API'], {});
    await done(fetching({ limit: 20 }));
    const before = await written();
    await db.sql`truncate spending, charged_posts`;
    await work(['X_API'], { X_API_BUDGET_USD: '0.5' });
    const job = await done(fetching({ full: true }));
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BUDGET_EXCEEDED' });
    expect(await written()).toEqual(before);
  });

  test('of one provider does not matter when another can continue', async () => {
    await work(['X_API', 'SOCIALDATA'], { X_API_BUDGET_USD: '0.6', SOCIALDATA_BUDGET_USD: '0.08' });
    const job = await done(fetching({ full: true }));
    expect(job).toMatchObject({ state: 'SUCCEEDED', provider: 'SOCIALDATA', inserted: 450 });
    expect((await spent())?.usd).toBeLessThanOrEqual(0.6);
  });

  test('of all providers together matters', async () => {
    await work(['X_API', 'SOCIALDATA'], { X_API_BUDGET_USD: '0.6', SOCIALDATA_BUDGET_USD: '0.06' });
    const job = await done(fetching({ full: true }));
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BUDGET_EXCEEDED' });
    expect(job.errorMessage).toMatch(/^X_API: .*; SOCIALDATA: /);
    expect(await written()).toEqual(nothing);
  });
});

describe('a fetch that uses its budget up to the last cent', () => {
  test.each<[string, string, Partial<FetchRequest>, number]>([
    ['all of an account', '2.26', { full: true }, 450],
    ['a limit below a page', '0.045', { limit: 7 }, 7],
    ['a limit above a page', '1.16', { limit: 230 }, 230],
    ['a topic', '0.65', { target: topic, limit: 130 }, 130],
  ])('is done: %s', async (_, budget, asked, posts) => {
    await work(['X_API'], { X_API_BUDGET_USD: budget });
    const job = await done(fetching(asked));
    expect(job).toMatchObject({ state: 'SUCCEEDED', inserted: posts });
    expect((await spent())?.usd).toBeLessThanOrEqual(Number(budget));
  });
});

describe('a refresh of all', () => {
  async function collect(): Promise<void> {
    await work(['X_API'], {});
    await done(fetching({ full: true }));
    services.xApi.requests.length = 0;
    await db.sql`truncate spending, charged_posts`;
  }

  test('that the budget does not allow requests no post', async () => {
    await collect();
    await work(['X_API'], { X_API_BUDGET_USD: '2' });
    const job = await done(fetching({ refresh: 'ALL' }));
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BUDGET_EXCEEDED', updated: 0 });
    expect(job.errorMessage).toMatch(/cost 2\.25/);
    expect(lookedUp()).toEqual([]);
  });

  test('ends when others use up the budget, and continues with older posts when there is budget again', async () => {
    await collect();
    const environment = { X_API_BUDGET_USD: '2.5', PROVIDER_TIMEOUT_MS: '2000' };
    await work(['X_API'], environment);
    const ofLookups = '/2/tweets';
    services.xApi.faults.push(
      { kind: 'none', of: ofLookups, times: 2 },
      { kind: 'hang', of: ofLookups, times: 1 },
    );
    const jobId = await fetching({ refresh: 'ALL' });
    await expect.poll(() => lookedUp().length).toBe(3);
    // While the third page is reserved: 0.01 + 1.00 + 0.50 of 2.50, of which others spend 0.84.
    const config = configOf(services, ['X_API'], environment);
    await openSpending(db.sql, config).reserve('X_API', { posts: 168, users: 0, own: false });
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BUDGET_EXCEEDED' });
    const sizes = () => lookedUp().map((ids) => ids.length);
    expect(sizes()).toEqual([100, 100, 100, 100, 30]);
    expect((await spent())?.usd).toBeCloseTo(2.5, 6);

    await work(['X_API'], { X_API_BUDGET_USD: '100' });
    await jobs.retry(jobId);
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', total: 450 });
    expect(sizes()).toEqual([100, 100, 100, 100, 30, 100, 20]);
    expect(new Set(lookedUp().flat()).size).toBe(450);
    expect(await spent()).toEqual({ usd: expect.closeTo(0.01 + 450 * 0.005 + 0.84, 6), posts: 450 });
  });

  // By a trigger on posts.
  onOneNode('whose page could not be written after it was paid is paid once', async () => {
    await collect();
    services.setPosts(world.map((post) => ({ ...post, metrics: { likes: 7 } })));
    await db.sql`create sequence failures`;
    await db.sql.unsafe(`
      create function fail_once() returns trigger language plpgsql as $$
      begin
        if nextval('failures') = 1 then raise exception 'no room'; end if;
        return new;
      end $$;
      create trigger fail_once before update on posts for each statement execute function fail_once()`);
    const job = await done(fetching({ refresh: 'ALL' }));
    await db.sql.unsafe('drop trigger fail_once on posts; drop function fail_once; drop sequence failures');
    expect(job).toMatchObject({ state: 'SUCCEEDED', updated: 450 });
    services.setPosts(world);
    // The first page twice, because it was not stored; X charges a post once a day, and so do our records.
    expect(lookedUp().map((ids) => ids.length)).toEqual([100, 100, 100, 100, 100, 50]);
    expect(await spent()).toEqual({ usd: expect.closeTo(0.01 + 450 * 0.005, 6), posts: 450 });
  });
});

test('two jobs at once never exceed the budget together', async () => {
  await work(['X_API'], { X_API_BUDGET_USD: '1.2' });
  const ended = await Promise.all([done(fetching({})), done(fetching({ target: topic }))]);
  expect(ended.map(({ state }) => state)).toContain('FAILED');
  expect((await spent())?.usd).toBeLessThanOrEqual(1.2);
});
