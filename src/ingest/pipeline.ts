import type { Sql, TransactionSql } from 'postgres';
import type { Identified, NormalisedPost, Page } from '../shared/post.ts';
import { enrich } from './enrich/enrich.ts';
import { type BatchOutcome, type Source, writeBatch } from './write/batch.ts';

export type Ingest<Post extends Identified> = Source & {
  readonly pages: AsyncIterable<Page<Post>> | Iterable<Page<Post>>;
  /** Gives the post itself. */
  readonly read: (post: Post) => NormalisedPost;
  readonly now: () => number;
  /** Runs in the transaction that writes the page: what it does stands if and only if the page does. */
  readonly onWritten?: (tx: TransactionSql, written: Written) => Promise<void>;
};

/** What one transaction wrote. */
export type Written = BatchOutcome & {
  readonly posts: number;
  /** Goes on after the page. */
  readonly cursor: string;
  readonly total: number | null;
};

/** Takes pages from a provider to the store, in order, each in a transaction of its own. */
export async function ingest<Post extends Identified>(sql: Sql, work: Ingest<Post>): Promise<void> {
  const source = { streamId: work.streamId, platform: work.platform, provider: work.provider };
  const read = (post: Post) => enrich(work.read(post));
  for await (const { account, posts, cursor, total } of work.pages) {
    await writeBatch(sql, source, { account, posts, read, collectedAt: work.now() }, async (tx, outcome) =>
      work.onWritten?.(tx, { ...outcome, posts: posts.length, cursor, total }),
    );
  }
}
