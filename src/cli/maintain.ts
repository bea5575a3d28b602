import { sql } from 'drizzle-orm';
import { deleteStream } from '../entities/stream/delete.ts';
import { selectStreams, type StreamRow } from '../entities/stream/query.ts';
import { rebuildStream } from '../ingest/rebuild.ts';
import { verifyStream } from '../ingest/write/recount.ts';
import { rawParser } from '../providers/raw-parsers.ts';
import { DomainError } from '../shared/errors.ts';
import type { OpenStore } from '../store.ts';
import { getNamedStream } from './find-stream.ts';
import { count, type Environment, type Output, print } from './output.ts';
import { withStore } from './with-store.ts';

async function chosen(store: OpenStore, name: string | undefined): Promise<readonly StreamRow[]> {
  if (name === undefined) return selectStreams(store.db, sql`true`, sql`order by s.stream_id`);
  return [await getNamedStream(store, name)];
}

/** Counts again; fails where a rollup differs from what its posts give. */
export async function verify(
  environment: Environment,
  name: string | undefined,
  output: Output,
): Promise<void> {
  await withStore(environment, async (store) => {
    const streams = await chosen(store, name);
    const found: string[] = [];
    for (const stream of streams) {
      for (const { table, missing, surplus } of await verifyStream(store.db.sql, stream.streamId)) {
        found.push(
          `${stream.title}: ${table} lacks ${count(missing)} rows and has ${count(surplus)} too many`,
        );
      }
    }
    if (found.length > 0) {
      throw new DomainError('INTERNAL', `${found.join('\n  ')}\n  \`larkstat rebuild\` makes them anew`);
    }
    print(output, { streams: streams.length, differences: [] }, [
      `${count(streams.length)} streams verified: every rollup equals a recount of its posts`,
    ]);
  });
}

/** Derives everything anew, a stream at a time. */
export async function rebuild(
  environment: Environment,
  name: string | undefined,
  output: Output,
): Promise<void> {
  await withStore(environment, async (store) => {
    const streams = await chosen(store, name);
    let [posts, changed] = [0, 0];
    for (const stream of streams) {
      const rebuilt = await rebuildStream(store.db.sql, stream.streamId, rawParser);
      posts += rebuilt.posts;
      changed += rebuilt.changed;
    }
    print(output, { streams: streams.length, posts, changed }, [
      `${count(streams.length)} streams rebuilt: ${count(posts)} payloads read again, ${count(changed)} posts changed`,
    ]);
  });
}

/** Erases what the first start made up. */
export async function demoRemove(environment: Environment, output: Output): Promise<void> {
  await withStore(environment, async (store) => {
    const streams = await selectStreams(store.db, sql`s.demo`);
    for (const stream of streams) await deleteStream(store.db, stream.streamId);
    print(output, { removed: streams.map((stream) => stream.title) }, [
      streams.length === 0
        ? 'There is no demo to remove'
        : `Removed ${streams.map(({ title }) => title).join(', ')}`,
    ]);
  });
}
