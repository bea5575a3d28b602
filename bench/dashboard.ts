import postgres from 'postgres';
import { foldMonths } from '../src/ingest/folding/months.ts';
import { seedAccount, type SeededAccount } from './support/account.ts';
import { openApi } from './support/api.ts';
import { explainStatements } from './support/explain.ts';
import { count, type Finding, markdown, ms, type Run, report, times } from './support/finding.ts';
import { openFilledStore } from './support/filled-store.ts';
import { findSeeded } from './support/large-store.ts';
import { type Asked, type Operation, readOperation, statsOf } from './support/operation.ts';
import { type PlainScope, plainSql } from './support/plain-sql.ts';
import { createRawClient, type RawClient } from './support/raw-client.ts';
import { serve, stop } from './support/served.ts';
import type { BenchStore } from './support/store.ts';
import { median, percentile, time } from './support/timings.ts';

const leastRatio = 10;
const yearMs = 365 * 86_400_000;

/**
 * Posts of each account, and the limit for its dashboard as a multiple of the plain statement for a page of 20 posts.
 */
const accounts = [
  { posts: 10_000, most: 50 },
  { posts: 200_000, most: 130 },
  { posts: 1_000_000, most: 200 },
] as const;

/** Limit for a page of the API, as a multiple of the plain statement for its posts. */
const mostOfPage = 6;

/** A page of posts, as a list shows them. */
const pageDocument = `query Page($handle: String!) {
  account(handle: $handle) {
    posts(first: 20) {
      edges { cursor node { id url text createdAt kind author { handle displayName avatarUrl }
        metrics { likes reposts replies impressions } sentiment { label score } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/**
 * A dashboard's whole query against the plain statement for a page and one plain aggregate per stat, and a page of posts
 * against its plain statement. Over HTTP, of the built server, which keeps no answers: each is computed.
 */
export async function* dashboard(run: Run): AsyncGenerator<Finding> {
  const operation = await readOperation('dashboard');
  const sizes = accounts.map(({ posts, most }) => ({ posts: run.quick ? posts / 10 : posts, most }));
  const store = await openFilledStore(run.keepStores, `dashboard-${sizes.at(-1)?.posts}`, async (fresh) => {
    for (const { posts } of sizes) {
      const { streamId } = await seedAccount(fresh, posts);
      while (await foldMonths(fresh.db.sql, streamId));
    }
    await fresh.db.sql`vacuum analyze activity_months`;
  });
  const server = await serve(store, { CACHE: 'off' });
  const client = createRawClient(`http://127.0.0.1:${server.port}/graphql`);
  try {
    for (const { posts, most } of sizes) {
      const account = await findSeeded(store, posts);
      const page = openPlainPage(store, account);
      try {
        yield await comparePage({ account, page, client });
        const hot = median(await time(page.ask, { runs: 300, warmUps: 50 }));
        for (const range of [null, lastYearOf(account)]) {
          for (const timeZone of ['UTC', 'America/New_York']) {
            yield* compare({ run, store, client, account, operation, range, timeZone, page, hot, most });
          }
        }
      } finally {
        await page.close();
      }
    }
  } finally {
    client.close();
    await stop(server.process);
    await store.close();
  }
}

/** The plain statement for a page of 20 posts, as a simple program runs it: prepared, on its own connection. */
type PlainPage = {
  /** Requests the page once; returns the milliseconds until its rows arrive. */
  ask(): Promise<number>;
  close(): Promise<void>;
};

function openPlainPage(store: BenchStore, { streamId }: SeededAccount): PlainPage {
  const connection = postgres(store.url, { max: 1, onnotice: () => {} });
  const text = `select post_id, text, created_at, kind, author_id, likes, reposts, replies, impressions, sentiment from posts
    where stream_id = $1 order by created_at desc, post_id desc limit 20`;
  return {
    async ask() {
      const started = performance.now();
      await connection.unsafe(text, [streamId], { prepare: true });
      return performance.now() - started;
    },
    close: () => connection.end(),
  };
}

/** Requests something, and fails when the answer has errors or no account. */
async function ask(client: RawClient, text: string, variables: object): Promise<void> {
  const { isOk, status } = await client.ask(text, variables);
  if (!isOk) throw new Error(`The server answered with ${status}, or with errors`);
}

async function comparePage({
  account,
  page,
  client,
}: Pick<Case, 'account' | 'page' | 'client'>): Promise<Finding> {
  const warmUps = 50;
  const pages: number[] = [];
  const variables = { handle: account.handle };
  const ours = await time(() => ask(client, pageDocument, variables), {
    runs: 300,
    warmUps,
    before: async () => void pages.push(await page.ask()),
  });
  const plain = median(pages.slice(warmUps).sort((a, b) => a - b));
  const ratio = median(ours) / plain;
  return {
    part: 'dashboard',
    what: 'a page of 20 posts of the API',
    size: `${count(account.posts)} posts`,
    figure: `${ms(median(ours))} (p95 ${ms(percentile(ours, 0.95))})`,
    floor: `${ms(plain)} for the plain statement by turns`,
    ratio: times(ratio),
    target: `<= ${mostOfPage}×`,
    met: ratio <= mostOfPage,
  };
}

