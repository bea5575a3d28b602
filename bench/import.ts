import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verifyStream } from '../src/ingest/write/recount.ts';
import { parseTweets, writeSyntheticArchive } from './support/archive.ts';
import { build } from './support/build.ts';
import { copySeconds } from './support/copy.ts';
import { count, type Finding, mb, type Run, report, times } from './support/finding.ts';
import { type ImportOutcome, importByJob } from './support/import-job.ts';
import { type BenchStore, openBenchStore, temporaryFolder } from './support/store.ts';

const targets = { postsPerSecond: 10_000, peakRssMb: 400, walShare: 0.05 };

/** Archives from file to queryable, as `larkstat import` does it; then the same again, which must change nothing. */
export async function importArchives(run: Run): Promise<readonly Finding[]> {
  await build();
  const findings: Finding[] = [];
  const real = run.realData && join(run.realData, 'x-archive-grailbird/cogdog.zip');
  if (real && existsSync(real)) findings.push(...(await importOrReport('cogdog.zip', real)));
  else findings.push({ part: 'import', what: 'cogdog.zip', size: '', figure: 'skipped: no REAL_DATA' });
  for (const posts of run.quick ? [20_000, 100_000] : [200_000, 1_000_000]) {
    const folder = await temporaryFolder();
    try {
      const path = join(folder.path, 'archive.zip');
      await writeSyntheticArchive(path, posts);
      findings.push(...(await importOrReport('synthetic archive', path)));
    } finally {
      await folder.remove();
    }
  }
  return findings;
}

/** A failed import is reported as a finding, so that the others are still measured. */
async function importOrReport(name: string, path: string): Promise<readonly Finding[]> {
  try {
    return await importTwice(name, path);
  } catch (error) {
    const figure = `FAILED: ${error instanceof Error ? error.message : String(error)}`;
    return [{ part: 'import', what: name, size: '', figure, target: 'an import', met: false }];
  }
}

async function importTwice(name: string, path: string): Promise<readonly Finding[]> {
  const parsed = await parseTweets(path);
  const store = await openBenchStore();
  try {
    report(`importing ${name}: ${count(parsed.posts)} tweets, ${mb(parsed.bytes)} unpacked`);
    const first = await importByJob(store, path);
    report(`${first.seconds.toFixed(1)} s; the same again`);
    const transaction = await currentTransaction(store);
    const second = await importByJob(store, path);
    const touched = await rowsWrittenSince(store, transaction, second.streamId);
    report('verifying');
    const differences = await verifyStream(store.db.sql, first.streamId);
    const copied = await copySeconds(store.db.sql, first.streamId);
    const size = `${count(first.posts)} posts`;
    return [
      ...speedFindings(name, first, {
        parse: parsed.posts / parsed.seconds,
        copy: first.posts / copied,
      }),
      againFinding(name, first, second, touched),
      {
        part: 'import',
        what: `${name}: verify`,
        size,
        figure: differences.length === 0 ? 'no difference' : JSON.stringify(differences),
        target: 'none',
        met: differences.length === 0,
      },
    ];
  } finally {
    await store.close();
  }
}

function speedFindings(
  name: string,
  outcome: ImportOutcome,
  floor: { readonly parse: number; readonly copy: number },
): readonly Finding[] {
  const { posts, seconds, openSeconds, rejected, peakRss, workerCpuSeconds, postgresCpuSeconds } = outcome;
  const size = `${count(posts)} posts`;
  const rate = posts / seconds;
  const cores = (cpu: number | null) => (cpu === null ? 'unknown' : (cpu / seconds).toFixed(2));
  const kept = rejected > 0 ? `, ${count(rejected)} rejected` : '';
  return [
    {
      part: 'import',
      what: `${name}: file to queryable`,
      size,
      figure: `${count(rate)} posts/s (${seconds.toFixed(1)} s: ${openSeconds.toFixed(1)} open, ${(seconds - openSeconds).toFixed(1)} write${kept})`,
      floor: `JSON.parse ${count(floor.parse)}/s, COPY ${count(floor.copy)}/s`,
      ratio: `${times(rate / floor.parse)}, ${times(rate / floor.copy)}`,
      target: `>= ${count(targets.postsPerSecond)} posts/s`,
      met: rate >= targets.postsPerSecond,
    },
    {
      part: 'import',
      what: `${name}: cores used`,
      size,
      figure: `job process ${cores(workerCpuSeconds)}, Postgres ${cores(postgresCpuSeconds)}`,
    },
    {
      part: 'import',
      what: `${name}: peak RSS of the job process`,
      size,
      ...(peakRss === null
        ? { figure: 'skipped: only Linux has it, in /proc' }
        : {
            figure: mb(peakRss),
            target: `< ${targets.peakRssMb} MB`,
            met: peakRss < targets.peakRssMb * 1024 ** 2,
          }),
    },
  ];
}

function againFinding(name: string, first: ImportOutcome, second: ImportOutcome, touched: number): Finding {
  const share = second.walBytes / first.walBytes;
  const changed = second.inserted + second.updated;
  return {
    part: 'import',
    what: `${name}: the same again`,
    size: `${count(second.posts)} posts`,
    figure: `${count(changed)} posts changed, ${count(touched)} rows written, WAL ${mb(second.walBytes)} (${count(second.posts / second.seconds)} posts/s)`,
    floor: `WAL ${mb(first.walBytes)} the first time`,
    ratio: `${(share * 100).toFixed(2)} %`,
    target: `0 changed, WAL <= ${targets.walShare * 100} %`,
    met: changed === 0 && touched === 0 && share <= targets.walShare,
  };
}

/** All tables with posts or derived data. */
const tables = [
  'posts',
  'post_terms',
  'known_posts',
  'raw_payloads',
  'metric_history',
  'authors',
  'activity',
  'observed_activity',
  'tally_months',
  'tally_totals',
  'follower_snapshots',
];

async function currentTransaction(store: BenchStore): Promise<number> {
  const [row] = await store.db.sql`select pg_current_xact_id()::text::bigint::float8 as id`;
  return Number(row?.id);
}

/** Rows written by later transactions, whatever the import reported. */
async function rowsWrittenSince(store: BenchStore, transaction: number, streamId: number): Promise<number> {
  let written = 0;
  for (const name of tables) {
    // Transaction ids of a fresh cluster have not wrapped around.
    const [row] = await store.db.sql.unsafe(
      `select count(*)::float8 as rows from ${name}
       where stream_id = ${streamId} and xmin::text::bigint > ${transaction}`,
    );
    written += Number(row?.rows);
  }
  return written;
}
