import { sql } from 'drizzle-orm';
import type { Sql } from 'postgres';
import { selectStreams, type StreamRow } from '../entities/stream/query.ts';
import { noteFolded } from '../ingest/folding/changes.ts';
import { tidyAfter } from '../ingest/tidy.ts';
import { removeDemo } from '../jobs/demo.ts';
import { rawParser } from '../providers/raw-parsers.ts';
import { DomainError } from '../shared/errors.ts';
import type { OpenStore } from '../store.ts';
import { mendOrphans, mendThreads } from '../streams/mend-known.ts';
import { addRebuilt, type Rebuilt, rebuildStream } from '../streams/rebuild.ts';
import { version } from '../version.ts';
import { findDifferences } from './differences.ts';
import { getNamedStream } from './find-stream.ts';
import { jobFilesOf } from './job-files.ts';
import { count, countOf, type Environment, type Output, print } from './output.ts';
import { type ReportProgress, withProgress } from './progress.ts';
import { withNewStore, withStore } from './with-store.ts';

async function chosenStreams(store: OpenStore, name: string | undefined): Promise<readonly StreamRow[]> {
  if (name === undefined) return selectStreams(store.db, sql`true`, sql`order by s.stream_id`);
  return [await getNamedStream(store, name)];
}

/** Counts everything again; fails when a rollup differs from its posts. */
export async function verify(
  environment: Environment,
  name: string | undefined,
  output: Output,
): Promise<void> {
  await withStore(environment, async (store) => {
    const streams = await chosenStreams(store, name);
    const found = await withProgress(output, '{value}/{total} streams', (report) =>
      findDifferences(store.db, streams, report),
    );
    if (found.length > 0) {
      throw new DomainError('INTERNAL', `${found.join('\n  ')}\n  \`larkstat rebuild\` computes them again`);
    }
    print(output, { streams: streams.length, differences: [] }, [
      `${countOf(streams.length, 'stream')} verified: every rollup equals a recount of its posts`,
    ]);
  });
}

/** Derives everything again from the stored payloads, one stream at a time. */
export async function rebuild(
  environment: Environment,
  name: string | undefined,
  output: Output,
): Promise<void> {
  await withStore(environment, async (store) => {
    const streams = await chosenStreams(store, name);
    const { posts, changed, unreadable } = await withProgress(output, '{value}/{total} posts', (report) =>
      rebuildAll(store, streams, report),
    );
    const skipped =
      unreadable === 0 ? '' : `; ${countOf(unreadable, 'payload')} could not be read and stayed as stored`;
    print(output, { streams: streams.length, posts, changed, unreadable }, [
      `${countOf(streams.length, 'stream')} rebuilt: ${countOf(posts, 'post')} derived anew, ${count(changed)} of them changed${skipped}`,
    ]);
  });
}

async function rebuildAll(
  { db }: OpenStore,
  streams: readonly StreamRow[],
  report: ReportProgress,
): Promise<Rebuilt> {
  const total = await countPosts(
    db.sql,
    streams.map(({ streamId }) => streamId),
  );
  let all: Rebuilt = { posts: 0, changed: 0, unreadable: 0 };
  for (const { streamId, title } of streams) {
    const before = all;
    const onProgress = (rebuilt: Rebuilt) => {
      all = addRebuilt(before, rebuilt);
      report(all.posts, total, { message: title });
    };
    report(all.posts, total, { message: title });
    all = addRebuilt(before, await rebuildStream(db.sql, streamId, rawParser, { onProgress }));
    await tidyAfter(db.sql, all.changed - before.changed);
  }
  await mendOrphans(db.sql);
  await mendThreads(db.sql);
  await noteFolded(db.sql);
  report(all.posts, total, { message: 'Done' });
  return all;
}

async function countPosts(db: Sql, streamIds: readonly number[]): Promise<number> {
  const [row] = await db<{ posts: number }[]>`
    select count(*)::float8 as posts from posts where stream_id = any(${streamIds as number[]})`; // safe: it is only read
  return row?.posts ?? 0;
}

/** Migrates the store to this version's schema, or creates one: opening it does both. */
export async function migrateCommand(environment: Environment, output: Output): Promise<void> {
  await withNewStore(environment, async ({ kind }) => {
    print(output, { database: kind, version }, [`The store has the schema of larkstat ${version}`]);
  });
}

/** Erases the demo accounts. */
export async function demoRemove(environment: Environment, output: Output): Promise<void> {
  await withStore(environment, async (store, config) => {
    const streams = await removeDemo(store.db.sql, jobFilesOf(config));
    print(output, { removed: streams.map((stream) => stream.title) }, [
      streams.length === 0
        ? 'There is no demo to remove'
        : `Removed ${streams.map(({ title }) => title).join(', ')}`,
    ]);
  });
}
