import type { Database } from '../src/db/client.ts';
import { readWindow, type Wanted } from '../src/trends/trending/query.ts';
import { writeSyntheticArchive } from './support/archive.ts';
import { build } from './support/build.ts';
import { explainStatements } from './support/explain.ts';
import { count, type Finding, ms, type Run, report, times } from './support/finding.ts';
import { importByJob } from './support/import-job.ts';
import { clusterCpu } from './support/processes.ts';
import { type BenchStore, openBenchStore, temporaryFolder } from './support/store.ts';
import { median, percentile, time } from './support/timings.ts';
import { foldAll } from './support/fold-all.ts';
import { openTaggedStore } from './support/tagged-store.ts';
import { join } from 'node:path';

const hourMs = 3_600_000;
const hashtags = { kind: 'HASHTAG', platform: null, streamIds: null } as const;
const leastRatio = 20;
const mostShare = 0.15;

/** Queries of windows, with their target when they have one. */
const asked = [
  {
    what: 'trending, 1 hour',
    windowMs: hourMs,
    targetMs: 20,
    wanted: { by: 'COUNT', first: 10, withPast: false },
  },
  {
    what: 'trending, 1 hour, expected and burst too',
    windowMs: hourMs,
    targetMs: null,
    wanted: { by: 'COUNT', first: 10, withPast: true },
  },
  {
    what: 'by BURST, 1 hour',
    windowMs: hourMs,
    targetMs: null,
    wanted: { by: 'BURST', first: 500, withPast: true },
  },
  {
    what: 'trending, 7 days',
    windowMs: 168 * hourMs,
    targetMs: 200,
    wanted: { by: 'COUNT', first: 10, withPast: false },
  },
  {
    what: 'by BURST, 7 days',
    windowMs: 168 * hourMs,
    targetMs: null,
    wanted: { by: 'BURST', first: 500, withPast: true },
  },
  {
    what: 'trending, 90 days',
    windowMs: 90 * 24 * hourMs,
    targetMs: null,
    wanted: { by: 'COUNT', first: 10, withPast: false },
  },
] as const satisfies readonly {
  readonly what: string;
  readonly windowMs: number;
  readonly targetMs: number | null;
  readonly wanted: Wanted;
}[];

/** Windows of trends, uncached, against the plain GROUP BY over post terms; and what folding adds to an import. */
export async function* trending(run: Run): AsyncGenerator<Finding> {
  const posts = run.quick ? 500_000 : 5_000_000;
  report(`${count(posts)} posts`);
  const { store } = await openTaggedStore(posts, run.keepStores);
  try {
    const newest = await newestPost(store);
    for (const one of asked) yield await measure(store, posts, newest, one, run);
    yield await foldingShare(await foldAgain(store, newest), run);
  } finally {
    await store.close();
  }
}

/** The current time of the store, which may have been filled days ago. */
async function newestPost({ db: { sql } }: BenchStore): Promise<number> {
  const [row] = await sql<{ ms: number }[]>`
    select extract(epoch from max(created_at))::float8 * 1000 as ms from post_terms where stands`;
  return row?.ms ?? Date.now();
}

async function measure(
  store: BenchStore,
  posts: number,
  newest: number,
  { what, windowMs, targetMs, wanted }: (typeof asked)[number],
  run: Run,
): Promise<Finding> {
  report(what);
  const to = Math.floor(newest / 1_000) * 1_000;
  const window = { from: to - windowMs, to };
  const read = (db: Database) => readWindow(db, hashtags, window, wanted);
  const timings = await time(() => read(store.db), { runs: 15, warmUps: 3 });
  const floor = await time(() => plainGroupBy(store.db, window), { runs: 3, warmUps: 1 });
  if (run.explain) await explainStatements(what, store.url, read);
  const ratio = median(floor) / median(timings);
  return {
    part: 'trending',
    what,
    size: `${count(posts)} posts`,
    figure: `${ms(median(timings))} (p95 ${ms(percentile(timings, 0.95))})`,
    floor: `${ms(median(floor))} GROUP BY over post_terms`,
    ratio: times(ratio),
    ...(targetMs === null
      ? {}
      : {
          target: `< ${targetMs} ms, >= ${leastRatio}×`,
          met: median(timings) < targetMs && ratio >= leastRatio,
        }),
  };
}

/** The query that one would write without buckets and without an index made for trends. */
async function plainGroupBy({ sql }: Database, { from, to }: { readonly from: number; readonly to: number }) {
  return sql.begin(async (tx) => {
    await tx`set local enable_indexscan = off`;
    await tx`set local enable_indexonlyscan = off`;
    await tx`set local enable_bitmapscan = off`;
    return tx`
      select term, count(*) as posts, count(distinct author_id) as authors from post_terms
      where stands and created_at >= ${new Date(from)} and created_at < ${new Date(to)}
      group by term order by posts desc, term limit 10`;
  });
}

/** Number of days that are folded again. */
const foldedAgain = 9;

/** Folds the newest days again; returns the processor seconds that the store and this process took per post. */
async function foldAgain(store: BenchStore, newest: number): Promise<number> {
  const { sql } = store.db;
  const cluster = store.config.database.kind === 'embedded' ? store.config.database.folder : '';
  const last = Math.floor(newest / hourMs);
  const first = last - 24 * foldedAgain;
  await sql`
    insert into trend_changes (hours, changed_at)
    select array_agg(hour), now() - interval '1 hour' from generate_series(${first}::int, ${last}::int) hour`;
  const [row] = await sql<{ posts: number }[]>`
    select count(*)::float8 as posts from posts where created_at >= ${new Date(first * hourMs)} and stands`;
  const before = (await clusterCpu(cluster)) ?? Number.NaN;
  const ours = process.cpuUsage();
  await foldAll(store, newest);
  const { user, system } = process.cpuUsage(ours);
  const seconds = ((await clusterCpu(cluster)) ?? Number.NaN) - before + (user + system) / 1e6;
  return seconds / (row?.posts ?? Number.NaN);
}

/**
 * Processor time of folding per post, relative to importing one. All folded posts are from the last 90 days; an archive
 * of ten years has a thirtieth of that to fold.
 */
async function foldingShare(foldSecondsPerPost: number, run: Run): Promise<Finding> {
  await build();
  const folder = await temporaryFolder();
  const store = await openBenchStore();
  try {
    const path = join(folder.path, 'archive.zip');
    await writeSyntheticArchive(path, run.quick ? 20_000 : 200_000);
    const { posts, workerCpuSeconds, postgresCpuSeconds } = await importByJob(store, path);
    const imported = ((workerCpuSeconds ?? Number.NaN) + (postgresCpuSeconds ?? Number.NaN)) / posts;
    return {
      part: 'trending',
      what: 'folding behind an import',
      size: `${count(posts)} posts`,
      figure: `${(foldSecondsPerPost * 1e6).toFixed(0)} µs of processor a post`,
      floor: `${(imported * 1e6).toFixed(0)} µs to import one`,
      ratio: `${((100 * foldSecondsPerPost) / imported).toFixed(1)} %`,
      target: `<= ${100 * mostShare} %`,
      met: foldSecondsPerPost / imported <= mostShare,
    };
  } finally {
    await store.close();
    await folder.remove();
  }
}
