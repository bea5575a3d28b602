import { sql } from 'drizzle-orm';
import type { Sql } from 'postgres';
import { selectStreams, type StreamRow } from '../entities/stream/query.ts';
import { verifyStream } from '../ingest/write/recount.ts';
import { deleteStream } from '../jobs/delete-stream.ts';
import { rawParser } from '../providers/raw-parsers.ts';
import { DomainError } from '../shared/errors.ts';
import type { OpenStore } from '../store.ts';
import { type Rebuilt, rebuildStream } from '../streams/rebuild.ts';
import { version } from '../version.ts';
import { getNamedStream } from './find-stream.ts';
import { jobFilesOf } from './job-files.ts';
import { count, countOf, type Environment, type Output, print } from './output.ts';
import { type TellProgress, withProgress } from './progress.ts';
import { withNewStore, withStore } from './with-store.ts';

async function chosen(store: OpenStore, name: string | undefined): Promise<readonly StreamRow[]> {
  if (name === undefined) return selectStreams(store.db, sql`true`, sql`order by s.stream_id`);
  return [await getNamedStream(store, name)];
}

/** Counts again; fails when a rollup differs from what its posts give. */
export async function verify(
  environment: Environment,
  name: string | undefined,
  output: Output,
): Promise<void> {
  await withStore(environment, async (store) => {
    const streams = await chosen(store, name);
    const found = await withProgress(output, '{value}/{total} streams', (tell) =>
      findDifferences(store, streams, tell),
    );
    if (found.length > 0) {
      throw new DomainError('INTERNAL', `${found.join('\n  ')}\n  \`larkstat rebuild\` makes them anew`);
    }
    print(output, { streams: streams.length, differences: [] }, [
      `${countOf(streams.length, 'stream')} verified: every rollup equals a recount of its posts`,
    ]);
  });
}

async function findDifferences(
  { db }: OpenStore,
  streams: readonly StreamRow[],
  tell: TellProgress,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [at, { streamId, title }] of streams.entries()) {
    tell(at, streams.length, { message: title });
    for (const { table, missing, surplus } of await verifyStream(db.sql, streamId)) {
      found.push(`${title}: ${table} lacks ${countOf(missing, 'row')} and has ${count(surplus)} too many`);
    }
  }
  tell(streams.length, streams.length, { message: 'Done' });
  return found;
}

/** Derives everything anew, a stream at a time. */
export async function rebuild(
  environment: Environment,
  name: string | undefined,
  output: Output,
): Promise<void> {
  await withStore(environment, async (store) => {
    const streams = await chosen(store, name);
    const { posts, changed } = await withProgress(output, '{value}/{total} posts', (tell) =>
      rebuildAll(store, streams, tell),
    );
    print(output, { streams: streams.length, posts, changed }, [
      `${countOf(streams.length, 'stream')} rebuilt: ${countOf(posts, 'payload')} read again, ${countOf(changed, 'post')} changed`,
    ]);
  });
}

async function rebuildAll(
  { db }: OpenStore,
  streams: readonly StreamRow[],
  tell: TellProgress,
): Promise<Rebuilt> {
  const total = await countPayloads(
    db.sql,
    streams.map(({ streamId }) => streamId),
  );
  let [posts, changed] = [0, 0];
  for (const { streamId, title } of streams) {
    const tellRead = (read: number) => tell(posts + read, total, { message: title });
    tellRead(0);
    const rebuilt = await rebuildStream(db.sql, streamId, rawParser, tellRead);
    posts += rebuilt.posts;
    changed += rebuilt.changed;
  }
  tell(posts, total, { message: 'Done' });
  return { posts, changed };
}

async function countPayloads(db: Sql, streamIds: readonly number[]): Promise<number> {
  const [row] = await db<{ payloads: number }[]>`
    select coalesce(sum(cardinality(post_ids)), 0)::float8 as payloads from raw_payloads
    where stream_id = any(${streamIds as number[]})`; // safe: it is only read
  return row?.payloads ?? 0;
}

/** Brings the store to this version's schema, which opening it does, and makes one when there is none. */
export async function migrateCommand(environment: Environment, output: Output): Promise<void> {
  await withNewStore(environment, async ({ kind }) => {
    print(output, { database: kind, version }, [`The store has the schema of larkstat ${version}`]);
  });
}

/** Erases what the first start made up. */
export async function demoRemove(environment: Environment, output: Output): Promise<void> {
  await withStore(environment, async (store, config) => {
    const streams = await selectStreams(store.db, sql`s.demo`);
    const files = jobFilesOf(config);
    for (const stream of streams) await deleteStream(store.db.sql, stream.streamId, files);
    print(output, { removed: streams.map((stream) => stream.title) }, [
      streams.length === 0
        ? 'There is no demo to remove'
        : `Removed ${streams.map(({ title }) => title).join(', ')}`,
    ]);
  });
}