type Range = { readonly from: string; readonly to: string };

/** The account's second-last year, whose ends are ordinary. */
function lastYearOf({ endingAt }: SeededAccount): Range {
  const to = endingAt - yearMs - 1_234_567;
  return { from: new Date(to - yearMs).toISOString(), to: new Date(to).toISOString() };
}

type Case = {
  readonly run: Run;
  readonly store: BenchStore;
  readonly client: RawClient;
  readonly account: SeededAccount;
  readonly operation: Operation;
  readonly range: Range | null;
  readonly timeZone: string;
  /** The plain page, and its milliseconds when it is repeated without anything in between. */
  readonly page: PlainPage;
  readonly hot: number;
  /** Limit for the dashboard, in plain pages. */
  readonly most: number;
};

async function* compare(work: Case): AsyncGenerator<Finding> {
  const { run, store, client, account, operation, range, timeZone, page, hot, most } = work;
  const what = `dashboard, ${range === null ? 'all time' : 'one year'}, ${timeZone}`;
  report(what);
  const variables = { handle: account.handle, range, timeZone };
  const warmUps = 3;
  const pages: number[] = [];
  // Alternating: the same statement 300 times in a row finds all its data in the processor's caches, which no dashboard
  // does, and took from 0.08 to 0.18 ms in one run.
  const whole = await time(() => ask(client, operation.text, variables), {
    runs: 20,
    warmUps,
    before: async () => void pages.push(await page.ask()),
  });
  const plain = median(pages.slice(warmUps).sort((a, b) => a - b));
  const stats = statsOf(operation, variables);
  const floors = await timePlain(store, stats, {
    streamId: account.streamId,
    timeZone,
    from: range?.from ?? null,
    to: range?.to ?? null,
  });
  const alone = await timeAlone(client, stats, variables);
  process.stdout.write(`\n${what}\n\n${statTable(stats, alone, floors)}\n`);
  if (run.explain) await explainStats(store, what, stats, variables);
  const finding = {
    part: 'dashboard',
    what,
    size: `${count(account.posts)} posts, ${stats.length} stats`,
    figure: `${ms(median(whole))} (p95 ${ms(percentile(whole, 0.95))})`,
  };
  const ratioToPage = median(whole) / plain;
  yield {
    ...finding,
    floor: `${ms(plain)} for a plain page of 20 posts by turns, ${ms(hot)} for one asked again and again`,
    ratio: `${times(ratioToPage)}, ${times(median(whole) / hot)}`,
    target: `<= ${most}× of the first`,
    met: ratioToPage <= most,
  };
  const floor = [...floors.values()].reduce((sum, value) => sum + value, 0);
  const ratio = floor / median(whole);
  yield {
    ...finding,
    floor: `${ms(floor)} for ${floors.size} plain statements`,
    ratio: times(ratio),
    target: `>= ${leastRatio}×`,
    met: ratio >= leastRatio,
  };
}

/** The median of each stat's plain statement, one after the other on one connection. */
async function timePlain(
  store: BenchStore,
  stats: readonly Asked[],
  scope: PlainScope,
): Promise<ReadonlyMap<string, number>> {
  const connection = postgres(store.url, { max: 1, onnotice: () => {} });
  const medians = new Map<string, number>();
  try {
    for (const asked of stats) {
      const statement = plainSql(asked, scope);
      if (statement === null) continue;
      const timings = await time(() => connection.unsafe(statement), { runs: 5, warmUps: 1 });
      medians.set(asked.name, median(timings));
    }
  } finally {
    await connection.end();
  }
  return medians;
}

async function timeAlone(
  client: RawClient,
  stats: readonly Asked[],
  variables: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, number>> {
  const medians = new Map<string, number>();
  for (const asked of stats) {
    const timings = await time(() => ask(client, asked.alone, known(asked, variables)), {
      runs: 10,
      warmUps: 2,
    });
    medians.set(asked.name, median(timings));
  }
  return medians;
}

const known = ({ variables: names }: Asked, variables: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(names.map((name) => [name, variables[name]]));

function statTable(
  stats: readonly Asked[],
  ours: ReadonlyMap<string, number>,
  floors: ReadonlyMap<string, number>,
): string {
  const rows = stats.map(({ name }) => {
    const [own = Number.NaN, floor] = [ours.get(name), floors.get(name)];
    return [name, ms(own), floor === undefined ? '' : ms(floor), floor ? times(floor / own) : ''];
  });
  return markdown(['stat alone', 'larkstat', 'plain SQL', 'ratio'], rows);
}

async function explainStats(
  store: BenchStore,
  what: string,
  stats: readonly Asked[],
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const asked of stats) {
    await explainStatements(`${what}: ${asked.name}`, store.url, async (db) =>
      (await openApi(db)).ask(asked.alone, known(asked, variables)),
    );
  }
}
