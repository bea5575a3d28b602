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
  /** Called with the number of written posts and the total. */
  readonly onProgress?: (posts: number, total: number) => void;
};

/** What was written. */
export type Exported = { readonly posts: number; readonly bytes: number };

/** Posts per read: about 2 MB. */
const pageSize = 500;
/** Shorter than the limit for idle transactions, because a reader may be slower than that. */
const keepAliveMs = 5_000;

/**
 * Writes all posts of a stream, including those by others, as of one moment, oldest first. Reads no further while the
 * sink is full, so that at most a few thousand posts are in memory. Writers are not blocked. Throws NotFoundError when
 * there is no such stream, and the signal's reason.
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
    await withKeepAlive(tx, () =>
      pipeline(Readable.from(chunks, { objectMode: false }), sink, { signal }),
    ).catch((error: unknown) => {
      // A broken pipe must not be reported as a lost database connection.
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

/** Yields the rows of a stream in pages; a page is counted when the next one is requested. */
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

/** Keeps the transaction alive for a slow reader. A frozen process sends nothing. */
async function withKeepAlive(tx: TransactionSql, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void tx`select 1`.catch(() => {}), keepAliveMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
