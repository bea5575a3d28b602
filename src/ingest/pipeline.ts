import type { Sql, TransactionSql } from 'postgres';
import type { Identified, NormalisedPost, Page } from '../shared/post.ts';
import { enrich } from './enrich/enrich.ts';
import { type BatchOutcome, BatchWriter, type Source } from './write/batch.ts';

type Ingest<Post extends Identified> = Source & {
  readonly pages: AsyncIterable<Page<Post>> | Iterable<Page<Post>>;
  /** Gives the post itself. */
  readonly read: (post: Post) => NormalisedPost;
  readonly now: () => number;
  /** Runs first in the transaction that writes the first page: the stream may be made with it. */
  readonly onBegun?: (tx: TransactionSql) => Promise<void>;
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

/**
 * Takes pages from a provider to the store, in order, each in a transaction of its own. While the store is
 * busy with one page, the next is read and its rows are made.
 */
export async function ingest<Post extends Identified>(sql: Sql, work: Ingest<Post>): Promise<void> {
  const source = { streamId: work.streamId, platform: work.platform, provider: work.provider };
  const read = (post: Post) => enrich(work.read(post));
  const pages =
    Symbol.asyncIterator in work.pages ? work.pages[Symbol.asyncIterator]() : work.pages[Symbol.iterator]();
  const nextPage = async () => {
    const { done, value } = await pages.next();
    if (done) return null;
    const { account, posts, cursor, total } = value;
    const writer = new BatchWriter(source, { account, posts, read, collectedAt: work.now() });
    return { writer, posts: posts.length, cursor, total };
  };
  try {
    let page = await nextPage();
    let { onBegun } = work;
    while (page !== null) {
      const { writer, ...told } = page;
      let following: ReturnType<typeof nextPage> | null = null;
      await writer.write(sql, {
        onBegun,
        onMade(allNew) {
          following = nextPage();
          // A page that cannot be read fails below, when it is its turn.
          following.then((next) => allNew && next?.writer.makeAhead()).catch(() => {});
        },
        withinTransaction: async (tx, outcome) => work.onWritten?.(tx, { ...outcome, ...told }),
      });
      onBegun = undefined;
      page = await (following ?? nextPage());
    }
  } finally {
    await pages.return?.();
  }
}
