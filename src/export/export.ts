import type { ExportRequest } from '../shared/export-request.ts';
import { setInterval } from 'node:timers';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Sql, TransactionSql } from 'postgres';
import { NotFoundError } from '../shared/errors.ts';
import type { ExportRow } from './columns.ts';
import { formats } from './formats.ts';
import { makePseudonyms } from './pseudonyms.ts';
import { countPosts, type ExportedStream, findPlaces, findStream, listPosts, type PostRow } from './query.ts';
import { toRow } from './row.ts';

type Hooks = {
  readonly signal?: AbortSignal;
  /** Called with the posts that were handed over so far, and how many there are. */
  readonly onProgress?: (posts: number, total: number) => void;
};

/** What was written. */
export type Exported = { readonly posts: number; readonly bytes: number };

/** Posts that are read at once: some 2 MB. */
const pageSize = 500;
/** Shorter than a transaction may stand still: a reader may be slower than that. */
const keepAliveMs = 5_000;

/**
 * Writes all posts of a stream, those by others among them, as they are at one moment, oldest first. While the sink does
 * not take more, nothing more is read: whatever the number of posts, some thousands are in memory. Others go on
 * writing meanwhile. Throws NotFoundError when there is no such stream, and the signal's reason.
 */
export async function exportPosts(
  sql: Sql,
  request: ExportRequest,
  sink: Writable,
  { signal, onProgress = () => {} }: Hooks = {},
): Promise<Exported> {
  const done = { posts: 0, bytes: 0 };
  const write = async (tx: TransactionSql) => {
    const stream = await findStream(tx, request.streamId);
    if (stream === null) throw new NotFoundError('No such stream');
    const total = await countPosts(tx, request.streamId, request.range);
    onProgress(0, total);
    const rows = rowsOf(tx, stream, request, (posts) => {
      done.posts += posts;
      onProgress(done.posts, total);
    });
    const chunks = bytesOf(formats[request.format](rows), (bytes) => {
      done.bytes += bytes;
    });
    await keepingAlive(tx, () =>
      pipeline(Readable.from(chunks, { objectMode: false }), sink, { signal }),
    ).catch((error: unknown) => {
      // A pipe that broke is not to look like a connection to the store that did.
      if (refused === null) throw error;
    });
  };
  let refused: Error | null = null;
  const onError = (error: Error) => {
    refused ??= error;
  };
  sink.once('error', onError);
  try {
    await sql.begin('isolation level repeatable read read only', write);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    sink.off('error', onError);
  }
  signal?.throwIfAborted();
  if (refused !== null) throw refused;
  return done;
}

/** The rows of a stream, a page at a time; a page is counted when it was taken and the next is asked for. */
async function* rowsOf(
  tx: TransactionSql,
  stream: ExportedStream,
  { pseudonymous, range }: ExportRequest,
  onTaken: (posts: number) => void,
): AsyncGenerator<readonly ExportRow[]> {
  const pseudonymise = pseudonymous ? makePseudonyms() : (row: ExportRow) => row;
  for (let after: PostRow | null = null; ; ) {
    const posts: readonly PostRow[] = await listPosts(tx, stream, { range, after, limit: pageSize });
    const ids = posts.map(({ postId }) => postId);
    const places = await findPlaces(tx, ids);
    yield posts.map((post) => pseudonymise(toRow(stream, post, places.get(post.postId) ?? null)));
    onTaken(posts.length);
    const last = posts.at(-1);
    if (last === undefined || posts.length < pageSize) return;
    after = last;
  }
}

async function* bytesOf(
  chunks: AsyncIterable<string | Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    onBytes(bytes.length);
    yield bytes;
  }
}

/** Has the transaction outlast a reader that is slower than it may stand still. A process that is frozen says nothing. */
async function keepingAlive(tx: TransactionSql, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void tx`select 1`.catch(() => {}), keepAliveMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
