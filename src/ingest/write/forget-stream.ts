import type { TransactionSql } from 'postgres';
import type { Source } from './source.ts';
import { KnownChanges } from './known-changes.ts';
import { settlePosts } from './known-posts.ts';

/** Posts that are settled together. */
const settledAtOnce = 10_000;

/**
 * Call it before deleting the rows of a stream. When they are deleted, call the returned function, last in the
 * transaction: it settles the stream's posts with other streams and returns the streams that must take posts up. The
 * keys are read through a cursor, which still sees the rows as of its opening; on a cluster, as of its first read.
 */
export async function forgetStream(
  tx: TransactionSql,
  stream: Pick<Source, 'streamId' | 'platform'>,
): Promise<() => Promise<readonly number[]>> {
  // DECLARE takes no parameters; the id is a number.
  await tx.unsafe(
    `declare forgotten_posts cursor for select post_id as id from posts where stream_id = ${stream.streamId} order by post_id`,
  );
  const next = () => tx.unsafe<{ id: string }[]>(`fetch ${settledAtOnce} from forgotten_posts`);
  const first = await next();
  return async () => {
    const heirs = new Set<number>();
    for (let rows = first; ; rows = await next()) {
      const changes = new KnownChanges();
      for (const { id } of rows) changes.remove(id);
      for (const heir of await settlePosts(tx, stream, changes)) heirs.add(heir);
      if (rows.length < settledAtOnce) return [...heirs];
    }
  };
}
