import type { TransactionSql } from 'postgres';
import type { Source } from './source.ts';
import { KnownChanges } from './known-changes.ts';
import { settlePosts } from './known-posts.ts';

/** Posts that are settled together. */
const settledAtOnce = 10_000;

/**
 * Call it before the rows of a stream that is deleted go, and what it returns when they are gone, last in the transaction:
 * that settles the stream's posts with other streams, and gives those that are to take posts up. The keys are read
 * through a cursor, which still sees the rows that were there when it was opened: on a cluster, when it was first read.
 */
export async function forgetStream(
  tx: TransactionSql,
  stream: Pick<Source, 'streamId' | 'platform'>,
): Promise<() => Promise<readonly number[]>> {
  // A declaration takes no parameters: it is a number.
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
