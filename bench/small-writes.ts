import type { Sql } from 'postgres';
import { enrich } from '../src/ingest/enrich/enrich.ts';
import { deliver, expectDoubles } from '../src/ingest/write/batch.ts';
import { verifyStream } from '../src/ingest/write/recount.ts';
import { startFoldingTallies } from '../src/jobs/folding.ts';
import { createLogger } from '../src/platform/logger.ts';
import type { NormalisedPost } from '../src/shared/post.ts';
import { writeBatch } from '../src/streams/write-batch.ts';
import { type BareInserts, openBareInserts } from './support/bare-inserts.ts';
import { type BusyStream, openBusyStreams } from './support/busy-streams.ts';
import { count, type Finding, ms, type Run, report, times } from './support/finding.ts';
import { median, percentile, type Timings } from './support/timings.ts';
import { type Wal, walSince } from './support/wal.ts';

const perBatch = 5;
const targets = { ms: 8, walBytes: 6_000, batchesPerSecond: 200 };
/** Changes of stored posts that are measured of each kind. */
const changes = 200;
/** How many times as long as a batch of new posts each may take: it may have to count a quarter-hour of 900 posts again. */
const changeTimes = 5;
/** Concurrent writers: twice the connections of a process. */
const writers = 8;

/**
 * Batches of five posts: into a stream of 1,000,000 one after the other, then into a hundred streams at once; each
 * against the plain insert of five rows into `posts`, which has the same indexes. Then changes of posts that the large
 * stream has. Tallies are folded meanwhile, as on a server.
 */
export async function* smallWrites(run: Run): AsyncGenerator<Finding> {
  const [posts, batches, sustained] = run.quick ? [100_000, 200, 2_000] : [1_000_000, 2_000, 20_000];
  const { store, large, others } = await openBusyStreams(posts, run.keepStores);
  const { sql } = store.db;
  const folding = startFoldingTallies({ db: store.db, log: createLogger('error', 'bench') });
  const bare = await openBareInserts(sql, large.streamId, perBatch);
  try {
    const size = `${count(posts)} posts, ${count(batches)} batches`;
    yield* oneStream({ sql, large, bare, size, batches, sustained });
    yield* storedPosts(sql, large, count(posts));
    yield await manyStreams({ sql, others, bare, batches });
    yield await verified(sql, [large, ...others.slice(0, 3)]);
  } finally {
    await folding.close();
    await bare.close();
    await store.close();
  }
}

type OneStream = {
  readonly sql: Sql;
  readonly large: BusyStream;
  readonly bare: BareInserts;
  readonly size: string;
  readonly batches: number;
  /** Batches behind one checkpoint, as a server writes them that is kept busy. */
  readonly sustained: number;
};

async function* oneStream({
  sql,
  large,
  bare,
  size,
  batches,
  sustained,
}: OneStream): AsyncGenerator<Finding> {
  const what = `${perBatch} posts into a stream`;
  report(what);
  const floor = await measure(sql, batches, () => bare.insert());
  const ours = await measure(sql, batches, () => write(sql, large));
  yield {
    part: 'small-writes',
    what,
    size,
    figure: `p50 ${ms(median(ours.timings))}, p99 ${ms(percentile(ours.timings, 0.99))}`,
    floor: `p50 ${ms(median(floor.timings))}, p99 ${ms(percentile(floor.timings, 0.99))} for the bare insert`,
    ratio: times(median(ours.timings) / median(floor.timings)),
    target: `p50 < ${targets.ms} ms`,
    met: median(ours.timings) < targets.ms,
  };
  const [wal, floorWal] = [perPost(ours.wal, batches), perPost(floor.wal, batches)];
  yield {
    part: 'small-writes',
    what: `${what}: WAL a post, right behind a checkpoint`,
    size,
    figure: wal.text,
    floor: floorWal.text,
    ratio: times(wal.all / floorWal.all),
    target: `< ${count(targets.walBytes)} bytes, images and all`,
    met: wal.all < targets.walBytes,
  };
  // Goes on behind the same checkpoint: a page is logged as a whole once until the next one.
  report(`${what}, sustained`);
  const on = await walSince(sql);
  for (let done = batches; done < sustained; done += 1) await write(sql, large);
  const later = await on();
  const all = { records: ours.wal.records + later.records, images: ours.wal.images + later.images };
  const steady = perPost(all, sustained);
  yield {
    part: 'small-writes',
    what: `${what}: WAL a post, sustained`,
    size: `${count(sustained * perBatch)} posts behind a checkpoint`,
    figure: steady.text,
    target: `< ${count(targets.walBytes)} bytes, images and all`,
    met: steady.all < targets.walBytes,
  };
}

