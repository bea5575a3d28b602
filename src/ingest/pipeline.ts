import type { Sql, TransactionSql } from 'postgres';
import type { EnrichedPage } from '../shared/post.ts';
import { type Batch, type BatchOutcome, type Source, writeBatches } from './write/batch.ts';

export type Ingest = Source & {
  readonly pages: AsyncIterable<EnrichedPage>;
  /** Pages that one transaction writes. The stream is locked meanwhile: more than one only where pages are at hand. */
  readonly pagesPerTransaction: number;
  readonly now: () => number;
  /** Runs in the transaction that writes the pages: what it does stands if and only if they do. */
  readonly onWritten?: (tx: TransactionSql, written: Written) => Promise<void>;
};

/** What one transaction wrote. */
export type Written = BatchOutcome & {
  readonly pages: number;
  readonly posts: number;
  /** Of the last page: goes on after all of them. */
  readonly cursor: string;
  readonly total: number | null;
};

/** Takes pages from a provider to the store, in order. */
export async function ingest(sql: Sql, work: Ingest): Promise<void> {
  const source = { streamId: work.streamId, platform: work.platform, provider: work.provider };
  const pages = work.pages[Symbol.asyncIterator]();
  try {
    for (let first = await pages.next(); !first.done; first = await pages.next()) {
      const group = new PageGroup(first.value, pages, work);
      await writeBatches(sql, source, group.batches(), async (tx, outcome) =>
        work.onWritten?.(tx, { ...group.written(), ...outcome }),
      );
    }
  } finally {
    // Ends a provider that still has pages: a failed write is no reason to read on.
    await pages.return?.();
  }
}

/** The pages that go into one transaction, each read when the one before is written. */
class PageGroup {
  #pages = 0;
  #posts = 0;
  #last: EnrichedPage;
  readonly #more: AsyncIterator<EnrichedPage>;
  readonly #work: Ingest;

  constructor(first: EnrichedPage, more: AsyncIterator<EnrichedPage>, work: Ingest) {
    this.#last = first;
    this.#more = more;
    this.#work = work;
  }

  async *batches(): AsyncGenerator<Batch> {
    for (;;) {
      this.#pages++;
      this.#posts += this.#last.posts.length;
      yield { account: this.#last.account, posts: this.#last.posts, collectedAt: this.#work.now() };
      if (this.#pages === this.#work.pagesPerTransaction) return;
      const next = await this.#more.next();
      if (next.done) return;
      this.#last = next.value;
    }
  }

  written(): Omit<Written, keyof BatchOutcome> {
    const { cursor, total } = this.#last;
    return { pages: this.#pages, posts: this.#posts, cursor, total };
  }
}
