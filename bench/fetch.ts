import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../src/config.ts';
import { openChain } from '../src/fetch/chain.ts';
import { openFetching } from '../src/fetch/fetching.ts';
import { openSpending } from '../src/fetch/spending.ts';
import { openQueue } from '../src/jobs/queue.ts';
import { createFetchService } from '../src/fetch/service.ts';
import { startWorker } from '../src/jobs/worker.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configuredProviders } from '../src/providers/configured.ts';
import type { FetchProvider } from '../src/providers/fetch-provider.ts';
import type { ProviderConfig } from '../src/providers/provider-config.ts';
import { type FakeXApi, startFakeXApi } from '../test/support/fake-x-api.ts';
import { postsOf, type XUser } from '../test/support/fake-x-world.ts';
import { count, type Finding, ms, type Run, report, times } from './support/finding.ts';
import { type BenchStore, environmentOf, openBenchStore } from './support/store.ts';

const targetMs = 1;

/** The cost of fetching without the provider's own time, against a local fake of X's API. */
export async function fetching(run: Run): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const part of [oneAccount, manyAccounts]) {
    const store = await openBenchStore();
    try {
      findings.push(await part(store, run));
    } finally {
      await store.close();
    }
  }
  return findings;
}

/** One account up to X's limit of 3,200 posts: everything except waiting for responses. */
async function oneAccount(store: BenchStore, run: Run): Promise<Finding> {
  const posts = run.quick ? 400 : 3_200;
  report(`one account of ${count(posts)} posts`);
  const { jobs, clock, close } = await open(store, 1, posts);
  const began = performance.now();
  await untilOver(store, [await jobs('user0')]);
  const whole = performance.now() - began;
  await close();
  const overhead = (whole - clock.ms()) / posts;
  return {
    part: 'fetch',
    what: 'overhead a post (enqueued to done, without the provider)',
    size: `${count(posts)} posts, 100 a page`,
    figure: ms(overhead),
    floor: `provider ${ms(clock.ms() / posts)} a post`,
    target: `< ${targetMs} ms`,
    met: overhead < targetMs,
  };
}

/** Many accounts requested at once on one worker: how far apart the first and the last finish. */
async function manyAccounts(store: BenchStore, run: Run): Promise<Finding> {
  const accounts = run.quick ? 10 : 100;
  const posts = 300;
  report(`${accounts} accounts of ${posts} posts at once`);
  const { jobs, close } = await open(store, accounts, posts);
  const ids = await Promise.all(Array.from({ length: accounts }, (_, at) => jobs(`user${at}`)));
  await untilOver(store, ids);
  await close();
  const rows = await store.db.sql<{ waited: number; took: number; attempts: number; inserted: number }[]>`
    select extract(epoch from started_at - created_at)::float8 as waited, attempts, inserted::float8,
      extract(epoch from finished_at - created_at)::float8 as took from jobs`;
  const took = rows.map((row) => row.took).sort((a, b) => a - b);
  const [first = 0, last = 0] = [took[0], took.at(-1)];
  const inserted = rows.reduce((sum, row) => sum + row.inserted, 0);
  return {
    part: 'fetch',
    what: 'accounts at once on one worker',
    size: `${accounts} accounts, ${count(inserted)} posts`,
    figure: `all done after ${last.toFixed(1)} s, the first after ${first.toFixed(1)} s; none waited longer than ${Math.max(...rows.map((row) => row.waited)).toFixed(1)} s to begin`,
    ratio: times(last / first),
  };
}

async function open(store: BenchStore, accounts: number, posts: number) {
  const newestAt = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const users: XUser[] = Array.from({ length: accounts }, (_, at) => ({
    id: String(1_000 + at),
    handle: `user${at}`,
  }));
  const fake: FakeXApi = await startFakeXApi({
    users,
    posts: users.flatMap(({ id }, at) => postsOf(id, posts, { newestAt: newestAt - at * 500 })),
    limits: { timeline: 1_000_000, userByHandle: 1_000_000, lookup: 1_000_000, search: 1_000_000 },
  });
  const environment = environmentOf(store.folder, { X_BEARER_TOKEN: fake.token, X_API_URL: fake.url });
  const config: ProviderConfig = loadConfig(environment).providers;
  const clock = new ProviderClock();
  const log = createLogger('error', 'bench');
  const queue = openQueue(store.url, log);
  const chain = openChain({
    providers: configuredProviders(config).map((provider) => clock.timed(provider)),
    spending: openSpending(store.db.sql, config),
    log,
  });
  const worker = await startWorker({
    db: store.db,
    url: store.url,
    queue,
    spoolRoot: join(store.folder, 'spool'),
    log,
    fetching: openFetching({ sql: store.db.sql, queue, chain }),
  });
  const service = createFetchService(store.db, queue, {
    providers: [{ name: 'X_API', obstacle: () => null }],
    refreshAfterMs: 900_000,
    log,
  });
  return {
    clock,
    jobs: (handle: string) =>
      service.fetch({
        target: { kind: 'account', handle },
        full: true,
        limit: null,
        provider: null,
      }),
    close: async () => {
      await worker.close();
      await queue.close();
      await fake.close();
    },
  };
}

/** Sums the time between requests to a provider and its responses. */
class ProviderClock {
  #ms = 0;

  ms(): number {
    return this.#ms;
  }

  timed(provider: FetchProvider): FetchProvider {
    const time = async <T>(work: () => Promise<T>): Promise<T> => {
      const began = performance.now();
      try {
        return await work();
      } finally {
        this.#ms += performance.now() - began;
      }
    };
    return {
      ...provider,
      profile: (who, call) => time(() => provider.profile(who, call)),
      page: (target, reach, call) => time(() => provider.page(target, reach, call)),
      lookup: (ids, account, call) => time(() => provider.lookup(ids, account, call)),
    };
  }
}

async function untilOver(store: BenchStore, ids: readonly string[]): Promise<void> {
  for (;;) {
    const rows = await store.db.sql<{ state: string; error: string | null }[]>`
      select state, error_message as error from jobs where job_id::text = any(${ids as string[]})`;
    const failed = rows.find(({ state }) => state === 'FAILED');
    if (failed) throw new Error(failed.error ?? 'a job failed');
    if (rows.length === ids.length && rows.every(({ state }) => state === 'SUCCEEDED')) return;
    await sleep(50);
  }
}