function perPost({ records, images }: Wal, batches: number): { readonly all: number; readonly text: string } {
  const [all, some] = [(records + images) / batches / perBatch, images / batches / perBatch];
  return { all, text: `${count(all)} bytes, ${count(some)} of them images of pages` };
}

/** New figures of five posts, and a post that is deleted: beside five new posts, by turns. */
async function* storedPosts(sql: Sql, large: BusyStream, posts: string): AsyncGenerator<Finding> {
  const what = 'a stored post deleted, and five with new figures';
  report(what);
  const taken = { fresh: [] as number[], figures: [] as number[], deleted: [] as number[] };
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    into.push(performance.now() - started);
  };
  for (let done = 0; done < changes; done += 1) {
    const fresh = large.nextPosts(perBatch);
    await timed(taken.fresh, () => writePosts(sql, large, fresh));
    const again = fresh.map((post) => ({
      ...post,
      observedAt: post.observedAt + 3_600_000,
      metrics: { ...post.metrics, likes: (post.metrics.likes ?? 0) + 1 },
    }));
    await timed(taken.figures, () => writePosts(sql, large, again));
    const deleted = fresh.slice(0, 1).map(({ platformId }) => platformId);
    await timed(taken.deleted, () => writePosts(sql, large, [], deleted));
  }
  const sorted = (of: number[]): Timings => of.sort((a, b) => a - b);
  const [fresh, figures, gone] = [sorted(taken.fresh), sorted(taken.figures), sorted(taken.deleted)];
  const slower = Math.max(median(figures), median(gone));
  yield {
    part: 'small-writes',
    what,
    size: `${posts} posts, ${count(changes)} of each`,
    figure: `deleted p50 ${ms(median(gone))}, p99 ${ms(percentile(gone, 0.99))}; new figures p50 ${ms(median(figures))}, p99 ${ms(percentile(figures, 0.99))}`,
    floor: `p50 ${ms(median(fresh))} for ${perBatch} new posts by turns`,
    ratio: times(slower / median(fresh)),
    target: `p50 <= ${changeTimes} times`,
    met: slower <= changeTimes * median(fresh),
  };
}

type ManyStreams = {
  readonly sql: Sql;
  readonly others: readonly BusyStream[];
  readonly bare: BareInserts;
  readonly batches: number;
};

async function manyStreams({ sql, others, bare, batches }: ManyStreams): Promise<Finding> {
  report(`${others.length} streams`);
  const floor = await rate(batches, () => bare.insert());
  const ours = await rate(batches, (batch) => {
    const stream = others[batch % others.length];
    return stream === undefined ? Promise.resolve() : write(sql, stream);
  });
  return {
    part: 'small-writes',
    what: `${perBatch} posts each into ${others.length} streams, ${writers} at once`,
    size: `${count(batches)} batches`,
    figure: `${count(ours)} batches/s`,
    floor: `${count(floor)}/s for the bare insert`,
    ratio: times(ours / floor),
    target: `>= ${targets.batchesPerSecond} batches/s`,
    met: ours >= targets.batchesPerSecond,
  };
}

/** Calls per second with several at once. */
async function rate(calls: number, work: (call: number) => Promise<void>): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < calls) await work(next++);
  };
  await Promise.all(Array.from({ length: writers }, worker));
  return calls / ((performance.now() - started) / 1_000);
}

const write = (sql: Sql, stream: BusyStream): Promise<void> =>
  writePosts(sql, stream, stream.nextPosts(perBatch));

async function writePosts(
  sql: Sql,
  { streamId }: BusyStream,
  posts: readonly NormalisedPost[],
  deleted: readonly string[] = [],
): Promise<void> {
  const batch = { account: null, posts, read: enrich, deleted, collectedAt: Date.now() };
  await writeBatch(
    sql,
    await expectDoubles(sql, deliver({ streamId, platform: 'X', provider: 'X_API' }, batch)),
  );
}

async function measure(sql: Sql, runs: number, work: () => Promise<void>) {
  for (let warmUp = 0; warmUp < runs / 10; warmUp += 1) await work();
  // Each page is logged as a whole at its first change after a checkpoint: here all of these count.
  await sql`checkpoint`;
  const wal = await walSince(sql);
  const taken: number[] = [];
  for (let done = 0; done < runs; done += 1) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  const timings: Timings = taken.sort((a, b) => a - b);
  return { timings, wal: await wal() };
}

async function verified(sql: Sql, streams: readonly BusyStream[]): Promise<Finding> {
  report('verifying');
  const differences = [];
  for (const { streamId } of streams) differences.push(...(await verifyStream(sql, streamId)));
  return {
    part: 'small-writes',
    what: 'verify',
    size: `${streams.length} streams`,
    figure: differences.length === 0 ? 'no difference' : JSON.stringify(differences),
    target: 'none',
    met: differences.length === 0,
  };
}
