import type { Sql, TransactionSql } from 'postgres';
import type { AccountProfile, Identified, NormalisedPost, Page } from '../shared/post.ts';
import { enrich } from '../ingest/enrich/enrich.ts';
import type { Source } from '../ingest/write/source.ts';
import { type BatchOutcome, deliver, expectDoubles, prepareAhead } from '../ingest/write/batch.ts';
import { withKnownId } from './unify-owner.ts';
import { type BatchHooks, writeBatch } from './write-batch.ts';

type Ingest<Post extends Identified> = Source & {
  readonly pages: AsyncIterable<Page<Post>> | Iterable<Page<Post>>;
  /** Normalises a post. `account` is the account of the page, with the id of the stream when the page has none. */
  readonly read: (post: Post, account: AccountProfile | null) => NormalisedPost;
  /** Image URLs of the emotes that a channel's chat may write as plain words, by emote name; default: none. */
  readonly emotes?: ReadonlyMap<string, string>;
  readonly now: () => number;
  /** Whether chat messages that were deleted on their platform stay; default: no. */
  readonly retainDeleted?: boolean;
  /** Creates the stream in the transaction that writes the first page; null or absent when the stream exists. */
  readonly make?: ((tx: TransactionSql) => Promise<void>) | null;
  /** Runs in the transaction that writes the page, and commits or rolls back with it. */
  readonly onWritten?: (tx: TransactionSql, written: Written) => Promise<void>;
};

/** What one transaction wrote. */
export type Written = BatchOutcome & {
  readonly posts: number;
  /** The cursor after this page. */
  readonly cursor: string;
  readonly total: number | null;
};

/**
 * Writes a provider's pages to the store in order, each in its own transaction. While the store writes one page, the
 * next is read and its rows are made.
 */
export async function ingest<Post extends Identified>(sql: Sql, work: Ingest<Post>): Promise<void> {
  const source = { streamId: work.streamId, platform: work.platform, provider: work.provider };
  const pages =
    Symbol.asyncIterator in work.pages ? work.pages[Symbol.asyncIterator]() : work.pages[Symbol.iterator]();
  const nextPage = async ({ ahead }: { readonly ahead: boolean }) => {
    const { done, value } = await pages.next();
    if (done) return null;
    const { posts, deleted, edits, events, cursor, total } = value;
    // Looked up for each page: a fetch may learn the id while an import runs.
    const account = await withKnownId(sql, work.streamId, value.account);
    const read = (post: Post) => enrich(work.read(post, account), work.emotes);
    const { retainDeleted } = work;
    const details = { deleted, edits, events, retainDeleted, collectedAt: work.now() };
    const delivery = await expectDoubles(sql, deliver(source, { account, posts, read, ...details }));
    return {
      delivery,
      ahead: ahead ? prepareAhead(delivery) : null,
      posts: posts.length,
      cursor,
      total,
    };
  };
  type Following = ReturnType<typeof nextPage> | null;
  let following: Following = null;
  try {
    let page = await nextPage({ ahead: false });
    let { make = null } = work;
    while (page !== null) {
      const { delivery, ahead, ...progress } = page;
      following = null;
      const hooks: BatchHooks = {
        make,
        ahead,
        onPrepared(allNew) {
          following = nextPage({ ahead: allNew });
          // A page that cannot be read throws below, when it is awaited.
          following.catch(() => {});
        },
        async withinTransaction(tx, outcome) {
          await work.onWritten?.(tx, { ...outcome, ...progress });
        },
      };
      await writeBatch(sql, delivery, hooks).finally(() => ahead?.drop());
      make = null;
      page = await (following ?? nextPage({ ahead: false }));
    }
  } catch (error) {
    (following as Following)?.then((next) => next?.ahead?.drop()).catch(() => {}); // safe: it is set by a callback
    throw error;
  } finally {
    await pages.return?.();
  }
}
